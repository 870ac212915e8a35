/* SPDX-License-Identifier: Apache-2.0 */
#include "k8s/config_schema.h"

#include "base/num.h"
#include "k8s/go_duration.h"
#include "k8s/go_text.h"

/* ---- the types of EncryptionConfiguration, apiserver.config.k8s.io/v1 -- */

enum field_type {
    FIELD_STRING,
    FIELD_INT32,
    FIELD_DURATION,
    FIELD_STRINGS,
    FIELD_STRUCT,
    FIELD_STRUCTS, /* a list of them */
};

struct field {
    const char *name;
    enum field_type type;
    const struct schema *schema; /* of a struct, or of a list's */
};

struct schema {
    const char *name; /* of the type in Go */
    const struct field *fields;
    size_t field_count;
};

#define SCHEMA(variable, type, table)                                          \
    static const struct schema variable = { type, table, ARRAY_LEN(table) }

static const struct field key_fields[] = {
    { "name", FIELD_STRING, NULL },
    { "secret", FIELD_STRING, NULL },
};
SCHEMA(key_schema, "Key", key_fields);

static const struct field keys_fields[] = {
    { "keys", FIELD_STRUCTS, &key_schema },
};
SCHEMA(aes_schema, "AESConfiguration", keys_fields);
SCHEMA(secretbox_schema, "SecretboxConfiguration", keys_fields);

static const struct schema identity_schema = { "IdentityConfiguration", NULL,
    0 };

static const struct field kms_fields[] = {
    { "apiVersion", FIELD_STRING, NULL },
    { "name", FIELD_STRING, NULL },
    { "cachesize", FIELD_INT32, NULL },
    { "endpoint", FIELD_STRING, NULL },
    { "timeout", FIELD_DURATION, NULL },
};
SCHEMA(kms_schema, "KMSConfiguration", kms_fields);

static const struct field provider_fields[] = {
    { "aesgcm", FIELD_STRUCT, &aes_schema },
    { "aescbc", FIELD_STRUCT, &aes_schema },
    { "secretbox", FIELD_STRUCT, &secretbox_schema },
    { "identity", FIELD_STRUCT, &identity_schema },
    { "kms", FIELD_STRUCT, &kms_schema },
};
SCHEMA(provider_schema, "ProviderConfiguration", provider_fields);

static const struct field rule_fields[] = {
    { "resources", FIELD_STRINGS, NULL },
    { "providers", FIELD_STRUCTS, &provider_schema },
};
SCHEMA(rule_schema, "ResourceConfiguration", rule_fields);

static const struct field root_fields[] = {
    { "apiVersion", FIELD_STRING, NULL },
    { "kind", FIELD_STRING, NULL },
    { "resources", FIELD_STRUCTS, &rule_schema },
};
SCHEMA(root_schema, "EncryptionConfiguration", root_fields);

/* ---- the walk -------------------------------------------------------- */

struct walk {
    enum status status;
    bool fatal;            /* a text that its type refused ends the decoding */
    struct buf type_fault; /* the first value of a wrong type */
    struct buf strict;     /* unknown and repeated fields */
    struct buf path;       /* resources[0].providers[1].kms */
    struct buf go_path;    /* resources.providers.kms */
};

/* The first failure stays. */
static void
note(struct walk *w, enum status status)
{
    if (w->status == STATUS_OK)
        w->status = status;
}

static void
push(struct buf *path, const char *name, struct walk *w)
{
    note(w, buf_printf(path, "%s%s", path->len == 0 ? "" : ".", name));
}

static void
note_strict(struct walk *w, const char *what, struct span key)
{
    size_t before = w->path.len;
    if (w->strict.len > 0)
        note(w, buf_append_text(&w->strict, ", "));
    note(w, buf_append_text(&w->strict, what));
    if (before > 0)
        note(w, buf_append_byte(&w->path, '.'));
    note(w, buf_append(&w->path, key));
    note(w, go_text_quote(buf_span(&w->path), &w->strict));
    buf_truncate(&w->path, before);
}

/* Of a type that is no struct. */
static const char *
type_name(const struct field *field, bool element)
{
    if (field->type == FIELD_INT32)
        return "int32";
    return field->type == FIELD_STRINGS && !element ? "[]string" : "string";
}

/* "string", "number 3000000000": how Go calls the value in a JSON text. */
static void
note_value(
    struct walk *w, const struct field *field, const struct yaml_node *node)
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
    note(w, buf_append_text(&w->type_fault, names[node->kind]));
    bool number = node->kind == YAML_KIND_INT || node->kind == YAML_KIND_FLOAT;
    if (field->type == FIELD_INT32 && number) {
        note(w, buf_append_byte(&w->type_fault, ' '));
        note(w, buf_append(&w->type_fault, buf_span(&node->text)));
    }
}

static void
note_type(struct walk *w, const struct schema *owner, const struct field *field,
    const struct yaml_node *node, bool element)
{
    if (w->type_fault.len > 0)
        return;
    note(w, buf_append_text(&w->type_fault, "json: cannot unmarshal "));
    note_value(w, field, node);
    note(w, buf_printf(&w->type_fault, " into Go struct field %s.%s of type ",
                owner->name, buf_text(&w->go_path)));
    if (field->schema == NULL)
        note(w, buf_append_text(&w->type_fault, type_name(field, element)));
    else
        note(w, buf_printf(&w->type_fault, "%sv1.%s",
                    field->type == FIELD_STRUCTS && !element ? "[]" : "",
                    field->schema->name));
}

