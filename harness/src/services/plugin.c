/* SPDX-License-Identifier: Apache-2.0 */
#include "services/plugin.h"

#include "services/daemon.h"

#include <stdlib.h>

struct plugin {
    struct process *process;
    struct buf socket;
    struct buf endpoint;
};

/* Its credentials come from the environment, and from there only. */
static enum status
fill_environment(
    const struct kms_account *account, struct environment *environment)
{
    static const char *const others[] = { "AWS_SESSION_TOKEN", "AWS_PROFILE",
        "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL",
        "AWS_ENDPOINT_URL_KMS" };
    enum status status = environment_inherit(environment);

    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        environment_unset(environment, others[i]);
    if (status == STATUS_OK)
        status = environment_set(
            environment, "AWS_ACCESS_KEY_ID", account->access_key_id);
    if (status == STATUS_OK)
        status = environment_set(
            environment, "AWS_SECRET_ACCESS_KEY", account->secret_access_key);
    return status;
}

static enum status
choose_socket(const struct workspace *workspace, const char *socket,
    struct plugin *plugin)
{
    enum status status =
        socket == NULL ? workspace_file(workspace, "kms.sock", &plugin->socket)
                       : buf_append_text(&plugin->socket, socket);

    if (status == STATUS_OK)
        status = buf_printf(
            &plugin->endpoint, "unix://%s", buf_text(&plugin->socket));
    return status;
}

static enum status
start(const struct workspace *workspace, const struct plugin_options *options,
    struct plugin *plugin, struct buf *problem)
{
    const char *arguments[] = { "--key", options->key, "--region",
        options->account.region, "--kms-endpoint", options->account.endpoint,
        "--listen", buf_text(&plugin->socket), "--health-port", "127.0.0.1:0",
        options->health_cache == NULL ? NULL : "--health-cache",
        options->health_cache, NULL };
    struct daemon_options daemon = { .program = "aws-kms-plugin",
        .arguments = arguments,
        .workspace = workspace };
    struct environment environment = { 0 };
    struct buf ready = { 0 };
    enum status status = fill_environment(&options->account, &environment);

    daemon.environment = environment.entries;
    if (status == STATUS_OK)
        status = daemon_start(&daemon, &plugin->process, &ready, problem);
    environment_reset(&environment);
    buf_reset(&ready);
    return status;
}

enum status
plugin_start(const struct workspace *workspace,
    const struct plugin_options *options, struct plugin **out,
    struct buf *problem)
{
    struct plugin *plugin = calloc(1, sizeof(*plugin));
    enum status status;

    if (plugin == NULL)
        return STATUS_NO_MEMORY;
    status = choose_socket(workspace, options->socket, plugin);
    if (status == STATUS_OK)
        status = start(workspace, options, plugin, problem);
    if (status == STATUS_OK)
        *out = plugin;
    else
        plugin_free(plugin);
    return status;
}

const char *
plugin_endpoint(const struct plugin *plugin)
{
    return buf_text(&plugin->endpoint);
}

enum status
plugin_configuration(const char *endpoint, struct buf *out)
{
    return buf_printf(out,
        "apiVersion: apiserver.config.k8s.io/v1\n"
        "kind: EncryptionConfiguration\n"
        "resources:\n"
        "- resources: [secrets]\n"
        "  providers:\n"
        "  - kms:\n"
        "      apiVersion: v2\n"
        "      name: " PLUGIN_PROVIDER "\n"
        "      endpoint: %s\n"
        "      timeout: 3s\n"
        "  - identity: {}\n",
        endpoint);
}

struct process *
plugin_process(const struct plugin *plugin)
{
    return plugin->process;
}

void
plugin_free(struct plugin *plugin)
{
    if (plugin == NULL)
        return;
    process_free(plugin->process);
    buf_reset(&plugin->socket);
    buf_reset(&plugin->endpoint);
    free(plugin);
}
