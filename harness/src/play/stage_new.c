/* SPDX-License-Identifier: Apache-2.0 */
/* How the processes of a scenario are started. */
#include "play/stage_parts.h"

#include "proxy/proxy.h"

#include <stdlib.h>

#define KMS_NAME "kms.kmslab.test" /* RFC 6761: nobody else has it */

void
stage_free(struct stage *stage)
{
    if (stage == NULL)
        return;
    proxy_free(stage->proxy);
    for (size_t i = 0; i < SCENARIO_SERVERS; i++) {
        plugin_free(stage->plugins[i]);
        buf_reset(&stage->sockets[i]);
        buf_reset(&stage->endpoints[i]);
    }
    emulator_free(stage->emulator);
    resolver_free(stage->resolver);
    buf_reset(&stage->data);
    buf_reset(&stage->listen);
    buf_reset(&stage->url);
    buf_reset(&stage->by_name);
    buf_reset(&stage->elsewhere);
    buf_reset(&stage->key);
    buf_reset(&stage->front);
    buf_reset(&stage->front_endpoint);
    for (size_t i = 0; i < STAGE_COUNT; i++)
        buf_reset(&stage->address[i]);
    free(stage);
}

enum status
stage_start_emulator(struct stage *stage, struct buf *problem)
{
    const struct emulator_options options = { .data = buf_text(&stage->data),
        .listen = stage->listen.len == 0 ? NULL : buf_text(&stage->listen) };
    enum status st = emulator_start(
        stage->options.workspace, &options, &stage->emulator, problem);

    if (st == STATUS_OK)
        st = buf_set(&stage->url, span_text(emulator_url(stage->emulator)));
    if (st == STATUS_OK)
        st = buf_set(&stage->listen,
            span_skip(buf_span(&stage->url), strlen("http://")));
    if (st == STATUS_OK)
        st = buf_set(&stage->address[STAGE_EMULATOR],
            span_text(emulator_admin(stage->emulator)));
    return st;
}

/* Those of the file, two of ours, and the end. */
enum { FLAGS_MAX = SCENARIO_FLAGS_MAX + 3 };

/* What the requests of the second plugin say, for rules that mean it alone. */
static const char second[] =
    "--source-arn=arn:aws:eks:us-east-1:000000000000:cluster/server-2";

/*
 * Retries and their pauses are real time, which a scaled run has not got: the
 * first failure counts, unless the file wants to see retries.
 */
static void
fill_flags(
    const struct stage *stage, size_t server, const char *flags[FLAGS_MAX])
{
    const struct scenario *scenario = stage->options.scenario;
    bool told = scenario->scale == 1;
    size_t count = 0;

    for (size_t i = 0; i < scenario->plugin_flag_count; i++) {
        flags[count] = buf_text(&scenario->plugin_flags[i]);
        told = told || strstr(flags[count], "--max-attempts") != NULL;
        count++;
    }
    if (!told)
        flags[count++] = "--max-attempts=1";
    if (server > 0)
        flags[count] = second;
}

/* A file that says what a key is called wants to see another one behind it. */
static bool
follows_alias(const struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->plugin_flag_count; i++)
        if (strstr(buf_text(&scenario->plugin_flags[i]), "--key-id") != NULL)
            return true;
    return false;
}

enum status
stage_start_plugin(struct stage *stage, size_t server, struct buf *problem)
{
    const char *flags[FLAGS_MAX] = { 0 };
    bool ours = stage->options.plugin == NULL;
    struct plugin_options options = {
        .account = stage_account(stage),
        .key = follows_alias(stage->options.scenario) ? STAGE_ALIAS
                                                      : buf_text(&stage->key),
        .socket = buf_text(&stage->sockets[server]),
        .program = stage->options.plugin,
        .health_cache = ours ? "0s" : NULL,
        .flags = flags,
    };

    if (stage->resolver != NULL) {
        options.account.endpoint = buf_text(&stage->by_name);
        options.files = resolver_files(stage->resolver);
    }
    if (stage->elsewhere.len > 0)
        options.account.endpoint = buf_text(&stage->elsewhere);
    if (ours)
        fill_flags(stage, server, flags);
    enum status st = plugin_start(
        stage->options.workspace, &options, &stage->plugins[server], problem);
    if (st == STATUS_OK)
        st = buf_set(&stage->address[stage_plugin(server)],
            span_text(plugin_health_url(stage->plugins[server])));
    return st;
}

static enum status
choose_paths(struct stage *stage)
{
    static const char *const names[SCENARIO_SERVERS] = { "plugin.sock",
        "plugin-2.sock" };
    const struct workspace *workspace = stage->options.workspace;
    const char *folder = stage->options.sockets != NULL
                             ? stage->options.sockets
                             : workspace_path(workspace);
    enum status st = workspace_file(workspace, "kms-data", &stage->data);

    for (size_t i = 0; i < SCENARIO_SERVERS && st == STATUS_OK; i++) {
        st = buf_printf(&stage->sockets[i], "%s/%s", folder, names[i]);
        if (st == STATUS_OK)
            st = buf_printf(&stage->endpoints[i], "unix://%s",
                buf_text(&stage->sockets[i]));
    }
    if (st == STATUS_OK)
        st = buf_printf(&stage->front, "%s/front.sock", folder);
    if (st == STATUS_OK)
        st = buf_printf(
            &stage->front_endpoint, "unix://%s", buf_text(&stage->front));
    return st;
}

static enum status
start_proxy(struct stage *stage, struct buf *problem)
{
    const struct proxy_options options = {
        .listen = buf_text(&stage->front_endpoint),
        .plugin = buf_text(&stage->endpoints[0]),
        .layers = PROXY_BOTH,
        .seed = stage->options.seed,
    };

    return proxy_new(&options, &stage->proxy, problem);
}

/* The emulator keeps its port, so the name's URL stays what it is. */
static enum status
start_resolver(struct stage *stage, struct buf *problem)
{
    const char *port = strrchr(buf_text(&stage->url), ':');
    enum status st = resolver_new(
        stage->options.workspace, KMS_NAME, &stage->resolver, problem);

    return st == STATUS_OK
               ? buf_printf(&stage->by_name, "http://" KMS_NAME "%s", port)
               : st;
}

enum status
stage_new(const struct stage_options *options, struct stage **out,
    struct buf *problem)
{
    struct stage *stage = calloc(1, sizeof(*stage));

    if (stage == NULL)
        return STATUS_NO_MEMORY;
    stage->options = *options;
    enum status st = choose_paths(stage);
    if (st == STATUS_OK)
        st = stage_start_emulator(stage, problem);
    struct kms_account account = stage_account(stage);
    if (st == STATUS_OK)
        st = kms_ensure_alias(&account, STAGE_ALIAS, &stage->key, problem);
    if (st == STATUS_OK && options->scenario->resolver)
        st = start_resolver(stage, problem);
    for (size_t i = 0;
         i < (size_t)options->scenario->apiservers && st == STATUS_OK; i++)
        st = stage_start_plugin(stage, i, problem);
    if (st == STATUS_OK && options->scenario->proxy)
        st = start_proxy(stage, problem);
    if (st == STATUS_OK)
        *out = stage;
    else
        stage_free(stage);
    return st;
}
