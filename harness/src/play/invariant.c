/* SPDX-License-Identifier: Apache-2.0 */
#include "play/invariant.h"

#include "play/armed.h"

#include <stdio.h>

/* Where there are two, the second is named. */
static const char *const at_server[SCENARIO_SERVERS] = { "", " at server 2" };

static size_t
server_count(const struct engine *engine)
{
    return (size_t)engine->scenario->apiservers;
}

static enum status
call(struct engine *engine, const struct engine_call *what, bool *good,
    struct buf *why)
{
    struct cluster_answer answer = { 0 };
    enum status st = engine_call(engine, what, &answer);

    if (st == STATUS_OK && answer.code != 200 && answer.code != 201) {
        *good = false;
        buf_clear(why);
        buf_say(why, "%s %s%s: %u %s", scenario_verb_names[what->verb],
            what->name, at_server[what->server], answer.code,
            buf_text(&answer.words));
    }
    cluster_answer_reset(&answer);
    return st;
}

static enum status
look_health(struct engine *engine, size_t server, bool *good, struct buf *why)
{
    const char *value = "";
    struct buf words = { 0 };
    enum status st = engine_health(engine, server, "/readyz", &value, &words);

    if (st == STATUS_OK && strcmp(value, "ok") != 0) {
        *good = false;
        buf_clear(why);
        buf_say(why, "/readyz%s is %s: %s", at_server[server], value,
            buf_text(&words));
    }
    buf_reset(&words);
    return st;
}

/* What one server writes all of them read. A write is tried even where readyz
 * is red: it tells more. */
static enum status
look_server(struct engine *engine, size_t server, bool *good, struct buf *why)
{
    char name[32];
    enum status st = look_health(engine, server, good, why);

    for (int64_t i = 0; i < engine->scenario->secrets && st == STATUS_OK; i++) {
        struct engine_call what = { SCENARIO_WRITE, name, false, server };

        (void)snprintf(name, sizeof(name), "seed-%lld", (long long)i);
        st = call(engine, &what, good, why);
        what.verb = SCENARIO_READ;
        for (what.server = 0;
             st == STATUS_OK && *good && what.server < server_count(engine);
             what.server++)
            st = call(engine, &what, good, why);
        if (!*good)
            break;
    }
    return st;
}

/* All is well now, or *why says what is not. */
static enum status
look(struct engine *engine, bool *good, struct buf *why)
{
    enum status st = STATUS_OK;

    for (size_t i = 0; i < server_count(engine) && st == STATUS_OK && *good;
         i++)
        st = look_server(engine, i, good, why);
    return st;
}

enum status
invariant_steady(struct engine *engine, const char *when)
{
    enum { WITHIN_MS = 180 * 1000, EACH_MS = 2000 };
    int64_t end_ms = engine_now(engine) + WITHIN_MS;
    struct buf why = { 0 };
    bool good = true;
    enum status st = look(engine, &good, &why);

    while (st == STATUS_OK && !good && engine_now(engine) < end_ms) {
        st = engine_pass(engine, engine_now(engine) + EACH_MS, true);
        good = true;
        if (st == STATUS_OK)
            st = look(engine, &good, &why);
    }
    if (st == STATUS_OK)
        st = engine_probe(engine);
    if (st == STATUS_OK)
        journal_invariant(&engine->journal, when, good,
            good ? "readyz is ok, Secrets are written and read"
                 : buf_text(&why));
    buf_reset(&why);
    return st;
}

/* A cold read may meet a machine that is busy: it has three tries. */
static enum status
read_patiently(struct engine *engine, size_t server, const char *name,
    struct cluster_answer *answer)
{
    enum { TRIES = 3, EACH_MS = 2000 };
    const struct cluster *cluster = &engine->clusters[server];
    enum status st = cluster->table->read(cluster->context, name, answer);

    for (int i = 1; i < TRIES && st == STATUS_OK && answer->code >= 500; i++) {
        cluster_answer_reset(answer);
        st = engine_pass(engine, engine_now(engine) + EACH_MS, true);
        if (st == STATUS_OK)
            st = cluster->table->read(cluster->context, name, answer);
    }
    return st;
}

/* Whether a server has it as it was written last. */
static enum status
look_kept(struct engine *engine, size_t server, struct ledger_entry *entry,
    size_t *wrong, struct buf *why)
{
    struct cluster_answer answer = { 0 };
    enum status st =
        read_patiently(engine, server, buf_text(&entry->name), &answer);

    if (st == STATUS_OK && answer.code != 200)
        buf_say(why, "%s%s cannot be read%s: %u %s", *wrong ? "; " : "",
            buf_text(&entry->name), at_server[server], answer.code,
            buf_text(&answer.words));
    if (st == STATUS_OK &&
        (answer.code != 200 || !ledger_accepts(entry, &answer, why)))
        (*wrong)++;
    cluster_answer_reset(&answer);
    return st;
}

enum status
invariant_kept(struct engine *engine)
{
    size_t wrong = 0, there = 0;
    struct buf why = { 0 };
    enum status st = STATUS_OK;

    for (size_t i = 0; i < engine->ledger.count && st == STATUS_OK; i++) {
        struct ledger_entry *entry = &engine->ledger.entries[i];

        if (entry->value.len == 0)
            continue;
        there++;
        for (size_t s = 0; s < server_count(engine) && st == STATUS_OK; s++)
            st = look_kept(engine, s, entry, &wrong, &why);
    }
    if (wrong == 0)
        buf_say(&why, "%zu Secrets hold what was written last", there);
    if (st == STATUS_OK)
        journal_invariant(&engine->journal, "no Secret lost or altered",
            wrong == 0 || engine->scenario->may_lose, buf_text(&why));
    buf_reset(&why);
    return st;
}

