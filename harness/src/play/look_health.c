/* SPDX-License-Identifier: Apache-2.0 */
#include "play/look.h"

#include <string.h>

enum status
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

enum status
look_health_says(struct engine *engine, const struct expectation *e,
    bool *holds, struct buf *got)
{
    const char *value = "";
    enum status st = engine_health(engine, e->server,
        engine->scenario->kms_v1 ? "/readyz/kms-provider-0"
                                 : "/readyz/kms-providers",
        &value, got);

    *holds = look_contains(got, &e->want);
    return st;
}

/* "failed" is any RPC that fails. */
enum status
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

enum status
look_status_says(struct engine *engine, const struct expectation *e,
    bool *holds, struct buf *got)
{
    struct engine_status status = { 0 };

    engine_status(engine, e->server, &status);
    buf_take(got, &status.words);
    *holds = look_contains(got, &e->want);
    engine_status_reset(&status);
    return STATUS_OK;
}

enum status
look_key_id(struct engine *engine, const struct expectation *e, bool *holds,
    struct buf *got)
{
    struct engine_status status = { 0 };

    (void)holds;
    engine_status(engine, e->server, &status);
    const char *is = "changed";
    if (status.key_id.len == 0)
        is = "unknown"; /* nobody says one */
    else if (span_equal(buf_span(&status.key_id), buf_span(&engine->key_id)))
        is = "same";
    engine_status_reset(&status);
    return buf_append_text(got, is);
}

enum status
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
