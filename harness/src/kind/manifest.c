/* SPDX-License-Identifier: Apache-2.0 */
/* The manifests of the static pods. */
#include "kind/plan.h"
#include "kind/yaml_out.h"

static void
begin_pod(struct yaml_out *y, const char *name, const char *words)
{
    yaml_out_format(y,
        "# %s\n"
        "# A static pod: kubelet runs it for as long as this file is there.\n"
        "apiVersion: v1\n"
        "kind: Pod\n"
        "metadata:\n"
        "  name: %s\n"
        "  namespace: kube-system\n"
        "  labels:\n"
        "    tier: control-plane\n"
        "    component: %s\n"
        "spec:\n"
        "  # The node's network: there before any network plugin is.\n"
        "  hostNetwork: true\n"
        "  priorityClassName: system-node-critical\n"
        "  containers:\n"
        "  - name: %s\n",
        words, name, name, name);
}

/* Our programs bring all that they need, so any image that is there will do. */
static void
add_sandbox(struct yaml_out *y, const struct kind_recipe *r)
{
    yaml_out_text(y,
        "    # The pause image, which each node carries: only its (empty)\n"
        "    # root is used.\n");
    yaml_out_quoted(y, "    image: ", buf_span(&r->facts->sandbox));
    yaml_out_text(y, "    imagePullPolicy: IfNotPresent\n");
}

static void
add_flag(struct yaml_out *y, const char *name, const char *value)
{
    yaml_out_text(y, "    - ");
    if (y->status == STATUS_OK)
        y->status = buf_printf(y->out, "\"%s%s\"\n", name, value);
}

/* The program of the bundle, by its own loader where it has one. */
static void
add_command(struct yaml_out *y, const char *loader, struct span program)
{
    struct buf path = { 0 };

    yaml_out_text(y, "    command:\n");
    if (loader != NULL) {
        add_flag(y, KIND_BUNDLE_FOLDER "/lib/", loader);
        add_flag(y, "--library-path", "");
        add_flag(y, KIND_BUNDLE_FOLDER "/lib", "");
    }
    if (y->status == STATUS_OK)
        y->status =
            buf_printf(&path, KIND_BUNDLE_FOLDER "/%.*s", SPAN_ARG(program));
    yaml_out_quoted(y, "    - ", buf_span(&path));
    buf_reset(&path);
}

static void
add_probe(struct yaml_out *y, const char *path, int port)
{
    yaml_out_format(y,
        "    readinessProbe:\n"
        "      httpGet: {host: 127.0.0.1, port: %d, path: %s}\n"
        "      periodSeconds: 5\n"
        "      timeoutSeconds: 5\n"
        "      failureThreshold: 3\n",
        port, path);
}

static void
add_folder(struct yaml_out *y, const char *name, const char *path,
    const char *type, bool mount)
{
    if (mount)
        yaml_out_format(y, "    - {name: %s, mountPath: %s%s}\n", name, path,
            strcmp(type, "Directory") == 0 ? ", readOnly: true" : "");
    else
        yaml_out_format(y, "  - {name: %s, hostPath: {path: %s, type: %s}}\n",
            name, path, type);
}

struct folder {
    const char *name, *path, *type;
};

static void
add_folders(struct yaml_out *y, const struct folder *folders, size_t count)
{
    yaml_out_text(y, "    volumeMounts:\n");
    for (size_t i = 0; i < count; i++)
        add_folder(y, folders[i].name, folders[i].path, folders[i].type, true);
    yaml_out_text(y, "  volumes:\n");
    for (size_t i = 0; i < count; i++)
        add_folder(y, folders[i].name, folders[i].path, folders[i].type, false);
}

enum status
kind_plan_emulator_manifest(const struct kind_recipe *recipe, struct buf *out)
{
    static const struct folder folders[] = {
        { "bundle", KIND_BUNDLE_FOLDER, "Directory" },
        { "seed", KIND_SEED_FOLDER, "Directory" },
        { "data", KIND_DATA_FOLDER, "DirectoryOrCreate" },
    };
    struct yaml_out y = { .out = out };

    begin_pod(&y, "kmslab-emulator", "The KMS of this cluster: kms-emulator.");
    add_sandbox(&y, recipe);
    add_command(&y, recipe->emulator_loader, SPAN_LITERAL("kms-emulator"));
    yaml_out_format(&y,
        "    # All addresses: other control planes ask it over the network of\n"
        "    # the nodes, and this machine by published ports.\n"
        "    - \"--listen=0.0.0.0:%d\"\n"
        "    - \"--admin-published=0.0.0.0:%d\"\n"
        "    - \"--account=" KIND_ACCOUNT "\"\n"
        "    - \"--region=" KIND_REGION "\"\n"
        "    - \"--seed=" KIND_SEED_FILE "\"\n"
        "    - \"--data=" KIND_DATA_FOLDER "\"\n",
        KIND_EMULATOR_PORT, KIND_ADMIN_PORT);
    add_probe(&y, "/health", KIND_EMULATOR_PORT);
    add_folders(&y, folders, ARRAY_LEN(folders));
    return y.status;
}

