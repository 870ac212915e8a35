/* SPDX-License-Identifier: Apache-2.0 */
#include "play/look.h"

#include "play/load.h"
#include "play/metric.h"
#include "proxy/proxy.h"

#include <stdio.h>
#include <string.h>

static enum status
fetch_metrics(
    struct engine *engine, const struct expectation *e, struct buf *text)
{
    const struct cluster *cluster = &engine->clusters[e->server];
    const char *of = e->kind->argument;
    struct cluster_answer answer = { 0 };
    enum status st = STATUS_OK;

    if (strcmp(of, "apiserver") == 0) {
        st = cluster->table->get(cluster->context, "/metrics", &answer);
        buf_take(text, &answer.words);
        cluster_answer_reset(&answer);
        return st;
    }
    (void)stage_ask(stage_address(engine->stage, strcmp(of, "plugin") == 0
                                                     ? stage_plugin(e->server)
                                                     : STAGE_EMULATOR),
        "GET", "/metrics", (struct span){ NULL, 0 }, text);
    return st;
}

enum status
look_metric(struct engine *engine, const struct expectation *e, bool *holds,
    struct buf *got)
{
    struct buf text = { 0 };
    int64_t value = 0;
    enum status st = fetch_metrics(engine, e, &text);
    bool found = metric_sum(buf_span(&text), buf_span(&e->subject), &value);

    (void)holds;
    buf_reset(&text);
    if (st != STATUS_OK)
        return st;
    return found ? look_number(got, value)
                 : buf_append_text(got, "no such series");
}

enum status
look_kms_calls(struct engine *engine, const struct expectation *e, bool *holds,
    struct buf *got)
{
    const char *operation = buf_text(&e->subject);

    (void)holds;
    if (strcmp(operation, "all") == 0)
        operation = "";
    return look_number(got, engine_kms_calls(engine, operation));
}

/* "Status", or "Status DeadlineExceeded". */
enum status
look_plugin_calls(struct engine *engine, const struct expectation *e,
    bool *holds, struct buf *got)
{
    struct span method = buf_span(&e->subject), name = { NULL, 0 };
    char path[128];
    int code = -1;

    (void)holds;
    if (stage_proxy(engine->stage) == NULL)
        return buf_append_text(got, "no proxy counts calls");
    (void)span_cut(method, ' ', &method, &name);
    (void)snprintf(path, sizeof(path), "/%s.KeyManagementService/%.*s",
        engine->scenario->kms_v1 ? "v1beta1" : "v2", SPAN_ARG(method));
    for (int i = 0; i <= GRPC_CODE_UNAUTHENTICATED && name.len > 0; i++)
        if (span_equal_text(name, grpc_error_code_name((enum grpc_code)i)))
            code = i;
    return look_number(
        got, (int64_t)proxy_count(stage_proxy(engine->stage), path, code));
}

enum status
look_load(struct engine *engine, const struct expectation *e, bool *holds,
    struct buf *got)
{
    (void)holds;
    return look_number(got, load_look(engine, buf_text(&e->subject)));
}

static enum status
say_duration(struct buf *got, int64_t ms)
{
    return ms < 0 ? buf_append_text(got, "never") : look_number(got, ms);
}

/* What a step saw just now no probe may have seen yet. */
static enum status
look_again(struct engine *engine, int64_t measured_ms)
{
    return measured_ms < 0 ? engine_probe(engine) : STATUS_OK;
}

enum status
look_detect(struct engine *engine, const struct expectation *e, bool *holds,
    struct buf *got)
{
    (void)e;
    (void)holds;
    enum status st = look_again(engine, engine->detected_ms);
    return st == STATUS_OK ? say_duration(got, engine->detected_ms) : st;
}

enum status
look_recover(struct engine *engine, const struct expectation *e, bool *holds,
    struct buf *got)
{
    (void)e;
    (void)holds;
    enum status st = look_again(engine, engine->recovered_ms);
    return st == STATUS_OK ? say_duration(got, engine->recovered_ms) : st;
}

enum status
look_took(struct engine *engine, const struct expectation *e, bool *holds,
    struct buf *got)
{
    (void)e;
    (void)holds;
    return say_duration(got, engine->took_ms);
}

enum status
look_process(struct engine *engine, const struct expectation *e, bool *holds,
    struct buf *got)
{
    const struct cluster *cluster = &engine->clusters[e->server];
    struct span of = buf_span(&e->subject);
    bool runs;

    (void)holds;
    if (span_equal_text(of, "plugin"))
        runs = stage_running(engine->stage, stage_plugin(e->server));
    else if (span_equal_text(of, "emulator"))
        runs = stage_running(engine->stage, STAGE_EMULATOR);
    else
        runs = cluster->table->running(cluster->context);
    return buf_append_text(got, runs ? "running" : "ended");
}
