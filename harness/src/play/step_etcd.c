/* SPDX-License-Identifier: Apache-2.0 */
#include "play/step_etcd.h"

static const char place[] = "process", target[] = "etcd";

/*
 * One bit, some bytes behind "k8s:enc:kms:v2:NAME:": there the sealed object
 * begins, or for KMS v1 its sealed key.
 */
static enum status
flip(struct buf *bytes)
{
    enum { COLONS = 5, BEHIND = 40 };
    size_t at = 0;

    for (int colons = 0; colons < COLONS && at < bytes->len; at++)
        colons += bytes->ptr[at] == ':';
    if (at + BEHIND >= bytes->len)
        return STATUS_INVALID;
    bytes->ptr[at + BEHIND] ^= 0x04;
    return STATUS_OK;
}

/* What is to stand there instead of `whole`. */
static enum status
make(struct engine *engine, const struct scenario_step *step,
    const struct ledger_entry *entry, struct buf *out)
{
    const struct cluster *cluster = &engine->clusters[0];
    enum status st = STATUS_OK;

    if (step->from.len > 0)
        return cluster->table->stored(
            cluster->context, buf_text(&step->from), out);
    if (span_equal_text(buf_span(&step->as), "old"))
        return entry->bytes.len == 0 ? STATUS_NOT_FOUND
                                     : buf_append(out, buf_span(&entry->bytes));
    st = buf_append(out, buf_span(&entry->whole));
    return st == STATUS_OK ? flip(out) : st;
}

/* What was there first comes back later: also where it is done twice. */
static enum status
keep_whole(struct engine *engine, struct ledger_entry *entry)
{
    const struct cluster *cluster = &engine->clusters[0];

    return entry->whole.len > 0 ? STATUS_OK
                                : cluster->table->stored(cluster->context,
                                      buf_text(&entry->name), &entry->whole);
}

static enum status
begin(struct engine *engine, const struct scenario_step *step)
{
    struct buf name = { 0 };

    buf_say(&name, "%s-%s", buf_text(&step->target),
        step->from.len > 0 ? "moved" : buf_text(&step->as));
    struct engine_fault *fault =
        engine_fault_begin(engine, place, target, buf_text(&name));
    buf_reset(&name);
    if (fault == NULL)
        return STATUS_NO_MEMORY;
    fault->matched = fault->fired = fault->observed = 1;
    return STATUS_OK;
}

/* That it cannot be done is a failure of the step. */
static enum status
judge(enum status st, struct step_result *result)
{
    if (st == STATUS_OK || st == STATUS_NO_MEMORY || st == STATUS_CANCELLED)
        return st;
    result->failed = true;
    buf_say(&result->got, "%s", status_text(st));
    return STATUS_OK;
}

enum status
step_etcd_tamper(struct engine *engine, const struct scenario_step *step,
    struct step_result *result)
{
    const struct cluster *cluster = &engine->clusters[0];
    struct ledger_entry *entry =
        ledger_entry(&engine->ledger, buf_text(&step->target));
    struct buf bytes = { 0 };
    enum status st = entry == NULL ? STATUS_NO_MEMORY : STATUS_OK;

    if (st == STATUS_OK)
        st = keep_whole(engine, entry);
    if (st == STATUS_OK)
        st = make(engine, step, entry, &bytes);
    if (st == STATUS_OK)
        st = cluster->table->store(
            cluster->context, buf_text(&step->target), buf_span(&bytes));
    if (st == STATUS_OK)
        st = begin(engine, step);
    buf_reset(&bytes);
    return judge(st, result);
}

void
step_etcd_overwritten(struct engine *engine, struct ledger_entry *entry)
{
    bool tampered = entry->whole.len > 0;

    buf_clear(&entry->whole);
    for (size_t i = 0; i < engine->ledger.count; i++)
        tampered = tampered && engine->ledger.entries[i].whole.len == 0;
    if (tampered)
        engine_fault_end(engine, place, target);
}

enum status
step_etcd_heal(struct engine *engine, struct step_result *result)
{
    const struct cluster *cluster = &engine->clusters[0];
    enum status st = STATUS_OK;

    for (size_t i = 0; i < engine->ledger.count && st == STATUS_OK; i++) {
        struct ledger_entry *entry = &engine->ledger.entries[i];

        if (entry->whole.len == 0)
            continue;
        st = cluster->table->store(
            cluster->context, buf_text(&entry->name), buf_span(&entry->whole));
        buf_clear(&entry->whole);
    }
    if (st == STATUS_OK)
        engine_fault_end(engine, place, target);
    return judge(st, result);
}
