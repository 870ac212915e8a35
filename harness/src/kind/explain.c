/* SPDX-License-Identifier: Apache-2.0 */
#include "kind/explain.h"

#include "http/http.h"
#include "kind/nodes.h"
#include "kind/tools.h"

enum { WORDS_MAX = 300, SHORT_MAX = 100, HEALTH_TIMEOUT_MS = 5000 };

void
kind_explain_pods(
    const struct engine *engine, const char *node, struct buf *problem)
{
    static const char *const pods[] = { "kmslab-plugin", "kmslab-emulator" };

    for (size_t i = 0; i < ARRAY_LEN(pods); i++) {
        struct buf words = { 0 };
        int restarts = 0;

        if (kind_nodes_pod_log(engine, node, pods[i], &words, &restarts) ==
                STATUS_OK &&
            words.len > 0)
            buf_say(problem, "; %s says: %s", pods[i], buf_text(&words));
        buf_reset(&words);
    }
}

enum status
kind_explain_health(
    const struct engine *engine, const char *node, struct buf *words)
{
    struct buf url = { 0 };
    struct http_answer answer = { 0 };
    struct http_request request = { .timeout_ms = HEALTH_TIMEOUT_MS };
    enum status status =
        kind_nodes_url(engine, node, KIND_HEALTH_PORT, &url, words);

    if (status == STATUS_OK)
        status = buf_append_text(&url, "/healthz");
    request.url = buf_text(&url);
    if (status == STATUS_OK)
        status = http_send(&request, &answer, words);
    if (status == STATUS_OK && answer.status != 200) {
        buf_say(words, "%.*s",
            SPAN_ARG(span_first(span_trim(buf_span(&answer.body)), WORDS_MAX)));
        status = STATUS_DENIED;
    }
    http_answer_reset(&answer);
    buf_reset(&url);
    return status;
}

/* Whether the plugin is why: its pod runs and is not healthy. No Secret can
 * then be written, and kubeadm ends with its first. */
static bool
blame_plugin(const struct engine *engine, const struct kind_record *record,
    struct buf *problem)
{
    struct buf words = { 0 }, log = { 0 };
    const char *node = buf_text(&record->control_planes.names[0]);
    enum status health = STATUS_OK;
    int restarts = 0;
    bool blamed = false;

    if (!span_equal_text(buf_span(&record->plugin.kind), "none"))
        health = kind_explain_health(engine, node, &words);
    if (health != STATUS_OK)
        blamed = kind_nodes_pod_log(engine, node, "kmslab-plugin", &log,
                     &restarts) == STATUS_OK &&
                 log.len > 0;
    if (blamed) {
        buf_say(
            problem, "the plugin does not become ready: %s", buf_text(&words));
        if (health != STATUS_DENIED)
            kind_explain_pods(engine, node, problem);
        buf_say(problem, "; so ");
    }
    buf_reset(&log);
    buf_reset(&words);
    return blamed;
}

/* The usual reason why one more node does not start on a machine that has
 * many: Linux lets a user have 128 inotify instances. */
static void
explain_kubelet(
    const struct engine *engine, const char *node, struct buf *problem)
{
    static const char script[] = "journalctl -u kubelet -n 200 --no-pager | "
                                 "grep -m 1 -o 'too many open files'";
    const char *const argv[] = { "sh", "-c", script, NULL };
    struct buf output = { 0 }, words = { 0 };

    if (engine_exec(engine, node, argv, (struct span){ 0 }, &output, &words) ==
            STATUS_OK &&
        output.len > 0)
        buf_say(problem,
            "; kubelet of %s says: too many open files, so raise the limit"
            " (sysctl fs.inotify.max_user_instances=512), or make fewer nodes",
            node);
    buf_reset(&words);
    buf_reset(&output);
}

/* kubeadm's own last words, in the midst of what kind hands on. */
static void
say_phase(struct span errors, struct buf *problem)
{
    const struct span mark = SPAN_LITERAL("error execution phase ");
    struct span line, rest;
    size_t at;

    if (!span_search(errors, mark, &at))
        return;
    line = span_skip(errors, at);
    (void)span_cut(line, '\n', &line, &rest);
    buf_say(problem, "; kubeadm: %.*s",
        SPAN_ARG(span_first(span_trim(line), WORDS_MAX)));
}

void
kind_explain(const struct engine *engine, const struct kind_record *record,
    struct span errors, struct buf *problem)
{
    const struct kind_names *lists[] = { &record->control_planes,
        &record->workers };
    struct span error = kind_tools_error(errors);

    if (blame_plugin(engine, record, problem))
        error = span_first(error, SHORT_MAX);
    buf_say(problem, "kind: %.*s", SPAN_ARG(error));
    say_phase(errors, problem);
    for (size_t l = 0; l < ARRAY_LEN(lists); l++) {
        for (size_t i = 0; i < lists[l]->count; i++)
            explain_kubelet(engine, buf_text(&lists[l]->names[i]), problem);
    }
}
