/* SPDX-License-Identifier: Apache-2.0 */
#include "play/metric.h"

#include <stdlib.h>

/* A label of a series: name="value", between { or , and , or }. */
static bool
has_label(struct span series, struct span label)
{
    struct span name, value;
    size_t at;

    if (!span_cut(label, '=', &name, &value))
        return false;
    while (span_search(series, name, &at)) {
        bool begins =
            at > 0 && (series.ptr[at - 1] == '{' || series.ptr[at - 1] == ',');

        series = span_skip(series, at + name.len);
        if (begins && series.len > value.len + 3 && series.ptr[0] == '=' &&
            series.ptr[1] == '"' &&
            span_equal(span_first(span_skip(series, 2), value.len), value) &&
            series.ptr[2 + value.len] == '"')
            return true;
    }
    return false;
}

static bool
fits(struct span series, struct span wanted)
{
    struct span name = wanted, labels = { NULL, 0 }, of = series, rest;

    (void)span_cut(wanted, ' ', &name, &labels);
    (void)span_cut(series, '{', &of, &rest);
    if (!span_equal(of, name))
        return false;
    while (labels.len > 0) {
        struct span label = labels;

        if (!span_cut(labels, ' ', &label, &labels))
            labels = (struct span){ NULL, 0 };
        if (label.len > 0 && !has_label(series, label))
            return false;
    }
    return true;
}

bool
metric_sum(struct span text, struct span wanted, int64_t *sum)
{
    enum { NUMBER_MAX = 63 };
    bool found = false;
    double total = 0;

    while (text.len > 0) {
        struct span line = text;
        char number[NUMBER_MAX + 1];
        size_t blank;

        if (!span_cut(text, '\n', &line, &text))
            text = (struct span){ NULL, 0 };
        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        blank = line.len;
        while (blank > 0 && line.ptr[blank - 1] != ' ')
            blank--;
        if (blank == 0 || !fits(span_first(line, blank - 1), wanted))
            continue;
        span_to_text(span_first(span_skip(line, blank), NUMBER_MAX), number);
        total += strtod(number, NULL);
        found = true;
    }
    if (found)
        *sum = total > 9e15 ? INT64_MAX : (int64_t)total;
    return found;
}
