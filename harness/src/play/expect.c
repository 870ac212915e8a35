/* SPDX-License-Identifier: Apache-2.0 */
#include "play/expect.h"

#include "play/load.h"
#include "play/metric.h"
#include "proxy/proxy.h"
#include "scenario/bound.h"

#include <stdio.h>

/* What there is goes into *got; a look sets *holds only where its form does
 * not say how it is compared with what is wanted. */
typedef enum status look_fn(struct engine *engine, const struct expectation *e,
    bool *holds, struct buf *got);

static bool
contains(const struct buf *text, const struct buf *words)
{
    size_t at;

    return span_search(buf_span(text), buf_span(words), &at);
}

static enum status
say_number(struct buf *got, int64_t value)
{
    return buf_printf(got, "%lld", (long long)value);
}

static enum status
look_health(struct engine *engine, const struct expectation *e, bool *holds,
    struct buf *got)
{
    struct buf words = { 0 };
    const char *value = "";
    enum status st =
        engine_health(engine, e->server, e->kind->argument, &value, &words);

    (void)holds;
    buf_reset(&words);
    return st == STATUS_OK ? buf_append_text(got, value) : st;
}

static enum status
look_health_says(struct engine *engine, const struct expectation *e,
    bool *holds, struct buf *got)
{
    const char *value = "";
    enum status st = engine_health(engine, e->server,
        engine->scenario->kms_v1 ? "/readyz/kms-provider-0"
                                 : "/readyz/kms-providers",
        &value, got);

    *holds = contains(got, &e->want);
    return st;
}

/* "failed" is any RPC that fails. */
static enum status
look_status(struct engine *engine, const struct expectation *e, bool *holds,
    struct buf *got)
{
    struct engine_status status = { 0 };

    engine_status(engine, e->server, &status);
    enum status st = buf_append_text(got, status.value);
    *holds = span_equal(buf_span(got), buf_span(&e->want)) ||
             (span_equal_text(buf_span(&e->want), "failed") &&
                 strcmp(status.value, "ok") != 0 &&
                 strcmp(status.value, "unhealthy") != 0);
    engine_status_reset(&status);
    return st;
}

static enum status
look_status_says(struct engine *engine, const struct expectation *e,
    bool *holds, struct buf *got)
{
    struct engine_status status = { 0 };

    engine_status(engine, e->server, &status);
    buf_take(got, &status.words);
    *holds = contains(got, &e->want);
    engine_status_reset(&status);
    return STATUS_OK;
}

static enum status
look_key_id(struct engine *engine, const struct expectation *e, bool *holds,
    struct buf *got)
{
    struct engine_status status = { 0 };

    (void)holds;
    engine_status(engine, e->server, &status);
    bool same = span_equal(buf_span(&status.key_id), buf_span(&engine->key_id));
    engine_status_reset(&status);
    return buf_append_text(got, same ? "same" : "changed");
}

static enum status
look_plugin_health(struct engine *engine, const struct expectation *e,
    bool *holds, struct buf *got)
{
    struct buf body = { 0 };
    unsigned code =
        stage_ask(stage_address(engine->stage, stage_plugin(e->server)), "GET",
            e->kind->argument, (struct span){ NULL, 0 }, &body);

    (void)holds;
    buf_reset(&body);
    return buf_append_text(got, code == 200 ? "ok"
                                : code == 0 ? "unreachable"
                                            : "failed");
}

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

static enum status
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
    return found ? say_number(got, value)
                 : buf_append_text(got, "no such series");
}

static enum status
look_api(struct engine *engine, const struct expectation *e,
    enum scenario_verb verb, struct buf *got)
{
    struct cluster_answer answer = { 0 };
    struct engine_call call = { verb, buf_text(&e->subject), false, e->server };
    enum status st = engine_call(engine, &call, &answer);
    bool failed = span_equal_text(buf_span(&e->want), "failed");

