/* SPDX-License-Identifier: Apache-2.0 */
#include "faults/wire_clock.h"

#include "base/clock.h"

#include <strings.h>
#include <time.h>

static int64_t
now_ms(int64_t offset_ms)
{
    struct clock wall = clock_wall();
    return clock_ms(&wall) + offset_ms;
}

void
wire_clock_date(int64_t offset_ms, char *out, size_t room)
{
    struct tm fields;
    time_t now = (time_t)(now_ms(offset_ms) / 1000);
    if (gmtime_r(&now, &fields) == NULL ||
        strftime(out, room, "%a, %d %b %Y %H:%M:%S GMT", &fields) == 0)
        out[0] = '\0';
}

static struct span
find_date(const struct sigv4_request *wire)
{
    static const char name[] = "x-amz-date";
    for (size_t i = 0; i < wire->header_count; i++) {
        const struct sigv4_header *header = &wire->headers[i];
        if (header->name.len == sizeof(name) - 1 &&
            strncasecmp(
                (const char *)header->name.ptr, name, header->name.len) == 0)
            return span_trim(header->value);
    }
    return (struct span){ NULL, 0 };
}

bool
wire_clock_refuses(
    const struct sigv4_request *wire, int64_t offset_ms, struct buf *words)
{
    int64_t signed_ms;
    int64_t wrong_ms = now_ms(offset_ms);
    struct span date = find_date(wire);
    struct buf limit = { 0 }, now = { 0 };
    if (clock_parse_amz(date, &signed_ms) != STATUS_OK)
        return false;
    bool late = signed_ms < wrong_ms - SIGV4_SKEW_MS;
    bool early = signed_ms > wrong_ms + SIGV4_SKEW_MS;
    int64_t limit_ms = wrong_ms + (early ? SIGV4_SKEW_MS : -SIGV4_SKEW_MS);
    if ((late || early) && clock_format_amz(limit_ms, &limit) == STATUS_OK &&
        clock_format_amz(wrong_ms, &now) == STATUS_OK)
        buf_say(words, "%s: %.*s is %s %s (%s %c 5 min.)",
            early ? "Signature not yet current" : "Signature expired",
            SPAN_ARG(date), early ? "still later than" : "now earlier than",
            buf_text(&limit), buf_text(&now), early ? '+' : '-');
    buf_reset(&limit);
    buf_reset(&now);
    return late || early;
}
