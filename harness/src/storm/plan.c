/* SPDX-License-Identifier: Apache-2.0 */
#include "storm/plan.h"

#include "base/json_writer.h"
#include "base/random.h"
#include "storm/plan_kinds.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    ROUND_FAULTS_MAX = 3, /* at once */
    START_MS = 600,       /* a round's faults begin in its first part */
    SHORTEST_MS = 300,
    LONGEST_MS = 1200,
};

const char *const plan_places[] = { "kms", "plugin", "process", NULL };

/* From 0 up to but not `limit`. */
static uint64_t
draw(struct random_seeded *seeded, uint64_t limit)
{
    struct random random = random_seeded(seeded);
    uint64_t value = 0;
    if (random_fill(&random, (uint8_t *)&value, sizeof(value)) != STATUS_OK)
        return 0; /* a seeded generator does not fail */
    return value % limit;
}

/* When a rule fires: always, every nth time, by chance, or a few times. */
static enum status
write_when(struct random_seeded *seeded, struct buf *out)
{
    uint64_t how = draw(seeded, 4), number = draw(seeded, 5);
    switch (how) {
    case 0:
        return STATUS_OK;
    case 1:
        return buf_printf(
            out, "\"when\":{\"every\":%llu},", (unsigned long long)number + 2);
    case 2:
        return buf_printf(out, "\"when\":{\"probability\":0.%llu},",
            (unsigned long long)number * 2 + 1);
    default:
        return buf_printf(
            out, "\"when\":{\"times\":%llu},", (unsigned long long)number + 1);
    }
}

static enum status
make_fault(struct random_seeded *seeded, size_t number, int64_t round_ms,
    struct plan_fault *fault)
{
    const struct plan_kind *kind = &plan_kinds[draw(seeded, plan_kind_count)];
    struct buf when = { 0 };
    enum status st = write_when(seeded, &when);
    snprintf(fault->name, sizeof(fault->name), "s%03zu-%s", number, kind->name);
    fault->place = kind->place;
    fault->harm = kind->harm;
    fault->at_ms = round_ms + (int64_t)draw(seeded, START_MS);
    fault->for_ms =
        SHORTEST_MS + (int64_t)draw(seeded, LONGEST_MS - SHORTEST_MS);
    if (st == STATUS_OK && kind->action != NULL)
        st = buf_printf(&fault->rule, "{\"name\":\"%s\",%s\"do\":%s}",
            fault->name, kind->whole ? "" : buf_text(&when), kind->action);
    buf_reset(&when);
    return st;
}

static bool
pauses_emulator(const struct plan_fault *fault)
{
    return fault->place == PLAN_PROCESS && fault->harm == PLAN_PAUSE_EMULATOR;
}

/* Two harms of processes would be in each other's way, and an emulator that is
 * paused takes no rules. */
static bool
clash(const struct plan_fault *a, const struct plan_fault *b)
{
    if (a->place == PLAN_PROCESS && b->place == PLAN_PROCESS)
        return true;
    return (pauses_emulator(a) && b->place == PLAN_KMS) ||
           (pauses_emulator(b) && a->place == PLAN_KMS);
}

static bool
fits(const struct plan *plan, const struct plan_fault *fault, int64_t round_ms)
{
    for (size_t i = plan->count; i > 0; i--) {
        if (plan->faults[i - 1].at_ms < round_ms)
            return true;
        if (clash(&plan->faults[i - 1], fault))
            return false;
    }
    return true;
}

/* By time; those of a round come in any order. */
static void
insert(struct plan *plan, struct plan_fault *fault)
{
    size_t at = plan->count++;
    for (; at > 0 && plan->faults[at - 1].at_ms > fault->at_ms; at--)
        plan->faults[at] = plan->faults[at - 1];
    plan->faults[at] = *fault;
}

static enum status
make_round(struct random_seeded *seeded, int64_t round_ms, struct plan *plan)
{
    uint64_t count = 1 + draw(seeded, ROUND_FAULTS_MAX);
    enum status st = STATUS_OK;
    for (uint64_t i = 0; i < count && st == STATUS_OK; i++) {
        struct plan_fault fault = { .rule = { 0 } };
        st = make_fault(seeded, plan->count + 1, round_ms, &fault);
        if (st == STATUS_OK && fits(plan, &fault, round_ms))
            insert(plan, &fault);
        else
            buf_reset(&fault.rule);
    }
    return st;
}

