/* SPDX-License-Identifier: Apache-2.0 */
/* kind_plan_config: the file that kind reads. */
#include "kind/plan.h"
#include "kind/yaml_out.h"

#include <stdio.h>

enum {
    MINOR_WITH_RELOAD = 26,    /* knows automatic-reload of the file */
    MINOR_WITHOUT_V1 = 29,     /* KMS v1 wants its feature gate */
    MINOR_WITHOUT_CGROUP = 35, /* kubelet refuses cgroup v1 */
};

/* "name=value" as one line of a map. */
static void
add_argument(struct yaml_out *y, const char *argument)
{
    struct span name = span_text(argument), value = { NULL, 0 };

    (void)span_cut(name, '=', &name, &value);
    yaml_out_format(y, "      %.*s", SPAN_ARG(name));
    yaml_out_quoted(y, ": ", value);
}

static void
add_arguments(struct yaml_out *y, const struct kind_recipe *r)
{
    const char *const *more = r->plan->apiserver_arguments;

    yaml_out_text(y,
        "    extraArgs:\n"
        "      encryption-provider-config: " KIND_ENCRYPTION_FILE "\n");
    if (r->facts->minor >= MINOR_WITH_RELOAD)
        yaml_out_text(
            y, "      encryption-provider-config-automatic-reload: \"true\"\n");
    if (r->plan->kms == KIND_KMS_V1 && r->facts->minor >= MINOR_WITHOUT_V1)
        yaml_out_text(y, "      feature-gates: KMSv1=true\n");
    for (size_t i = 0; more != NULL && more[i] != NULL; i++)
        add_argument(y, more[i]);
}

static void
add_apiserver(struct yaml_out *y, const struct kind_recipe *r)
{
    yaml_out_text(y,
        "kubeadmConfigPatches:\n"
        "# kube-apiserver reads the EncryptionConfiguration, and reaches the\n"
        "# plugin by its socket: its pod mounts both folders of the node.\n"
        "# Folders, because a mounted file would stay the old one when it is\n"
        "# replaced. No apiVersion, so that the patch fits all versions.\n"
        "- |\n"
        "  kind: ClusterConfiguration\n"
        "  apiServer:\n");
    add_arguments(y, r);
    yaml_out_text(y, "    extraVolumes:\n"
                     "    - name: kmslab-encryption\n"
                     "      hostPath: " KIND_ENCRYPTION_FOLDER "\n"
                     "      mountPath: " KIND_ENCRYPTION_FOLDER "\n"
                     "      readOnly: true\n"
                     "      pathType: DirectoryOrCreate\n"
                     "    - name: kmslab-socket\n"
                     "      hostPath: " KIND_SOCKET_FOLDER "\n"
                     "      mountPath: " KIND_SOCKET_FOLDER "\n"
                     "      pathType: DirectoryOrCreate\n");
}

static void
add_node_patches(struct yaml_out *y, const struct kind_recipe *r)
{
    if (r->facts->bare)
        yaml_out_text(y,
            "# This image has neither kube-proxy nor CoreDNS. (A list replaces\n"
            "# kind's own, so what kind skips is repeated.)\n"
            "- |\n"
            "  kind: InitConfiguration\n"
            "  skipPhases: [preflight, addon/kube-proxy, addon/coredns]\n");
    if (r->cgroup_v1 && r->facts->minor >= MINOR_WITHOUT_CGROUP)
        yaml_out_text(y,
            "# The machine has cgroup v1, which kubelet refuses otherwise.\n"
            "- |\n"
            "  kind: KubeletConfiguration\n"
            "  failCgroupV1: false\n");
}

static void
add_mount(struct yaml_out *y, const char *folder, const char *file,
    const char *container, bool read_only)
{
    struct buf path = { 0 };

    if (y->status == STATUS_OK)
        y->status = buf_printf(
            &path, "%s%s%s", folder, file[0] == '\0' ? "" : "/", file);
    yaml_out_quoted(y, "  - hostPath: ", buf_span(&path));
    yaml_out_format(y, "    containerPath: %s\n", container);
    if (read_only)
        yaml_out_text(y, "    readOnly: true\n");
    buf_reset(&path);
}