void
invariant_fired(struct engine *engine)
{
    struct buf why = { 0 };
    bool good = true;

    for (size_t i = 0; i < engine->fault_count; i++) {
        const struct engine_fault *fault = &engine->faults[i];
        int64_t asked = fault->requested < 0 ? 1 : fault->requested;

        if (fault->fired >= asked)
            continue;
        buf_say(&why, "%s%s fired %lld times of %lld", good ? "" : "; ",
            buf_text(&fault->name), (long long)fault->fired, (long long)asked);
        good = false;
    }
    journal_invariant(&engine->journal, "each fault fired as often as asked",
        good, good ? "" : buf_text(&why));
    buf_reset(&why);
}

static void
say_armed(struct engine *engine, const char *where, struct buf *why)
{
    int64_t count = armed_count(engine, where);

    if (count > 0)
        buf_say(why, "%s%lld rules stand at %s", why->len > 0 ? "; " : "",
            (long long)count, where);
}

void
invariant_disarmed(struct engine *engine)
{
    struct buf why = { 0 };

    for (size_t i = 0; i < engine->fault_count; i++)
        if (engine->faults[i].to_ms < 0)
            buf_say(&why, "%s%s was not healed", why.len > 0 ? "; " : "",
                buf_text(&engine->faults[i].name));
    say_armed(engine, "kms", &why);
    say_armed(engine, "plugin", &why);
    journal_invariant(&engine->journal, "nothing is left armed", why.len == 0,
        buf_text(&why));
    buf_reset(&why);
}

static void
say_growth(struct engine *engine, enum stage_who who, struct buf *why)
{
    struct usage now, before = engine->usage[who];
    const char *name = stage_names[who];

    if (engine->usage_of[who] == 0 ||
        engine->usage_of[who] != stage_process_id(engine->stage, who) ||
        stage_usage(engine->stage, who, &now) != STATUS_OK)
        return;
    if (now.memory > before.memory + INVARIANT_MEMORY)
        buf_say(why, "%s has %llu KiB more memory; ", name,
            (unsigned long long)(now.memory - before.memory) / 1024);
    if (now.threads > before.threads + INVARIANT_THREADS)
        buf_say(why, "%s has %u more threads; ", name,
            now.threads - before.threads);
    if (now.descriptors > before.descriptors + INVARIANT_DESCRIPTORS)
        buf_say(why, "%s has %u more descriptors; ", name,
            now.descriptors - before.descriptors);
}

/* One that was ended by a step and is started again is a fault of its own. */
static bool
ended_by_name(const struct engine *engine, const char *name)
{
    for (size_t i = 0; i < engine->fault_count; i++)
        if (engine->faults[i].to_ms < 0 &&
            strcmp(engine->faults[i].target, name) == 0)
            return true;
    return false;
}

void
invariant_processes(struct engine *engine)
{
    struct buf ended = { 0 }, grown = { 0 };

    for (enum stage_who i = 0; i < STAGE_COUNT; i++) {
        if (stage_has(engine->stage, i) && !stage_running(engine->stage, i) &&
            !ended_by_name(engine, stage_names[i]))
            buf_say(&ended, "%s ended by itself; ", stage_names[i]);
        say_growth(engine, i, &grown);
    }
    for (size_t i = 0; i < server_count(engine); i++)
        if (!engine->clusters[i].table->running(engine->clusters[i].context) &&
            !ended_by_name(engine, engine_server_names[i]))
            buf_say(&ended, "%s ended by itself; ", engine_server_names[i]);
    journal_invariant(&engine->journal, "no process ended unless named",
        ended.len == 0, buf_text(&ended));
    journal_invariant(&engine->journal,
        "no growth of memory, threads or descriptors", grown.len == 0,
        buf_text(&grown));
    buf_reset(&ended);
    buf_reset(&grown);
}

static void
write_optional(struct json_writer *w, const char *key, int64_t value)
{
    json_write_key(w, key);
    if (value < 0)
        json_write_null(w);
    else
        json_write_int(w, value);
}

void
invariant_list_faults(struct engine *engine)
{
    for (size_t i = 0; i < engine->fault_count; i++) {
        const struct engine_fault *fault = &engine->faults[i];
        struct json_writer w = journal_item(&engine->journal, JOURNAL_FAULTS);

        json_write_key_string(&w, "name", buf_span(&fault->name));
        json_write_key_text(&w, "where", fault->where);
        json_write_key_int(&w, "from_ms", fault->from_ms);
        write_optional(&w, "to_ms", fault->to_ms);
        write_optional(&w, "requested", fault->requested);
        json_write_key_int(&w, "matched", fault->matched);
        json_write_key_int(&w, "fired", fault->fired);
        json_write_key_int(&w, "observed", fault->observed);
        json_write_key(&w, "rule");
        if (fault->rule.len == 0)
            json_write_null(&w);
        else
            json_write_raw(&w, buf_span(&fault->rule));
        journal_item_end(&engine->journal, &w);
    }
}
