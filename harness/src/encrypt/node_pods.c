/* SPDX-License-Identifier: Apache-2.0 */
#include "encrypt/node_pods.h"

#include "base/clock.h"
#include "encrypt/node_files.h"
#include "node/node_logs.h"
#include "process/interrupt.h"

#include <stdio.h>

enum { PAUSE_MS = 500, LOG_LINES = 5 };

/* A node has bash for certain, and maybe no curl. */
static const char ask_script[] =
    "timeout 5 bash -c 'exec 3<>/dev/tcp/127.0.0.1/$0 2>/dev/null &&"
    " printf \"GET $1 HTTP/1.0\\r\\n\\r\\n\" >&3 && head -n 1 <&3'"
    " \"$1\" \"$2\" 2>/dev/null || :\n";

static const char remove_script[] =
    "rm -f " KIND_MANIFESTS "/" NODE_PODS_EMULATOR ".yaml " KIND_MANIFESTS
    "/" NODE_PODS_PLUGIN ".yaml\n"
    "tries=0\n"
    "while pgrep -f '^" KIND_BUNDLE_FOLDER "/' >/dev/null; do\n"
    "  tries=$((tries + 1))\n"
    "  [ $tries -lt 600 ] || { echo 'the pods do not end' >&2; exit 1; }\n"
    "  sleep 0.1\n"
    "done\n"
    "rm -rf " NODE_FILES_OWN " " KIND_BUNDLE_FOLDER " /var/lib/kmslab\n";

static enum status
start(const struct engine *engine, const char *node, const char *pod,
    const struct kind_recipe *recipe, const struct buf *manifest,
    struct buf *problem)
{
    struct buf content = { 0 };
    enum status st = buf_printf(&content, "%s/.", recipe->bundle);

    if (st == STATUS_OK)
        st = engine_copy_path(
            engine, buf_text(&content), node, KIND_BUNDLE_FOLDER, problem);
    if (st == STATUS_OK)
        st = node_files_put_pod(engine, node, pod, buf_span(manifest), problem);
    buf_reset(&content);
    return st;
}

enum status
node_pods_start_emulator(const struct engine *engine, const char *node,
    const struct kind_recipe *recipe, struct buf *problem)
{
    struct buf manifest = { 0 };
    enum status st = kind_plan_emulator_manifest(recipe, &manifest);

    if (st == STATUS_OK)
        st =
            start(engine, node, NODE_PODS_EMULATOR, recipe, &manifest, problem);
    buf_reset(&manifest);
    return st;
}

enum status
node_pods_start_plugin(const struct engine *engine, const char *node,
    size_t index, const struct kind_recipe *recipe, struct buf *problem)
{
    struct buf manifest = { 0 };
    enum status st = kind_plan_plugin_manifest(recipe, index, &manifest);

    if (st == STATUS_OK)
        st = start(engine, node, NODE_PODS_PLUGIN, recipe, &manifest, problem);
    buf_reset(&manifest);
    return st;
}

static enum status
answers(const struct engine *engine, const char *node, const char *pod,
    bool *good, struct buf *problem)
{
    bool emulator = strcmp(pod, NODE_PODS_EMULATOR) == 0;
    struct buf line = { 0 };
    char port[8];
    size_t at;

    (void)snprintf(port, sizeof(port), "%d",
        emulator ? KIND_EMULATOR_PORT : KIND_HEALTH_PORT);
    enum status st = node_files_run(engine, node, ask_script, port,
        emulator ? "/health" : "/healthz", &line, problem);
    *good = st == STATUS_OK &&
            span_search(buf_span(&line), SPAN_LITERAL(" 200"), &at);
    buf_reset(&line);
    return st;
}

static void
say_silence(const struct engine *engine, const char *node, const char *pod,
    struct buf *problem)
{
    struct buf log = { 0 }, words = { 0 };

    if (node_logs_read(engine, node, pod, LOG_LINES, &log, &words) !=
            STATUS_OK ||
        log.len == 0)
        buf_say(&log, "nothing: kubelet has not started it");
    buf_say(problem, "the pod %s in %s does not answer; it logged:\n%s", pod,
        node, buf_text(&log));
    buf_reset(&log);
    buf_reset(&words);
}

enum status
node_pods_await(const struct engine *engine, const char *node, const char *pod,
    int64_t patience_ms, struct buf *problem)
{
    struct clock clock = clock_monotonic();
    int64_t deadline_ms = clock_ms(&clock) + patience_ms;
    bool good = false;

    for (;;) {
        enum status st = answers(engine, node, pod, &good, problem);

        if (st != STATUS_OK || good)
            return st;
        if (clock_ms(&clock) > deadline_ms) {
            say_silence(engine, node, pod, problem);
            return STATUS_TIMEOUT;
        }
        st = interrupt_sleep(PAUSE_MS);
        if (st != STATUS_OK)
            return st;
    }
}

enum status
node_pods_remove(
    const struct engine *engine, const char *node, struct buf *problem)
{
    return node_files_run(
        engine, node, remove_script, NULL, NULL, NULL, problem);
}
