/* SPDX-License-Identifier: Apache-2.0 */
#include "play/engine.h"
#include "play/metric.h"

#include <stdio.h>

static int64_t
sum(const struct buf *metrics, const char *operation)
{
    char wanted[128];
    int64_t calls = 0;

    (void)snprintf(wanted, sizeof(wanted), "kms_emulator_requests_total%s%s",
        operation[0] == '\0' ? "" : " operation=", operation);
    (void)metric_sum(buf_span(metrics), span_text(wanted), &calls);
    return calls;
}

static void
fetch(struct engine *engine, struct buf *out)
{
    if (!stage_running(engine->stage, STAGE_EMULATOR))
        return;
    if (stage_paused(engine->stage, STAGE_EMULATOR))
        (void)!buf_append(out, buf_span(&engine->kms_paused));
    else
        (void)stage_ask(stage_address(engine->stage, STAGE_EMULATOR), "GET",
            "/metrics", (struct span){ NULL, 0 }, out);
}

int64_t
engine_kms_calls(struct engine *engine, const char *operation)
{
    struct buf now = { 0 };

    fetch(engine, &now);
    int64_t calls = sum(&now, operation) + sum(&engine->kms_ended, operation) -
                    sum(&engine->kms_mark, operation);
    buf_reset(&now);
    return calls;
}

/* Appended one after another: sums go over all of them. */
void
engine_kms_keep(struct engine *engine)
{
    fetch(engine, &engine->kms_ended);
    buf_say(&engine->kms_ended, "\n");
}

void
engine_kms_pause(struct engine *engine)
{
    buf_clear(&engine->kms_paused);
    fetch(engine, &engine->kms_paused);
}

static enum status
mark_bytes(struct engine *engine)
{
    const struct cluster *cluster = &engine->clusters[0];
    enum status st = STATUS_OK;

    for (size_t i = 0; i < engine->ledger.count && st == STATUS_OK; i++) {
        struct ledger_entry *entry = &engine->ledger.entries[i];

        buf_clear(&entry->bytes);
        st = cluster->table->stored(
            cluster->context, buf_text(&entry->name), &entry->bytes);
        if (st == STATUS_NOT_FOUND)
            st = STATUS_OK;
    }
    return st;
}

enum status
engine_mark(struct engine *engine)
{
    struct engine_status status = { 0 };

    /* First: for Status the plugin may ask KMS. */
    if (stage_running(engine->stage, STAGE_PLUGIN) &&
        !stage_paused(engine->stage, STAGE_PLUGIN))
        engine_status(engine, 0, &status);
    if (status.key_id.len > 0)
        buf_take(&engine->key_id, &status.key_id);
    engine_status_reset(&status);
    buf_clear(&engine->kms_mark);
    buf_clear(&engine->kms_ended);
    fetch(engine, &engine->kms_mark);
    return mark_bytes(engine);
}