static void
check_duration(struct walk *w, const struct yaml_node *node)
{
    int64_t ns;
    if (num_parse_duration_ns(buf_span(&node->text), &ns) == STATUS_OK)
        return;
    buf_clear(&w->type_fault);
    note(w, go_duration_problem(buf_span(&node->text), &w->type_fault));
    w->fatal = true;
}

static bool
is_int32(const struct yaml_node *node)
{
    int64_t value;
    return yaml_tree_int(node, &value) == STATUS_OK && value >= INT32_MIN &&
           value <= INT32_MAX;
}

static void walk_struct(
    struct walk *w, const struct schema *schema, const struct yaml_node *node);

static void
walk_element(struct walk *w, const struct schema *owner,
    const struct field *field, const struct yaml_node *node)
{
    enum yaml_kind wanted =
        field->type == FIELD_STRINGS ? YAML_KIND_STRING : YAML_KIND_MAP;
    if (node->kind == YAML_KIND_NULL)
        return;
    if (node->kind != wanted)
        note_type(w, owner, field, node, true);
    else if (field->schema != NULL)
        walk_struct(w, field->schema, node);
}

static void
walk_list(struct walk *w, const struct schema *owner, const struct field *field,
    const struct yaml_node *list)
{
    size_t before = w->path.len;
    for (size_t i = 0; i < list->item_count && !w->fatal; i++) {
        note(w, buf_printf(&w->path, "[%zu]", i));
        walk_element(w, owner, field, list->items[i]);
        buf_truncate(&w->path, before);
    }
}

static bool
has_type(const struct field *field, const struct yaml_node *node)
{
    switch (field->type) {
    case FIELD_STRING:
    case FIELD_DURATION:
        return node->kind == YAML_KIND_STRING;
    case FIELD_INT32:
        return is_int32(node);
    case FIELD_STRINGS:
    case FIELD_STRUCTS:
        return node->kind == YAML_KIND_LIST;
    case FIELD_STRUCT:
        return node->kind == YAML_KIND_MAP;
    }
    return false;
}

static void
walk_field(struct walk *w, const struct schema *owner,
    const struct field *field, const struct yaml_node *node)
{
    if (node->kind == YAML_KIND_NULL)
        return;
    if (!has_type(field, node))
        note_type(w, owner, field, node, false);
    else if (field->type == FIELD_DURATION)
        check_duration(w, node);
    else if (field->type == FIELD_STRUCT)
        walk_struct(w, field->schema, node);
    else if (node->kind == YAML_KIND_LIST)
        walk_list(w, owner, field, node);
}

static const struct field *
find_field(const struct schema *schema, struct span name)
{
    for (size_t i = 0; i < schema->field_count; i++)
        if (span_equal_text(name, schema->fields[i].name))
            return &schema->fields[i];
    return NULL;
}

static void
walk_struct(
    struct walk *w, const struct schema *schema, const struct yaml_node *node)
{
    size_t path = w->path.len, go_path = w->go_path.len;
    for (size_t i = 0; i < node->member_count && !w->fatal; i++) {
        const struct yaml_member *member = &node->members[i];
        const struct field *field = find_field(schema, buf_span(&member->key));
        if (field == NULL && !member->repeated)
            note_strict(w, "unknown field ", buf_span(&member->key));
        if (field != NULL && member->repeated)
            note_strict(w, "duplicate field ", buf_span(&member->key));
        if (field == NULL || member->repeated)
            continue;
        push(&w->path, field->name, w);
        push(&w->go_path, field->name, w);
        walk_field(w, schema, field, member->value);
        buf_truncate(&w->path, path);
        buf_truncate(&w->go_path, go_path);
    }
}

enum status
config_schema_append_strict(
    const struct yaml_tree *tree, struct span fields, struct buf *problem)
{
    struct span repeated = yaml_tree_repeated(tree);
    enum status status = buf_append_text(problem, "strict decoding error: ");
    if (status == STATUS_OK && repeated.len > 0)
        status = buf_append_text(problem, "yaml: unmarshal errors:");
    if (status == STATUS_OK)
        status = buf_append(problem, repeated);
    if (status == STATUS_OK && repeated.len > 0 && fields.len > 0)
        status = buf_append_text(problem, ", ");
    return status == STATUS_OK ? buf_append(problem, fields) : status;
}

enum status
config_schema_check(const struct yaml_tree *tree, struct buf *problem)
{
    struct walk w = { .status = STATUS_OK };
    walk_struct(&w, &root_schema, yaml_tree_root(tree));
    enum status status = w.status;
    bool good = w.type_fault.len == 0 && w.strict.len == 0 &&
                yaml_tree_repeated(tree).len == 0;
    if (status == STATUS_OK && w.type_fault.len > 0)
        status = buf_append(problem, buf_span(&w.type_fault));
    else if (status == STATUS_OK && !good)
        status =
            config_schema_append_strict(tree, buf_span(&w.strict), problem);
    buf_reset(&w.type_fault);
    buf_reset(&w.strict);
    buf_reset(&w.path);
    buf_reset(&w.go_path);
    return status == STATUS_OK && !good ? STATUS_INVALID : status;
}
