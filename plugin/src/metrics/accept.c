/* SPDX-License-Identifier: Apache-2.0 */
#include "metrics/metrics.h"

#include <ctype.h>
#include <strings.h>

static const char openmetrics_type[] = "application/openmetrics-text";

/* The weight of a media range in thousandths; 1000 where it is not said. */
static unsigned
weight_of(struct span parameters)
{
    struct span one, rest = parameters;
    while (rest.len > 0) {
        if (!span_cut(rest, ';', &one, &rest)) {
            one = rest;
            rest = (struct span){ NULL, 0 };
        }
        one = span_trim(one);
        if (one.len < 3 || (one.ptr[0] | 0x20) != 'q' || one.ptr[1] != '=')
            continue;
        unsigned weight = one.ptr[2] == '1' ? 1000 : 0, digit = 100;
        for (size_t i = 4; i < one.len && isdigit(one.ptr[i]); i++, digit /= 10)
            weight += (unsigned)(one.ptr[i] - '0') * digit;
        return weight;
    }
    return 1000;
}

static bool
is_type(struct span text, const char *type)
{
    return text.len == strlen(type) &&
           strncasecmp((const char *)text.ptr, type, text.len) == 0;
}

/* Prometheus sends application/openmetrics-text;version=1.0.0;q=0.6, … */
enum metrics_format
metrics_format_accepted(struct span accept)
{
    unsigned openmetrics = 0, text = 0;
    struct span range, rest = accept;
    while (rest.len > 0) {
        if (!span_cut(rest, ',', &range, &rest)) {
            range = rest;
            rest = (struct span){ NULL, 0 };
        }
        struct span type = range, parameters = { NULL, 0 };
        (void)span_cut(range, ';', &type, &parameters);
        type = span_trim(type);
        unsigned weight = weight_of(parameters);
        if (is_type(type, openmetrics_type) && weight > openmetrics)
            openmetrics = weight;
        else if (is_type(type, "text/plain") && weight > text)
            text = weight;
    }
    return openmetrics > 0 && openmetrics >= text ? METRICS_OPENMETRICS
                                                  : METRICS_TEXT;
}

const char *
metrics_content_type(enum metrics_format format)
{
    return format == METRICS_OPENMETRICS
               ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
               : "text/plain; version=0.0.4; charset=utf-8";
}
