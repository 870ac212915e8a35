/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/measure.h"

#include "base/file.h"
#include "base/num.h"

#include <stdio.h>
#include <time.h>

enum { SMAPS_MAX = 64 * 1024 };

double
measure_process_cpu(pid_t pid)
{
    clockid_t clock;
    struct timespec used;

    if (clock_getcpuclockid(pid, &clock) != 0 ||
        clock_gettime(clock, &used) != 0)
        return -1;
    return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

uint64_t
measure_private_dirty(pid_t pid)
{
    char path[64];
    struct buf text = { 0 };
    struct span line, rest;
    int64_t kib = 0;

    (void)snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)pid);
    enum status st = file_read(path, SMAPS_MAX, &text);
    rest = buf_span(&text);
    while (st == STATUS_OK && span_cut(rest, '\n', &line, &rest)) {
        struct span name, value;
        if (!span_cut(line, ':', &name, &value) ||
            !span_equal_text(name, "Private_Dirty"))
            continue;
        value = span_trim(value);
        (void)span_cut(value, ' ', &value, &line);
        st = num_parse(value, 0, INT32_MAX, &kib);
    }
    buf_reset(&text);
    return st == STATUS_OK ? (uint64_t)kib * 1024 : 0;
}
