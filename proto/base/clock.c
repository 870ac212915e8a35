/* SPDX-License-Identifier: Apache-2.0 */
#define _DEFAULT_SOURCE /* timegm */
#include "base/clock.h"

#include "base/num.h"

#include <time.h>

static int64_t
read_posix(clockid_t id)
{
    struct timespec now = { 0 };
    (void)clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t
read_wall(void *context)
{
    (void)context;
    return read_posix(CLOCK_REALTIME);
}

static int64_t
read_monotonic(void *context)
{
    (void)context;
    return read_posix(CLOCK_MONOTONIC);
}

static int64_t
read_manual(void *context)
{
    return ((struct clock_manual *)context)->now_ms;
}

static int64_t
read_offset(void *context)
{
    struct clock_offset *offset = context;
    return clock_ms(&offset->base) + offset->offset_ms;
}

struct clock
clock_wall(void)
{
    return (struct clock){ read_wall, NULL };
}

struct clock
clock_monotonic(void)
{
    return (struct clock){ read_monotonic, NULL };
}

int64_t
clock_monotonic_ms(void)
{
    struct clock clock = clock_monotonic();
    return clock_ms(&clock);
}

struct clock
clock_manual(struct clock_manual *manual)
{
    return (struct clock){ read_manual, manual };
}

struct clock
clock_offset(struct clock_offset *offset)
{
    return (struct clock){ read_offset, offset };
}

static enum status
utc_parts(int64_t ms, struct tm *parts)
{
    int64_t seconds = ms / 1000 - (ms % 1000 < 0 ? 1 : 0);
    time_t when = (time_t)seconds;
    return gmtime_r(&when, parts) == NULL ? STATUS_INVALID : STATUS_OK;
}

enum status
clock_format_rfc3339(int64_t ms, struct buf *out)
{
    struct tm t;
    enum status st = utc_parts(ms, &t);
    if (st != STATUS_OK)
        return st;
    return buf_printf(out, "%04d-%02d-%02dT%02d:%02d:%02dZ", t.tm_year + 1900,
        t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec);
}

enum status
clock_format_amz(int64_t ms, struct buf *out)
{
    struct tm t;
    enum status st = utc_parts(ms, &t);
    if (st != STATUS_OK)
        return st;
    return buf_printf(out, "%04d%02d%02dT%02d%02d%02dZ", t.tm_year + 1900,
        t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec);
}

enum status
clock_parse_amz(struct span text, int64_t *ms)
{
    static const struct {
        size_t at, len;
        int64_t min, max;
    } fields[] = {
        { 0, 4, 1970, 9999 },
        { 4, 2, 1, 12 },
        { 6, 2, 1, 31 },
        { 9, 2, 0, 23 },
        { 11, 2, 0, 59 },
        { 13, 2, 0, 60 },
    };
    int64_t v[ARRAY_LEN(fields)];
    if (text.len != 16 || text.ptr[8] != 'T' || text.ptr[15] != 'Z')
        return STATUS_INVALID;
    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        struct span field = span_of(text.ptr + fields[i].at, fields[i].len);
        if (num_parse(field, fields[i].min, fields[i].max, &v[i]) != STATUS_OK)
            return STATUS_INVALID;
    }
    struct tm parts = {
        .tm_year = (int)v[0] - 1900,
        .tm_mon = (int)v[1] - 1,
        .tm_mday = (int)v[2],
        .tm_hour = (int)v[3],
        .tm_min = (int)v[4],
        .tm_sec = (int)v[5],
    };
    *ms = (int64_t)timegm(&parts) * 1000;
    return STATUS_OK;
}
