/* SPDX-License-Identifier: Apache-2.0 */
#include "metrics/process.h"

#include "base/clock.h"
#include "base/num.h"
#include "base/version.h"
#include "metrics/metrics_internal.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

static const struct metrics_family families[] = {
    { .name = "process_cpu_seconds",
        .help = "User and system time spent, in seconds",
        .kind = METRICS_COUNTER,
        .decimals = 6 },
    { .name = "process_max_fds",
        .help = "Most file descriptors that may be open",
        .kind = METRICS_GAUGE },
    { .name = "process_open_fds",
        .help = "Open file descriptors",
        .kind = METRICS_GAUGE },
    { .name = "process_resident_memory_bytes",
        .help = "Resident memory in bytes",
        .kind = METRICS_GAUGE },
    { .name = "process_start_time_seconds",
        .help = "When the process started, in seconds since 1970",
        .kind = METRICS_GAUGE,
        .decimals = 3 },
    { .name = "process_virtual_memory_bytes",
        .help = "Virtual memory in bytes",
        .kind = METRICS_GAUGE },
};
enum { CPU, MAX_FDS, OPEN_FDS, RESIDENT, STARTED, VIRTUAL, FAMILIES };

struct process {
    struct metrics_owned owned;
    struct metrics_series *series[FAMILIES];
};

static int64_t
microseconds(struct timeval time)
{
    return (int64_t)time.tv_sec * 1000000 + time.tv_usec;
}

static void
set_usage(const struct process *process)
{
    struct rusage usage;
    struct rlimit limit;
    if (getrusage(RUSAGE_SELF, &usage) == 0)
        metrics_set(process->series[CPU],
            microseconds(usage.ru_utime) + microseconds(usage.ru_stime));
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 &&
        limit.rlim_cur <= (rlim_t)INT64_MAX)
        metrics_set(process->series[MAX_FDS], (int64_t)limit.rlim_cur);
}

static void
set_descriptors(const struct process *process)
{
    DIR *folder = opendir("/proc/self/fd");
    if (folder == NULL)
        return;
    int64_t count = -3; /* ".", ".." and the folder's own */
    while (readdir(folder) != NULL)
        count++;
    (void)closedir(folder);
    metrics_set(process->series[OPEN_FDS], count);
}

/* "size resident …", in pages. */
static void
set_memory(const struct process *process)
{
    char text[128];
    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (fd == -1)
        return;
    ssize_t len = read(fd, text, sizeof(text));
    (void)close(fd);
    if (len <= 0)
        return;
    struct span size, resident, rest;
    int64_t pages, page = sysconf(_SC_PAGESIZE);
    if (!span_cut(span_of(text, (size_t)len), ' ', &size, &rest) ||
        !span_cut(rest, ' ', &resident, &rest))
        return;
    if (num_parse(size, 0, INT64_MAX / page, &pages) == STATUS_OK)
        metrics_set(process->series[VIRTUAL], pages * page);
    if (num_parse(resident, 0, INT64_MAX / page, &pages) == STATUS_OK)
        metrics_set(process->series[RESIDENT], pages * page);
}

static void
refresh(void *context)
{
    const struct process *process = context;
    set_usage(process);
    set_descriptors(process);
    set_memory(process);
}

static enum status
add_build_info(struct metrics *metrics)
{
    static const struct metrics_family family = {
        .name = "aws_kms_plugin_build_info",
        .help = "The version that runs",
        .kind = METRICS_GAUGE,
        .labels = { "version" },
    };
    struct metrics_series *series = NULL;
    const struct span version = span_text(project_version);
    enum status st = metrics_series(metrics, &family, &version, &series);
    metrics_set(series, 1);
    return st;
}

enum status
metrics_add_process(struct metrics *metrics)
{
    struct process *process = calloc(1, sizeof(*process));
    if (process == NULL)
        return STATUS_NO_MEMORY;
    enum status st = add_build_info(metrics);
    for (size_t i = 0; i < FAMILIES && st == STATUS_OK; i++)
        st = metrics_series(metrics, &families[i], NULL, &process->series[i]);
    if (st == STATUS_OK)
        st = metrics_on_render(metrics, refresh, process);
    if (st != STATUS_OK) {
        free(process);
        return st;
    }
    /* Near enough: the plugin counts from its first line. */
    struct clock clock = clock_wall();
    metrics_set(process->series[STARTED], clock_ms(&clock));
    metrics_keep(metrics, &process->owned);
    return STATUS_OK;
}
