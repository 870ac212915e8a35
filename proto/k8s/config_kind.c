/* SPDX-License-Identifier: Apache-2.0 */
#include "k8s/config_kind.h"

#include "k8s/config_schema.h"
#include "k8s/go_text.h"

#define GROUP_VERSION "apiserver.config.k8s.io/v1"

/* The kinds that kube-apiserver's decoder of this file knows, with the fields
 * they have at their top. The second name of ours is an old slip of its
 * documentation that still works. */
static const struct known_kind {
    const char *api_version;
    const char *kind;
    bool ours;
    const char *fields[2];
} kinds[] = {
    { GROUP_VERSION, "EncryptionConfiguration", true, { NULL } },
    { "v1", "EncryptionConfig", true, { NULL } },
    { GROUP_VERSION, "AdmissionConfiguration", false, { "plugins" } },
    { GROUP_VERSION, "AuthenticationConfiguration", false,
        { "jwt", "anonymous" } },
    { GROUP_VERSION, "AuthorizationConfiguration", false, { "authorizers" } },
    { GROUP_VERSION, "TracingConfiguration", false,
        { "endpoint", "samplingRatePerMillion" } },
};

static const char *
json_name(enum yaml_kind kind)
{
    static const char *const names[] = {
        [YAML_KIND_NULL] = "null",
        [YAML_KIND_BOOL] = "bool",
        [YAML_KIND_INT] = "number",
        [YAML_KIND_FLOAT] = "number",
        [YAML_KIND_STRING] = "string",
        [YAML_KIND_LIST] = "array",
        [YAML_KIND_MAP] = "object",
    };
    return names[kind];
}

/* What is not a map with two texts, in the words of Go's JSON decoder. */
static enum status
check_types(const struct yaml_node *root, struct buf *problem)
{
    static const char *const names[] = { "apiVersion", "kind" };
    if (root->kind != YAML_KIND_MAP && root->kind != YAML_KIND_NULL)
        return buf_printf(problem,
            "couldn't get version/kind; json parse error: json: cannot "
            "unmarshal %s into Go value of type struct { APIVersion string "
            "\"json:\\\"apiVersion,omitempty\\\"\"; Kind string "
            "\"json:\\\"kind,omitempty\\\"\" }",
            json_name(root->kind));
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const struct yaml_node *node = yaml_tree_member(root, names[i]);
        if (node != NULL && node->kind != YAML_KIND_STRING)
            return buf_printf(problem,
                "couldn't get version/kind; json parse error: json: cannot "
                "unmarshal %s into Go struct field .%s of type string",
                json_name(node->kind), names[i]);
    }
    return STATUS_OK;
}

/* kube-apiserver prints the whole file here; it may hold keys. */
static enum status
check_present(const struct yaml_node *root, struct buf *problem)
{
    if (yaml_tree_text(root, "kind").len == 0)
        return buf_append_text(problem, "Object 'Kind' is missing in the file");
    if (yaml_tree_text(root, "apiVersion").len == 0)
        return buf_append_text(
            problem, "Object 'apiVersion' is missing in the file");
    return STATUS_OK;
}

static const struct known_kind *
find_kind(const struct yaml_node *root)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (span_equal_text(
                yaml_tree_text(root, "apiVersion"), kinds[i].api_version) &&
            span_equal_text(yaml_tree_text(root, "kind"), kinds[i].kind))
            return &kinds[i];
    return NULL;
}

static enum status
refuse_unknown(const struct yaml_node *root, struct buf *problem)
{
    struct span version = yaml_tree_text(root, "apiVersion"), group, rest;
    if (span_cut(version, '/', &group, &rest) &&
        span_cut(rest, '/', &group, &rest)) {
        enum status told =
            buf_append_text(problem, "unexpected GroupVersion string: ");
        return told == STATUS_OK ? buf_append(problem, version) : told;
    }
    enum status status = buf_append_text(problem, "no kind ");
    if (status == STATUS_OK)
        status = go_text_quote(yaml_tree_text(root, "kind"), problem);
    if (status == STATUS_OK)
        status = buf_append_text(problem, " is registered for version ");
    if (status == STATUS_OK)
        status = go_text_quote(version, problem);
    if (status == STATUS_OK)
        status = buf_append_text(
            problem, " in scheme \"pkg/runtime/scheme.go:111\"");
    return status;
}

static bool
is_field(const struct known_kind *kind, struct span key)
{
    return span_equal_text(key, "apiVersion") || span_equal_text(key, "kind") ||
           span_equal_text(key, kind->fields[0]) ||
           span_equal_text(key, kind->fields[1]);
}

/* Another kind is decoded first, and most likely fails there. */
static enum status
refuse_other(const struct yaml_tree *tree, const struct known_kind *kind,
    bool *decoding, struct buf *problem)
{
    const struct yaml_node *root = yaml_tree_root(tree);
    struct buf fields = { 0 };
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < root->member_count; i++) {
        struct span key = buf_span(&root->members[i].key);
        if (is_field(kind, key))
            continue;
        status = buf_printf(
            &fields, "%sunknown field ", fields.len == 0 ? "" : ", ");
        if (status == STATUS_OK)
            status = go_text_quote(key, &fields);
    }
    *decoding = fields.len > 0 || yaml_tree_repeated(tree).len > 0;
    if (status == STATUS_OK && *decoding)
        status = config_schema_append_strict(tree, buf_span(&fields), problem);
    else if (status == STATUS_OK)
        status = buf_printf(problem, "got unexpected config type: %s, Kind=%s",
            kind->api_version, kind->kind);
    buf_reset(&fields);
    return status;
}

enum status
config_kind_check(
    const struct yaml_tree *tree, bool *decoding, struct buf *problem)
{
    static const struct yaml_node nothing = { .kind = YAML_KIND_NULL };
    const struct yaml_node *root = yaml_tree_root(tree);
    size_t before = problem->len;
    if (root == NULL)
        root = &nothing;
    *decoding = true;
    enum status status = check_types(root, problem);
    if (status == STATUS_OK && problem->len == before)
        status = check_present(root, problem);
    if (status != STATUS_OK || problem->len != before)
        return status == STATUS_OK ? STATUS_INVALID : status;
    const struct known_kind *kind = find_kind(root);
    if (kind != NULL && kind->ours)
        return STATUS_OK;
    status = kind == NULL ? refuse_unknown(root, problem)
                          : refuse_other(tree, kind, decoding, problem);
    return status == STATUS_OK ? STATUS_INVALID : status;
}
