/* SPDX-License-Identifier: Apache-2.0 */
#include "play/engine.h"

#include "play/load.h"
#include "scenario/field.h"

#include <stdlib.h>

const char *const engine_server_names[SCENARIO_SERVERS] = { "apiserver",
    "apiserver-2" };

enum status
engine_init(
    struct engine *engine, const struct scenario *scenario, uint64_t seed)
{
    *engine = (struct engine){ .scenario = scenario,
        .detected_ms = -1,
        .recovered_ms = -1,
        .first_fault_ms = -1,
        .last_heal_ms = -1,
        .calm = true };
    engine->ledger.seed = seed;
    engine->cursors = calloc(scenario->actor_count, sizeof(*engine->cursors));
    return engine->cursors == NULL ? STATUS_NO_MEMORY : STATUS_OK;
}

void
engine_reset(struct engine *engine)
{
    for (size_t i = 0; i < engine->fault_count; i++) {
        buf_reset(&engine->faults[i].name);
        buf_reset(&engine->faults[i].rule);
    }
    free(engine->faults);
    free(engine->phases);
    free(engine->cursors);
    /* The first owns the store of all. */
    for (size_t i = SCENARIO_SERVERS; i-- > 0;) {
        const struct cluster *cluster = &engine->clusters[i];

        rpc_channel_free(engine->channels[i]);
        if (cluster->table != NULL)
            cluster->table->free(cluster->context);
    }
    (void)socket_file_heal(engine->socket_file);
    stage_free(engine->stage);
    ledger_reset(&engine->ledger);
    journal_reset(&engine->journal);
    logs_reset(&engine->logs);
    buf_reset(&engine->said);
    buf_reset(&engine->key_id);
    buf_reset(&engine->kms_mark);
    buf_reset(&engine->kms_ended);
    buf_reset(&engine->kms_paused);
    buf_reset(&engine->problem);
}

int64_t
engine_now(const struct engine *engine)
{
    const struct cluster *cluster = &engine->clusters[0];

    return cluster->table == NULL ? 0
                                  : cluster->table->now_ms(cluster->context);
}

enum status
engine_phase(struct engine *engine, const char *name)
{
    int64_t now_ms = engine_now(engine);

    if (engine->phase_count > 0) {
        struct engine_phase *last = &engine->phases[engine->phase_count - 1];

        if (strcmp(last->name, name) == 0 ||
            engine->phase_count == ENGINE_PHASES)
            return STATUS_OK;
        last->to_ms = now_ms;
    }
    struct engine_phase *phase = field_grow((void **)&engine->phases,
        &engine->phase_count, sizeof(*engine->phases));
    if (phase == NULL)
        return STATUS_NO_MEMORY;
    phase->name = name;
    phase->from_ms = now_ms;
    return STATUS_OK;
}

/* The next thing that is due, at most `until_ms`. In real time logs are looked
 * at now and then. */
static int64_t
next_due(const struct engine *engine, int64_t until_ms)
{
    enum { LOOK_MS = 250 };
    int64_t due_ms = until_ms, look_ms = engine_now(engine) + LOOK_MS;

    if (engine->here != SCENARIO_MODEL && look_ms < due_ms)
        due_ms = look_ms;
    if (engine->calm)
        return due_ms;
    if (engine->scenario->load_every_ms > 0 && engine->load_due_ms < due_ms)
        due_ms = engine->load_due_ms;
    return engine->probe_due_ms < due_ms ? engine->probe_due_ms : due_ms;
}

static enum status
do_what_is_due(struct engine *engine)
{
    int64_t now_ms = engine_now(engine);
    enum status st = STATUS_OK;

    if (engine->calm)
        return STATUS_OK;
    if (engine->scenario->load_every_ms > 0 && engine->load_due_ms <= now_ms) {
        engine->load_due_ms = now_ms + engine->scenario->load_every_ms;
        st = load_act(engine);
    }
    if (st == STATUS_OK && engine->probe_due_ms <= now_ms) {
        engine->probe_due_ms = now_ms + engine->scenario->probe_every_ms;
        st = engine_probe(engine);
    }
    return st;
}

/* Real time passes once, for all of them. */
static enum status
pass(struct engine *engine, int64_t ms, bool real)
{
    enum status st = STATUS_OK;

    for (size_t i = 0;
         i < (size_t)engine->scenario->apiservers && st == STATUS_OK; i++)
        st = engine->clusters[i].table->pass(
            engine->clusters[i].context, ms, real && i == 0);
    return st;
}

enum status
engine_pass(struct engine *engine, int64_t until_ms, bool real)
{
    enum status st = STATUS_OK;

    for (;;) {
        int64_t now_ms = engine_now(engine);
        int64_t due_ms = next_due(engine, until_ms);

        if (due_ms > now_ms)
            st = pass(engine, due_ms - now_ms, real);
        if (st == STATUS_OK)
            st = do_what_is_due(engine);
        logs_look(&engine->logs, engine_now(engine));
        if (st != STATUS_OK || engine_now(engine) >= until_ms)
            return st;
    }
}

struct engine_fault *
engine_fault_begin(struct engine *engine, const char *where, const char *target,
    const char *name)
{
    struct engine_fault *fault = field_grow((void **)&engine->faults,
        &engine->fault_count, sizeof(*engine->faults));

    if (fault == NULL || buf_append_text(&fault->name, name) != STATUS_OK ||
        engine_phase(engine, "fault") != STATUS_OK)
        return NULL;
    fault->where = where;
    fault->target = target;
    fault->from_ms = engine_now(engine);
    fault->to_ms = -1;
    fault->requested = -1;
    if (engine->first_fault_ms < 0)
        engine->first_fault_ms = fault->from_ms;
    engine->recovered_ms = -1;
    /* It is noticed by probes of its own time. */
    engine->probe_due_ms = fault->from_ms;
    return fault;
}

void
engine_fault_done(struct engine_fault *fault)
{
    fault->ours = true;
    fault->requested = fault->matched = fault->fired = 1;
}

void
engine_fault_seen(struct engine *engine)
{
    for (size_t i = 0; i < engine->fault_count; i++)
        if (engine->faults[i].ours && engine->faults[i].to_ms < 0)
            engine->faults[i].observed++;
}

bool
engine_faulty(const struct engine *engine)
{
    for (size_t i = 0; i < engine->fault_count; i++)
        if (engine->faults[i].to_ms < 0)
            return true;
    return false;
}

void
engine_fault_end(struct engine *engine, const char *where, const char *target)
{
    int64_t now_ms = engine_now(engine);

    for (size_t i = 0; i < engine->fault_count; i++) {
        struct engine_fault *fault = &engine->faults[i];

        if (fault->to_ms < 0 && strcmp(fault->where, where) == 0 &&
            strcmp(fault->target, target) == 0)
            fault->to_ms = now_ms;
    }
    if (engine_faulty(engine))
        return;
    engine->last_heal_ms = now_ms;
    engine->recovered_ms = -1;
    (void)!engine_phase(engine, "recovery");
}
