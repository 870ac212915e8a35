/* SPDX-License-Identifier: Apache-2.0 */
#include "services/plugin.h"

#include "services/daemon.h"

#include <stdlib.h>

struct plugin {
    struct process *process;
    struct buf socket;
    struct buf endpoint;
    struct buf health_url;
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

static void
add_flag(
    const char **arguments, size_t *count, const char *name, const char *value)
{
    if (value == NULL)
        return;
    arguments[(*count)++] = name;
    arguments[(*count)++] = value;
}

/* What the readiness line says after "health"; no line: none. */
static enum status
take_health_url(struct span line, struct buf *url)
{
    const struct span before = SPAN_LITERAL("http://");
    struct span rest;
    size_t at;

    if (!span_search(line, before, &at))
        return STATUS_OK;
    line = span_skip(line, at);
    (void)span_cut(line, ' ', &line, &rest);
    return buf_append(url, line);
}

enum { ARGUMENTS_MAX = 26 };

/* How many there are. */
static size_t
fill_arguments(const struct plugin_options *options, const char *socket,
    const char *arguments[ARGUMENTS_MAX])
{
    const struct kms_account *account = &options->account;
    size_t count = 0;

    add_flag(arguments, &count, "--key", options->key);
    add_flag(arguments, &count, "--region", account->region);
    add_flag(arguments, &count, "--kms-endpoint", account->endpoint);
    add_flag(arguments, &count, "--listen", socket);
    add_flag(arguments, &count, "--health-port", "127.0.0.1:0");
    add_flag(arguments, &count, "--health-cache", options->health_cache);
    add_flag(arguments, &count, "--key-id", options->key_id);
    for (size_t i = 0; options->flags != NULL && options->flags[i] != NULL; i++)
        if (count + 1 < ARGUMENTS_MAX)
            arguments[count++] = options->flags[i];
    return count;
}

static enum status
start(const struct workspace *workspace, const struct plugin_options *options,
    struct plugin *plugin, struct buf *problem)
{
    const char *arguments[ARGUMENTS_MAX] = { NULL };
    struct daemon_options daemon = { .program = "aws-kms-plugin",
        .arguments = arguments,
        .files = options->files,
        .workspace = workspace };
    const char *slash;
    struct environment environment = { 0 };
    struct buf ready = { 0 };
    enum status status = fill_environment(&options->account, &environment);

    (void)fill_arguments(options, buf_text(&plugin->socket), arguments);
    if (options->program != NULL) {
        slash = strrchr(options->program, '/');
        daemon.program = slash == NULL ? options->program : slash + 1;
        daemon.path = options->program;
        daemon.socket = buf_text(&plugin->socket);
    }
    daemon.environment = environment.entries;
    if (status == STATUS_OK)
        status = daemon_start(&daemon, &plugin->process, &ready, problem);
    if (status == STATUS_OK)
        status = take_health_url(buf_span(&ready), &plugin->health_url);
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

enum status
plugin_check_flags(const struct workspace *workspace, const char *const *flags,
    struct buf *problem)
{
    const struct plugin_options options = {
        .account = { .endpoint = "http://127.0.0.1:1", .region = "us-east-1" },
        .key = "alias/none",
        .flags = flags,
    };
    const char *arguments[ARGUMENTS_MAX + 1] = { NULL };
    const struct daemon_options daemon = { .program = "aws-kms-plugin",
        .arguments = arguments,
        .workspace = workspace };

    arguments[fill_arguments(&options, "/nowhere/kms.sock", arguments)] =
        "--check";
    return daemon_ask(&daemon, problem);
}

const char *
plugin_health_url(const struct plugin *plugin)
{
    return buf_text(&plugin->health_url);
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
    buf_reset(&plugin->health_url);
    free(plugin);
}
