/* SPDX-License-Identifier: Apache-2.0 */
#include "fault/sequence.h"

#include "base/num.h"

static bool
find_name(struct span text, const struct span *names, size_t count, int *out)
{
    if (span_equal_text(text, "pass")) {
        *out = FAULT_SEQUENCE_PASS;
        return true;
    }
    for (size_t i = 0; i < count; i++)
        if (span_equal(text, names[i])) {
            *out = (int)i;
            return true;
        }
    return false;
}

static enum status
read_term(const struct fault_place *place, struct span text,
    const struct span *names, size_t name_count, struct fault_sequence *made)
{
    struct span times, name = text;
    int64_t count = 1;
    int action;
    if (made->count == FAULT_SEQUENCE_TERMS)
        return fault_refuse(
            place, "sequence: more than %d terms", FAULT_SEQUENCE_TERMS);
    if (span_cut(text, '*', &times, &name) &&
        num_parse(span_trim(times), 1, FAULT_SEQUENCE_COUNT, &count) !=
            STATUS_OK)
        return fault_refuse(place, "sequence: %.*s: not a count from 1 to %d",
            SPAN_ARG(times), FAULT_SEQUENCE_COUNT);
    if (!find_name(span_trim(name), names, name_count, &action))
        return fault_refuse(place,
            "sequence: %.*s: neither pass nor the name of something to do",
            SPAN_ARG(name));
    made->terms[made->count].times = (uint64_t)count;
    made->terms[made->count].action = action;
    made->count++;
    return STATUS_OK;
}

enum status
fault_sequence_read(const struct fault_place *place, struct span text,
    const struct span *names, size_t name_count, struct fault_sequence *out)
{
    struct fault_sequence made = { .count = 0 };
    enum status st = STATUS_OK;
    text = span_trim(text);
    made.endless = span_ends_with(text, SPAN_LITERAL("..."));
    if (made.endless)
        text = span_first(text, text.len - 3);
    for (bool more = true; more && st == STATUS_OK;) {
        struct span term = text;
        more = span_cut(text, ',', &term, &text);
        st = read_term(place, span_trim(term), names, name_count, &made);
    }
    if (st == STATUS_OK)
        *out = made;
    return st;
}

int
fault_sequence_at(const struct fault_sequence *sequence, uint64_t nth)
{
    for (size_t i = 0; i < sequence->count; i++) {
        bool last = i + 1 == sequence->count;
        if (nth <= sequence->terms[i].times || (last && sequence->endless))
            return sequence->terms[i].action;
        nth -= sequence->terms[i].times;
    }
    return FAULT_SEQUENCE_PASS;
}
