/* SPDX-License-Identifier: Apache-2.0 */
#include "scenario/bound.h"

#include "base/num.h"

enum { NS_PER_MS = 1000 * 1000 };

enum status
bound_duration(struct span text, int64_t *ms)
{
    int64_t ns = 0;
    enum status st = num_parse_duration_ns(text, &ns);

    if (st == STATUS_OK && ns < 0)
        st = STATUS_INVALID;
    if (st == STATUS_OK)
        *ms = ns / NS_PER_MS;
    return st;
}

static enum status
parse_value(struct span text, int64_t *out)
{
    text = span_trim(text);
    if (num_parse(text, 0, INT64_MAX / 2, out) == STATUS_OK)
        return STATUS_OK;
    return bound_duration(text, out);
}

static enum status
parse_range(struct span text, size_t dots, struct bound *out)
{
    struct bound bound = { 0 };
    enum status st = parse_value(span_first(text, dots), &bound.least);

    if (st == STATUS_OK)
        st = parse_value(span_skip(text, dots + 2), &bound.most);
    if (st == STATUS_OK && bound.least > bound.most)
        st = STATUS_INVALID;
    if (st == STATUS_OK)
        *out = bound;
    return st;
}

enum status
bound_parse(struct span text, struct bound *out)
{
    /* Longer ones first. */
    static const struct {
        struct span sign;
        int64_t least, most; /* added to the value; INT64_MIN: no such end */
    } signs[] = {
        { SPAN_INIT(">="), 0, INT64_MIN },
        { SPAN_INIT("<="), INT64_MIN, 0 },
        { SPAN_INIT(">"), 1, INT64_MIN },
        { SPAN_INIT("<"), INT64_MIN, -1 },
        { SPAN_INIT(""), 0, 0 },
    };
    size_t i = 0, dots;
    int64_t value = 0;

    text = span_trim(text);
    if (span_search(text, SPAN_LITERAL(".."), &dots))
        return parse_range(text, dots, out);
    while (!span_starts_with(text, signs[i].sign))
        i++;
    enum status st = parse_value(span_skip(text, signs[i].sign.len), &value);
    if (st != STATUS_OK)
        return st;
    out->least =
        signs[i].least == INT64_MIN ? INT64_MIN : value + signs[i].least;
    out->most = signs[i].most == INT64_MIN ? INT64_MAX : value + signs[i].most;
    return STATUS_OK;
}

bool
bound_holds(const struct bound *bound, int64_t value)
{
    return value >= bound->least && value <= bound->most;
}