    if (st == STATUS_OK && answer.code == 0)
        st = buf_append_text(got, "unreachable");
    else if (st == STATUS_OK && (answer.code == 200 || answer.code == 201))
        st = buf_append_text(got, "ok");
    else if (st == STATUS_OK && failed)
        st = buf_append_text(got, "failed");
    else if (st == STATUS_OK)
        st = buf_printf(got, "%u", answer.code);
    cluster_answer_reset(&answer);
    return st;
}

static enum status
look_read(struct engine *engine, const struct expectation *e, bool *holds,
    struct buf *got)
{
    (void)holds;
    return look_api(engine, e, SCENARIO_READ, got);
}

static enum status
look_write(struct engine *engine, const struct expectation *e, bool *holds,
    struct buf *got)
{
    (void)holds;
    return look_api(engine, e, SCENARIO_WRITE, got);
}

static enum status
look_rewrite(struct engine *engine, const struct expectation *e, bool *holds,
    struct buf *got)
{
    (void)holds;
    return look_api(engine, e, SCENARIO_REWRITE, got);
}

static enum status
look_list(struct engine *engine, const struct expectation *e, bool *holds,
    struct buf *got)
{
    (void)holds;
    return look_api(engine, e, SCENARIO_LIST, got);
}

static enum status
look_says(struct engine *engine, const struct expectation *e, bool *holds,
    struct buf *got)
{
    *holds = contains(&engine->said, &e->want);
    return buf_append(got, buf_span(&engine->said));
}

/* "same" or "changed" since the mark, "absent", or what it begins with. */
static enum status
look_etcd(struct engine *engine, const struct expectation *e, bool *holds,
    struct buf *got)
{
    enum { SHOWN = 22 };
    struct buf stored = { 0 };
    struct span want = buf_span(&e->want);
    struct ledger_entry *entry =
        ledger_entry(&engine->ledger, buf_text(&e->subject));
    const struct cluster *cluster = &engine->clusters[0];
    enum status st = entry == NULL ? STATUS_NO_MEMORY
                                   : cluster->table->stored(cluster->context,
                                         buf_text(&e->subject), &stored);

    if (st == STATUS_NOT_FOUND) {
        st = buf_append_text(got, "absent");
    } else if (st == STATUS_OK && (span_equal_text(want, "same") ||
                                      span_equal_text(want, "changed"))) {
        st = buf_append_text(got,
            span_equal(buf_span(&stored), buf_span(&entry->bytes)) ? "same"
                                                                   : "changed");
    } else if (st == STATUS_OK) {
        *holds = span_starts_with(buf_span(&stored), want);
        st = buf_append(got,
            span_first(buf_span(&stored),
                span_starts_with(buf_span(&stored), want) ? want.len : SHOWN));
        buf_reset(&stored);
        return st;
    }
    buf_reset(&stored);
    *holds = span_equal(buf_span(got), want);
    return st;
}

static enum status
look_kms_calls(struct engine *engine, const struct expectation *e, bool *holds,
    struct buf *got)
{
    const char *operation = buf_text(&e->subject);

    (void)holds;
    if (strcmp(operation, "all") == 0)
        operation = "";
    return say_number(got, engine_kms_calls(engine, operation));
}

/* "Status", or "Status DeadlineExceeded". */
static enum status
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
    return say_number(
        got, (int64_t)proxy_count(stage_proxy(engine->stage), path, code));
}

static enum status
look_load(struct engine *engine, const struct expectation *e, bool *holds,
    struct buf *got)
{
    (void)holds;
    return say_number(got, load_look(engine, buf_text(&e->subject)));
}

static enum status
say_duration(struct buf *got, int64_t ms)
{
    return ms < 0 ? buf_append_text(got, "never") : say_number(got, ms);
}

static enum status
look_detect(struct engine *engine, const struct expectation *e, bool *holds,
    struct buf *got)
{
    (void)e;
    (void)holds;
    return say_duration(got, engine->detected_ms);
}

static enum status
look_recover(struct engine *engine, const struct expectation *e, bool *holds,
    struct buf *got)
{
    (void)e;
    (void)holds;
    return say_duration(got, engine->recovered_ms);
}