/* The emulator as the plugin of control plane `node` reaches it. */
static void
add_endpoint(struct yaml_out *y, const struct kind_recipe *r, size_t node)
{
    if (r->plan->emulator == KIND_EMULATOR_HOST)
        add_flag(y, "--kms-endpoint=", r->host_endpoint);
    else if (node == 0)
        yaml_out_format(y, "    - \"--kms-endpoint=http://127.0.0.1:%d\"\n",
            KIND_EMULATOR_PORT);
    else
        yaml_out_format(y,
            "    - \"--kms-endpoint=http://%s-control-plane:%d\"\n",
            r->plan->name, KIND_EMULATOR_PORT);
}

/* Any secret will do: the account is the access key's name. */
static void
add_credentials(struct yaml_out *y, const struct kind_recipe *r)
{
    if (r->plan->emulator == KIND_EMULATOR_NONE)
        return;
    yaml_out_text(y,
        "    # For the emulator alone, which takes any secret: the access key\n"
        "    # names the account.\n"
        "    env:\n"
        "    - {name: AWS_ACCESS_KEY_ID, value: \"" KIND_ACCOUNT "\"}\n"
        "    - {name: AWS_SECRET_ACCESS_KEY, value: kmslab}\n"
        "    - {name: AWS_EC2_METADATA_DISABLED, value: \"true\"}\n");
}

/* The words of the command after its first: more flags. */
static void
add_more_flags(struct yaml_out *y, struct span words)
{
    while (words.len > 0) {
        struct span word = words, rest = { NULL, 0 };

        (void)span_cut(words, ' ', &word, &rest);
        if (word.len > 0)
            yaml_out_quoted(y, "    - ", word);
        words = rest;
    }
}

static struct span
base_name(struct span path)
{
    size_t at = path.len;

    while (at > 0 && path.ptr[at - 1] != '/')
        at--;
    return span_skip(path, at);
}

static void
add_flags(struct yaml_out *y, const struct kind_recipe *r, size_t node)
{
    struct buf arn = { 0 };

    if (y->status == STATUS_OK)
        y->status = kind_plan_key_arn(r->key, &arn);
    if (r->plan->emulator != KIND_EMULATOR_NONE) {
        add_flag(y, "--key=", buf_text(&arn));
        add_flag(y, "--region=", KIND_REGION);
        add_endpoint(y, r, node);
    }
    add_flag(y, "--listen=", KIND_SOCKET_FILE);
    yaml_out_format(y, "    - \"--health-port=:%d\"\n", KIND_HEALTH_PORT);
    add_flag(y, "--health-kms-version=", kind_kms_names[r->plan->kms]);
    buf_reset(&arn);
}

enum status
kind_plan_plugin_manifest(
    const struct kind_recipe *recipe, size_t node, struct buf *out)
{
    static const struct folder folders[] = {
        { "socket", KIND_SOCKET_FOLDER, "DirectoryOrCreate" },
        { "bundle", KIND_BUNDLE_FOLDER, "Directory" },
    };
    const struct kind_plan *plan = recipe->plan;
    bool image = plan->plugin == KIND_PLUGIN_IMAGE;
    struct span program = SPAN_LITERAL("aws-kms-plugin"), more = { NULL, 0 };
    struct yaml_out y = { .out = out };

    begin_pod(
        &y, "kmslab-plugin", "The KMS plugin of this node's kube-apiserver.");
    if (plan->plugin == KIND_PLUGIN_COMMAND) {
        program = span_text(plan->plugin_what);
        (void)span_cut(program, ' ', &program, &more);
    }
    if (image) {
        yaml_out_quoted(&y, "    image: ", span_text(plan->plugin_what));
        yaml_out_text(&y, "    imagePullPolicy: IfNotPresent\n    args:\n");
    } else {
        add_sandbox(&y, recipe);
        add_command(&y, recipe->plugin_loader, base_name(program));
    }
    add_flags(&y, recipe, node);
    add_more_flags(&y, more);
    add_credentials(&y, recipe);
    add_probe(&y, "/healthz", KIND_HEALTH_PORT);
    add_folders(&y, folders, image ? 1 : ARRAY_LEN(folders));
    return y.status;
}
