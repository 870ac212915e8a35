/* SPDX-License-Identifier: Apache-2.0 */
#include "process/usage.h"

#include "base/file.h"
#include "base/num.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>

enum { TEXT_MAX = 64 * 1024, PATH_BYTES = 64 };

/* The number behind "NAME:" in one of the process's files of lines. */
static enum status
read_number(pid_t pid, const char *file, const char *name, int64_t *out)
{
    char path[PATH_BYTES];
    struct buf text = { 0 };
    struct span line, rest;
    (void)snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
    enum status found = STATUS_NOT_FOUND;
    enum status st = file_read(path, TEXT_MAX, &text);
    rest = buf_span(&text);
    while (st == STATUS_OK && found != STATUS_OK &&
           span_cut(rest, '\n', &line, &rest)) {
        struct span key, value, unit;
        if (!span_cut(line, ':', &key, &value) || !span_equal_text(key, name))
            continue;
        (void)span_cut(span_trim(value), ' ', &value, &unit);
        found = num_parse(span_trim(value), 0, INT64_MAX / 1024, out);
    }
    buf_reset(&text);
    return st == STATUS_OK ? found : st;
}

static enum status
count_descriptors(pid_t pid, unsigned *out)
{
    char path[PATH_BYTES];
    unsigned count = 0;
    (void)snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
    DIR *folder = opendir(path);
    if (folder == NULL)
        return status_from_errno(errno);
    for (struct dirent *entry = readdir(folder); entry != NULL;
         entry = readdir(folder))
        count += entry->d_name[0] != '.';
    (void)closedir(folder);
    *out = count;
    return STATUS_OK;
}

enum status
usage_read(pid_t pid, struct usage *out)
{
    int64_t memory_kib, threads;
    struct usage usage = { 0 };
    enum status st =
        read_number(pid, "smaps_rollup", "Private_Dirty", &memory_kib);
    if (st == STATUS_OK)
        st = count_descriptors(pid, &usage.descriptors);
    usage.closed = st == STATUS_DENIED;
    if (usage.closed)
        st = read_number(pid, "status", "RssAnon", &memory_kib);
    if (st == STATUS_OK)
        st = read_number(pid, "status", "Threads", &threads);
    if (st != STATUS_OK)
        return st;
    usage.memory = (uint64_t)memory_kib * 1024;
    usage.threads = (unsigned)threads;
    *out = usage;
    return STATUS_OK;
}
