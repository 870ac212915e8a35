/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "play/engine.h"
#include "play/load.h"
#include "play/step_etcd.h"

/* Sends; what the ledger must know of it is told. */
static enum status
send_write(struct engine *engine, const struct cluster *cluster,
    const char *name, struct cluster_answer *answer)
{
    struct ledger_entry *entry = ledger_entry(&engine->ledger, name);
    struct buf value = { 0 };
    enum status st = entry == NULL ? STATUS_NO_MEMORY
                                   : ledger_next(&engine->ledger, name, &value);

    if (st == STATUS_OK)
        st = cluster->table->write(
            cluster->context, name, buf_text(&value), answer);
    if (st == STATUS_OK)
        st = ledger_wrote(entry, buf_span(&value), answer);
    if (st == STATUS_OK &&
        span_equal(buf_span(&entry->value), buf_span(&value)))
        step_etcd_overwritten(engine, entry);
    buf_reset(&value);
    return st;
}

static enum status
send_read(struct engine *engine, const struct cluster *cluster,
    const char *name, struct cluster_answer *answer)
{
    struct ledger_entry *entry = ledger_entry(&engine->ledger, name);
    struct buf why = { 0 };
    enum status st = entry == NULL
                         ? STATUS_NO_MEMORY
                         : cluster->table->read(cluster->context, name, answer);

    if (st == STATUS_OK && !engine->scenario->may_lose &&
        !ledger_accepts(entry, answer, &why))
        journal_invariant(&engine->journal, "no Secret lost or altered", false,
            buf_text(&why));
    buf_reset(&why);
    return st;
}

static enum status
send_delete(struct engine *engine, const struct cluster *cluster,
    const char *name, struct cluster_answer *answer)
{
    struct ledger_entry *entry = ledger_entry(&engine->ledger, name);
    enum status st =
        entry == NULL ? STATUS_NO_MEMORY
                      : cluster->table->remove(cluster->context, name, answer);

    if (st == STATUS_OK && answer->code == 200) {
        entry->gone = true;
        buf_clear(&entry->value);
        buf_clear(&entry->perhaps);
        step_etcd_overwritten(engine, entry);
    }
    return st;
}

static enum status
send_verb(struct engine *engine, const struct engine_call *call,
    struct cluster_answer *answer)
{
    const struct cluster *cluster = &engine->clusters[call->server];

    if (call->verb == SCENARIO_WRITE)
        return send_write(engine, cluster, call->name, answer);
    if (call->verb == SCENARIO_READ)
        return send_read(engine, cluster, call->name, answer);
    if (call->verb == SCENARIO_DELETE)
        return send_delete(engine, cluster, call->name, answer);
    if (call->verb == SCENARIO_REWRITE)
        return cluster->table->rewrite(cluster->context, call->name, answer);
    return cluster->table->list(cluster->context, answer);
}

/* Not there, too busy, or broken; a Secret that is not there is an answer. */
static bool
is_outage(unsigned code)
{
    enum { TOO_MANY_REQUESTS = 429, SERVER_ERROR = 500 };

    return code == 0 || code == TOO_MANY_REQUESTS || code >= SERVER_ERROR;
}

enum status
engine_call(struct engine *engine, const struct engine_call *call,
    struct cluster_answer *answer)
{
    struct clock clock = clock_monotonic();
    int64_t from_ms = clock_ms(&clock);
    enum status st = send_verb(engine, call, answer);

    if (st != STATUS_OK)
        return st;
    if (is_outage(answer->code))
        engine_fault_seen(engine);
    int64_t took_ms = (clock_ms(&clock) - from_ms) * engine->scenario->scale;
    if (call->load)
        load_count(engine,
            call->verb == SCENARIO_READ   ? ENGINE_READ
            : call->verb == SCENARIO_LIST ? ENGINE_LIST
                                          : ENGINE_WRITE,
            answer->code, took_ms);
    else
        engine->took_ms = took_ms;
    return call->load ? STATUS_OK
                      : buf_set(&engine->said, buf_span(&answer->words));
}
