/* SPDX-License-Identifier: Apache-2.0 */
#include "fault/schedule.h"

enum { COUNT_MAX = 1000000000 };

static const char *const members[] = { "first", "every", "after", "times",
    "from", "until", "probability", "sequence" };

static enum status
read_counts(const struct fault_place *place, const struct json *when,
    struct fault_schedule *made)
{
    enum status st =
        fault_read_int(place, when, "first", 1, COUNT_MAX, &made->first);
    if (st == STATUS_OK)
        st = fault_read_int(place, when, "every", 1, COUNT_MAX, &made->every);
    if (st == STATUS_OK)
        st = fault_read_int(place, when, "after", 0, COUNT_MAX, &made->after);
    if (st == STATUS_OK)
        st = fault_read_int(place, when, "times", 1, COUNT_MAX, &made->times);
    if (st == STATUS_OK)
        st = fault_read_number(
            place, when, "probability", 0, 1, &made->probability);
    return st;
}

static enum status
read_window(const struct fault_place *place, const struct json *when,
    struct fault_schedule *made)
{
    enum status st = fault_read_duration(place, when, "from", &made->from_ms);
    if (st == STATUS_OK)
        st = fault_read_duration(place, when, "until", &made->until_ms);
    if (st == STATUS_OK && made->until_ms >= 0 &&
        made->until_ms <= made->from_ms)
        st = fault_refuse(place, "until: not after from");
    return st;
}

static enum status
read_sequence(const struct fault_place *place, const struct json *when,
    const struct span *names, size_t name_count, struct fault_schedule *made)
{
    enum { TEXT_MAX = 1024 };
    struct span text = { NULL, 0 };
    enum status st = fault_read_text(place, when, "sequence", TEXT_MAX, &text);
    if (st == STATUS_OK && text.len > 0)
        st = fault_sequence_read(
            place, text, names, name_count, &made->sequence);
    else if (st == STATUS_OK && name_count > 1)
        st = fault_refuse(
            place, "several things to do want a sequence that names them");
    return st;
}

enum status
fault_schedule_read(const struct fault_place *place, const struct json *when,
    const struct span *names, size_t name_count, struct fault_schedule *out)
{
    struct fault_schedule made = {
        .after = -1, .from_ms = -1, .until_ms = -1, .probability = 1
    };
    enum status st = STATUS_OK;
    if (when != NULL)
        st = fault_fields(place, when, members, ARRAY_LEN(members));
    if (st == STATUS_OK)
        st = read_counts(place, when, &made);
    if (st == STATUS_OK)
        st = read_window(place, when, &made);
    if (st == STATUS_OK)
        st = read_sequence(place, when, names, name_count, &made);
    if (st == STATUS_OK && fault_schedule_limit(&made) == 0)
        st = fault_refuse(place, "it would never fire");
    if (st == STATUS_OK)
        *out = made;
    return st;
}

static bool
is_in_window(const struct fault_schedule *s, int64_t age_ms)
{
    return age_ms >= s->from_ms && (s->until_ms < 0 || age_ms < s->until_ms);
}

static bool
is_counted_in(const struct fault_schedule *s, const struct fault_moment *m)
{
    return (s->first == 0 || m->nth <= (uint64_t)s->first) &&
           (s->every == 0 || m->nth % (uint64_t)s->every == 0) &&
           (s->after < 0 || m->nth > (uint64_t)s->after) &&
           (s->times == 0 || m->fired < (uint64_t)s->times);
}

int
fault_schedule_decide(
    const struct fault_schedule *schedule, const struct fault_moment *moment)
{
    if (!is_in_window(schedule, moment->age_ms) ||
        !is_counted_in(schedule, moment) ||
        fault_draw_unit(&moment->draw, 0) >= schedule->probability)
        return FAULT_SEQUENCE_PASS;
    return schedule->sequence.count == 0
               ? 0
               : fault_sequence_at(&schedule->sequence, moment->nth);
}

/* Firing terms among the first `most` matches of a sequence; negative: of all
 * matches. -1 where there is no end to them. */
static int64_t
count_terms(const struct fault_sequence *sequence, int64_t most)
{
    int64_t sum = 0;
    for (size_t i = 0; i < sequence->count && most != 0; i++) {
        bool last = i + 1 == sequence->count;
        bool fires = sequence->terms[i].action != FAULT_SEQUENCE_PASS;
        int64_t times = (int64_t)sequence->terms[i].times;
        if (last && sequence->endless && most < 0 && fires)
            return -1;
        if (most >= 0 && (times > most || (last && sequence->endless)))
            times = most;
        if (fires)
            sum += times;
        if (most >= 0)
            most -= times;
    }
    return sum;
}

/* Of the matches from 1 to `first`, those that `after` and `every` leave. */
static int64_t
count_first(const struct fault_schedule *schedule)
{
    int64_t after = schedule->after < 0 ? 0 : schedule->after;
    int64_t every = schedule->every == 0 ? 1 : schedule->every;
    int64_t left = schedule->first / every - after / every;
    return left < 0 ? 0 : left;
}

int64_t
fault_schedule_limit(const struct fault_schedule *schedule)
{
    bool ends = schedule->first > 0;
    int64_t limit = ends ? count_first(schedule) : -1;
    if (schedule->sequence.count > 0) {
        int64_t terms =
            count_terms(&schedule->sequence, ends ? schedule->first : -1);
        if (limit < 0 || (terms >= 0 && terms < limit))
            limit = terms;
    }
    if (schedule->times > 0 && (limit < 0 || schedule->times < limit))
        limit = schedule->times;
    return limit;
}
