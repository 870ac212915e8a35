/* SPDX-License-Identifier: Apache-2.0 */
#include "credentials/timestamp.h"

#include "base/clock.h"
#include "base/num.h"

enum { WHOLE_LEN = 19, MINUTE_MS = 60 * 1000 };

static const int64_t latest_ms = 253402300799000; /* the year 9999 ends */

/* Cuts the fraction of a second off. */
static struct span
skip_fraction(struct span zone)
{
    size_t i = 1;
    if (zone.len == 0 || zone.ptr[0] != '.')
        return zone;
    while (i < zone.len && zone.ptr[i] >= '0' && zone.ptr[i] <= '9')
        i++;
    return i > 1 ? span_skip(zone, i) : zone;
}

/* "Z", "UTC" or "+hh:mm". */
static enum status
read_zone(struct span zone, int64_t *offset_ms)
{
    int64_t hours, minutes;
    if (span_equal_text(zone, "Z") || span_equal_text(zone, "UTC")) {
        *offset_ms = 0;
        return STATUS_OK;
    }
    if (zone.len != 6 || zone.ptr[3] != ':' ||
        (zone.ptr[0] != '+' && zone.ptr[0] != '-') ||
        num_parse(span_of(zone.ptr + 1, 2), 0, 23, &hours) != STATUS_OK ||
        num_parse(span_of(zone.ptr + 4, 2), 0, 59, &minutes) != STATUS_OK)
        return STATUS_INVALID;
    *offset_ms =
        (zone.ptr[0] == '-' ? -1 : 1) * (hours * 60 + minutes) * MINUTE_MS;
    return STATUS_OK;
}

enum status
timestamp_parse(struct span text, int64_t *ms)
{
    char amz[sizeof("20261122T120000Z")];
    int64_t whole_ms, offset_ms;
    if (text.len <= WHOLE_LEN || text.ptr[4] != '-' || text.ptr[7] != '-' ||
        text.ptr[10] != 'T' || text.ptr[13] != ':' || text.ptr[16] != ':')
        return STATUS_INVALID;
    size_t len = 0;
    for (size_t i = 0; i < WHOLE_LEN; i++)
        if (i != 4 && i != 7 && i != 13 && i != 16)
            amz[len++] = (char)text.ptr[i];
    amz[len++] = 'Z';
    enum status st = clock_parse_amz(span_of(amz, len), &whole_ms);
    if (st == STATUS_OK)
        st = read_zone(skip_fraction(span_skip(text, WHOLE_LEN)), &offset_ms);
    if (st != STATUS_OK)
        return st;
    /* An offset must not lead out of the years that can be written. */
    if (whole_ms < offset_ms || whole_ms - offset_ms > latest_ms)
        return STATUS_INVALID;
    *ms = whole_ms - offset_ms;
    return STATUS_OK;
}
