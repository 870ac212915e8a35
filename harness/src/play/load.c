/* SPDX-License-Identifier: Apache-2.0 */
#include "play/load.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const names[ENGINE_OPERATION_COUNT] = { "write", "read",
    "list" };

void
load_count(struct engine *engine, enum engine_operation operation,
    unsigned code, int64_t took_ms)
{
    if (engine->phase_count == 0)
        return;
    struct engine_tally *tally =
        &engine->phases[engine->phase_count - 1].tallies[operation];

    tally->took_ms[tally->requests++ % ENGINE_SAMPLES] = (uint32_t)took_ms;
    if (code == 0)
        tally->unreachable++;
    if (code == 200 || code == 201)
        tally->ok++;
    if (code == 0 || code == 200 || code == 201)
        return;
    for (size_t i = 0; i < ENGINE_CLASSES; i++) {
        if (tally->classes[i].count != 0 && tally->classes[i].code != code)
            continue;
        tally->classes[i].code = code;
        tally->classes[i].count++;
        return;
    }
}

static enum status
act(struct engine *engine, enum scenario_verb verb, uint64_t number)
{
    struct cluster_answer answer = { 0 };
    char name[32];
    struct engine_call call = { verb, name, true, 0 };

    (void)snprintf(name, sizeof(name), "load-%u",
        (unsigned)(number % (uint64_t)engine->scenario->load_secrets));
    enum status st = engine_call(engine, &call, &answer);
    cluster_answer_reset(&answer);
    return st;
}

enum status
load_act(struct engine *engine)
{
    enum { LIST_EACH = 8 };
    uint64_t turn = engine->load_turn++;

    if (engine->scenario->load_secrets == 0)
        return STATUS_OK;
    enum status st = act(engine, SCENARIO_WRITE, turn);
    if (st == STATUS_OK)
        st = act(engine, SCENARIO_READ, turn + 1);
    if (st == STATUS_OK && turn % LIST_EACH == 0)
        st = act(engine, SCENARIO_LIST, 0);
    return st;
}

enum status
load_begin(struct engine *engine)
{
    enum status st = STATUS_OK;

    for (int64_t i = 0; engine->scenario->load_every_ms > 0 &&
                        i < engine->scenario->load_secrets && st == STATUS_OK;
         i++)
        st = act(engine, SCENARIO_WRITE, (uint64_t)i);
    return st;
}

int64_t
load_look(const struct engine *engine, const char *what)
{
    const struct engine_phase *phase = &engine->phases[engine->phase_count - 1];
    int64_t errors = 0, requests = 0;

    for (size_t i = 0; i < ENGINE_OPERATION_COUNT; i++) {
        const struct engine_tally *tally = &phase->tallies[i];

        if (strcmp(what, names[i]) == 0)
            return (int64_t)(tally->requests - tally->ok);
        errors += (int64_t)(tally->requests - tally->ok);
        requests += (int64_t)tally->requests;
    }
    if (strcmp(what, "requests") == 0)
        return requests;
    return strcmp(what, "errors") == 0 ? errors : -1;
}

static int
ascending(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

    return left < right ? -1 : left > right;
}

static void
write_times(struct json_writer *w, const struct engine_tally *tally)
{
    static const struct {
        const char *name;
        unsigned percent;
    } ranks[] = { { "p50_ms", 50 }, { "p95_ms", 95 }, { "p99_ms", 99 },
        { "max_ms", 100 } };
    uint32_t sorted[ENGINE_SAMPLES];
    size_t count = tally->requests < ENGINE_SAMPLES ? (size_t)tally->requests
                                                    : ENGINE_SAMPLES;

    memcpy(sorted, tally->took_ms, sizeof(sorted));
    qsort(sorted, count, sizeof(*sorted), ascending);
    for (size_t i = 0; i < ARRAY_LEN(ranks); i++)
        json_write_key_int(
            w, ranks[i].name, sorted[(count - 1) * ranks[i].percent / 100]);
}

static void
write_errors(struct json_writer *w, const struct engine_tally *tally)
{
    json_write_key(w, "errors");
    json_write_object_begin(w);
    for (size_t i = 0; i < ENGINE_CLASSES; i++) {
        char code[16];

        (void)snprintf(code, sizeof(code), "%u", tally->classes[i].code);
        if (tally->classes[i].count > 0)
            json_write_key_int(w, code, (int64_t)tally->classes[i].count);
    }
    if (tally->unreachable > 0)
        json_write_key_int(w, "unreachable", (int64_t)tally->unreachable);
    json_write_object_end(w);
}

static void
report_tally(struct engine *engine, const struct engine_phase *phase,
    enum engine_operation operation)
{
    const struct engine_tally *tally = &phase->tallies[operation];

    if (tally->requests == 0)
        return;
    struct json_writer w = journal_item(&engine->journal, JOURNAL_LOAD);
    json_write_key_text(&w, "phase", phase->name);
    json_write_key_text(&w, "operation", names[operation]);
    json_write_key_int(&w, "requests", (int64_t)tally->requests);
    json_write_key_int(&w, "ok", (int64_t)tally->ok);
    write_errors(&w, tally);
    write_times(&w, tally);
    journal_item_end(&engine->journal, &w);
}

void
load_report(struct engine *engine)
{
    for (size_t i = 0; i < engine->phase_count; i++) {
        struct engine_phase *phase = &engine->phases[i];

        if (i + 1 == engine->phase_count)
            phase->to_ms = engine_now(engine);
        struct json_writer w = journal_item(&engine->journal, JOURNAL_PHASES);
        json_write_key_text(&w, "name", phase->name);
        json_write_key_int(&w, "from_ms", phase->from_ms);
        json_write_key_int(&w, "to_ms", phase->to_ms);
        journal_item_end(&engine->journal, &w);
        for (enum engine_operation o = 0; o < ENGINE_OPERATION_COUNT; o++)
            report_tally(engine, phase, o);
    }
}
