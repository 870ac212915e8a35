/* SPDX-License-Identifier: Apache-2.0 */
#include "play/look.h"

#include <string.h>

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

enum status
look_read(struct engine *engine, const struct expectation *e, bool *holds,
    struct buf *got)
{
    (void)holds;
    return look_api(engine, e, SCENARIO_READ, got);
}

enum status
look_write(struct engine *engine, const struct expectation *e, bool *holds,
    struct buf *got)
{
    (void)holds;
    return look_api(engine, e, SCENARIO_WRITE, got);
}

enum status
look_rewrite(struct engine *engine, const struct expectation *e, bool *holds,
    struct buf *got)
{
    (void)holds;
    return look_api(engine, e, SCENARIO_REWRITE, got);
}

enum status
look_list(struct engine *engine, const struct expectation *e, bool *holds,
    struct buf *got)
{
    (void)holds;
    return look_api(engine, e, SCENARIO_LIST, got);
}

enum status
look_says(struct engine *engine, const struct expectation *e, bool *holds,
    struct buf *got)
{
    *holds = look_contains(&engine->said, &e->want);
    return buf_append(got, buf_span(&engine->said));
}

/* "same" or "changed" since the mark, "absent", or what it begins with. */
enum status
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

/* What it has against what was written last. */
enum status
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