static bool
emulator_in(const struct kind_recipe *r, size_t node)
{
    return node == 0 && r->plan->emulator == KIND_EMULATOR_NODE;
}

static void
add_ports(struct yaml_out *y, const struct kind_recipe *r, size_t node)
{
    bool emulator = emulator_in(r, node), plugin = kind_plan_has_pod(r->plan);

    if (!emulator && !plugin)
        return;
    yaml_out_text(y,
        "  # Reached from this machine alone, on ports that the container engine\n"
        "  # chooses, as -1 says (see docker port NODE):\n");
    yaml_out_format(y, "  # %s%s%s.\n",
        emulator ? "KMS and the emulator's admin listener" : "",
        emulator && plugin ? ", " : "", plugin ? "the plugin's health" : "");
    yaml_out_text(y, "  extraPortMappings:\n");
    for (int port = KIND_EMULATOR_PORT; port <= KIND_HEALTH_PORT; port++) {
        if (port == KIND_HEALTH_PORT ? plugin : emulator)
            yaml_out_format(y,
                "  - {containerPort: %d, hostPort: -1, listenAddress: 127.0.0.1}\n",
                port);
    }
}

/* A manifest is mounted as one file: kubelet starts it with the apiserver. */
static void
add_pods(struct yaml_out *y, const struct kind_recipe *r, size_t node)
{
    char file[64];
    bool emulator = emulator_in(r, node), plugin = kind_plan_has_pod(r->plan);

    if (!emulator && !plugin)
        return;
    yaml_out_text(y,
        "  # Programs, and the static pods that kubelet starts them by, in the\n"
        "  # same pass as kube-apiserver.\n");
    add_mount(y, r->bundle, "", KIND_BUNDLE_FOLDER, true);
    if (emulator) {
        add_mount(y, r->folder, "seed", KIND_SEED_FOLDER, true);
        add_mount(y, r->folder, "manifests/kmslab-emulator.yaml",
            KIND_MANIFESTS "/kmslab-emulator.yaml", true);
    }
    (void)snprintf(
        file, sizeof(file), "manifests/kmslab-plugin-%zu.yaml", node + 1);
    if (plugin)
        add_mount(
            y, r->folder, file, KIND_MANIFESTS "/kmslab-plugin.yaml", true);
}

static void
add_image(struct yaml_out *y, const struct kind_recipe *r)
{
    if (r->plan->image != NULL)
        yaml_out_quoted(y, "  image: ", span_text(r->plan->image));
}

static void
add_control_plane(struct yaml_out *y, const struct kind_recipe *r, size_t node)
{
    yaml_out_text(y, "- role: control-plane\n");
    add_image(y, r);
    add_ports(y, r, node);
    yaml_out_text(y, "  extraMounts:\n");
    add_mount(y, r->folder, "enc", KIND_ENCRYPTION_FOLDER, false);
    if (r->plan->socket_folder != NULL)
        add_mount(y, r->plan->socket_folder, "", KIND_SOCKET_FOLDER, false);
    add_pods(y, r, node);
}

enum status
kind_plan_config(const struct kind_recipe *recipe, struct buf *out)
{
    struct yaml_out y = { .out = out };

    yaml_out_text(&y,
        "# For kind create cluster --config. Made by kmslab kind.\n"
        "kind: Cluster\n"
        "apiVersion: kind.x-k8s.io/v1alpha4\n");
    yaml_out_quoted(&y, "name: ", span_text(recipe->plan->name));
    if (recipe->facts->bare)
        yaml_out_text(&y, "networking:\n"
                          "  kubeProxyMode: none\n");
    add_apiserver(&y, recipe);
    add_node_patches(&y, recipe);
    yaml_out_text(&y, "nodes:\n");
    for (size_t i = 0; i < recipe->plan->control_planes; i++)
        add_control_plane(&y, recipe, i);
    for (size_t i = 0; i < recipe->plan->workers; i++) {
        yaml_out_text(&y, "- role: worker\n");
        add_image(&y, recipe);
    }
    return y.status;
}
