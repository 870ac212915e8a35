/* SPDX-License-Identifier: Apache-2.0 */
#include "play/expect.h"

#include "play/look.h"
#include "scenario/bound.h"

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