static enum status
look_took(struct engine *engine, const struct expectation *e, bool *holds,
    struct buf *got)
{
    (void)e;
    (void)holds;
    return say_duration(got, engine->took_ms);
}

static enum status
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

/* What it has against what was written last. */
static enum status
look_pod(struct engine *engine, const struct expectation *e, bool *holds,
    struct buf *got)
{
    const struct cluster *cluster = &engine->clusters[e->server];
    const char *name = buf_text(&e->subject);
    struct ledger_entry *entry = ledger_entry(&engine->ledger, name);
    bool environment = strcmp(e->kind->argument, "environment") == 0;
    struct buf value = { 0 };
    enum status st = entry == NULL ? STATUS_NO_MEMORY : STATUS_NOT_FOUND;

    (void)holds;
    if (entry != NULL && cluster->table->pod_value != NULL)
        st = cluster->table->pod_value(
            cluster->context, name, environment, &value);
    if (st == STATUS_NOT_FOUND)
        st = buf_append_text(got, "absent");
    else if (st == STATUS_OK)
        st = buf_append_text(
            got, span_equal(buf_span(&value), buf_span(&entry->value)) ? "ok"
                                                                       : "old");
    buf_reset(&value);
    return st;
}

static look_fn *const looks[] = {
    [EXPECT_HEALTH] = look_health,
    [EXPECT_HEALTH_SAYS] = look_health_says,
    [EXPECT_STATUS] = look_status,
    [EXPECT_STATUS_SAYS] = look_status_says,
    [EXPECT_KEY_ID] = look_key_id,
    [EXPECT_PLUGIN_HEALTH] = look_plugin_health,
    [EXPECT_METRIC] = look_metric,
    [EXPECT_API_READ] = look_read,
    [EXPECT_API_WRITE] = look_write,
    [EXPECT_API_REWRITE] = look_rewrite,
    [EXPECT_API_LIST] = look_list,
    [EXPECT_SAYS] = look_says,
    [EXPECT_ETCD] = look_etcd,
    [EXPECT_POD] = look_pod,
    [EXPECT_KMS_CALLS] = look_kms_calls,
    [EXPECT_PLUGIN_CALLS] = look_plugin_calls,
    [EXPECT_LOAD] = look_load,
    [EXPECT_DETECT] = look_detect,
    [EXPECT_RECOVER] = look_recover,
    [EXPECT_TOOK] = look_took,
    [EXPECT_PROCESS] = look_process,
};

static bool
in_bound(const struct expectation *e, const struct buf *got)
{
    struct bound bound, value;

    return bound_parse(buf_span(&e->want), &bound) == STATUS_OK &&
           bound_parse(buf_span(got), &value) == STATUS_OK &&
           bound_holds(&bound, value.least);
}

enum status
expect_look(struct engine *engine, const struct expectation *e, bool *holds,
    struct buf *got)
{
    *holds = false;
    buf_clear(got);
    enum status st = looks[e->kind->source](engine, e, holds, got);

    if (st == STATUS_OK && e->kind->form == EXPECT_BOUND)
        *holds = in_bound(e, got);
    else if (st == STATUS_OK && e->kind->form == EXPECT_WORD && !*holds)
        *holds = span_equal(buf_span(got), buf_span(&e->want));
    return st;
}

void
expect_note(struct engine *engine, const struct expectation *e, bool holds,
    const struct buf *got)
{
    struct buf what = { 0 };
    struct journal_expectation note = { .line = e->line,
        .layer = e->kind->layer,
        .expected = buf_text(&e->want),
        .got = buf_text(got),
        .passed = holds };

    buf_say(&what, "%s%s%s", e->kind->name, e->subject.len > 0 ? " " : "",
        buf_text(&e->subject));
    if (e->server > 0)
        buf_say(&what, " at server %zu", e->server + 1);
    note.what = buf_text(&what);
    journal_expectation(&engine->journal, &note);
    buf_reset(&what);
}