enum status
plan_make(int64_t seed, int64_t seconds, struct plan *out)
{
    struct random_seeded seeded = { (uint64_t)seed };
    struct plan made = { .seed = seed, .seconds = seconds };
    size_t rounds = (size_t)(seconds * 1000 / PLAN_ROUND_MS) + 1;
    size_t room = rounds * ROUND_FAULTS_MAX;
    enum status st = STATUS_OK;
    made.faults = calloc(room, sizeof(*made.faults));
    if (made.faults == NULL)
        return STATUS_NO_MEMORY;
    for (int64_t at = 0; at < seconds * 1000 && st == STATUS_OK &&
                         made.count + ROUND_FAULTS_MAX <= PLAN_FAULTS_MAX;
         at += PLAN_ROUND_MS)
        st = make_round(&seeded, at, &made);
    if (st == STATUS_OK)
        *out = made;
    else
        plan_reset(&made);
    return st;
}

void
plan_reset(struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++)
        buf_reset(&plan->faults[i].rule);
    free(plan->faults);
    *plan = (struct plan){ 0 };
}

int64_t
plan_end_ms(const struct plan *plan)
{
    int64_t end = 0;
    for (size_t i = 0; i < plan->count; i++) {
        int64_t its = plan->faults[i].at_ms + plan->faults[i].for_ms;
        end = its > end ? its : end;
    }
    return end;
}

static enum status
copy_fault(const struct plan_fault *fault, int64_t at_ms, struct plan *out)
{
    struct plan_fault *copy = &out->faults[out->count];
    *copy = *fault;
    copy->rule = (struct buf){ 0 };
    copy->at_ms = at_ms;
    enum status st = buf_append(&copy->rule, buf_span(&fault->rule));
    if (st == STATUS_OK)
        out->count++;
    return st;
}

enum status
plan_pick(const struct plan *plan, const bool *keep, struct plan *out)
{
    struct plan made = { .seed = plan->seed };
    int64_t armed_until = 0, cut = 0;
    enum status st = STATUS_OK;
    made.faults = calloc(plan->count + 1, sizeof(*made.faults));
    if (made.faults == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < plan->count && st == STATUS_OK; i++) {
        const struct plan_fault *fault = &plan->faults[i];
        if (!keep[i])
            continue;
        int64_t idle = fault->at_ms - cut - armed_until;
        if (idle > PLAN_CALM_MS)
            cut += idle - PLAN_CALM_MS;
        int64_t at = fault->at_ms - cut, end = at + fault->for_ms;
        armed_until = end > armed_until ? end : armed_until;
        st = copy_fault(fault, at, &made);
    }
    made.seconds = (armed_until + PLAN_CALM_MS + 999) / 1000;
    if (st == STATUS_OK)
        *out = made;
    else
        plan_reset(&made);
    return st;
}

static void
write_fault(struct json_writer *w, const struct plan_fault *fault)
{
    json_write_object_begin(w);
    json_write_key_text(w, "name", fault->name);
    json_write_key_text(w, "where", plan_places[fault->place]);
    json_write_key_int(w, "at_ms", fault->at_ms);
    json_write_key_int(w, "for_ms", fault->for_ms);
    if (fault->rule.len > 0) {
        json_write_key(w, "rule");
        json_write_raw(w, buf_span(&fault->rule));
    }
    json_write_object_end(w);
}

enum status
plan_write(const struct plan *plan, struct buf *out)
{
    struct json_writer w = json_writer_to(out);
    json_write_object_begin(&w);
    json_write_key_text(&w, "format", "kmslab-storm/1");
    json_write_key_int(&w, "seed", plan->seed);
    json_write_key_int(&w, "seconds", plan->seconds);
    json_write_key(&w, "faults");
    json_write_array_begin(&w);
    for (size_t i = 0; i < plan->count; i++)
        write_fault(&w, &plan->faults[i]);
    json_write_array_end(&w);
    json_write_object_end(&w);
    enum status st = json_writer_end(&w);
    return st == STATUS_OK ? buf_append_byte(out, '\n') : st;
}
