/* SPDX-License-Identifier: Apache-2.0 */
#include "havoc/stall.h"

#include "base/clock.h"
#include "base/file.h"
#include "process/interrupt.h"

#include <dirent.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>

enum { PATIENCE_MS = 2000, PATH_BYTES = 64, STAT_MAX = 4096 };

/* The state stands behind the name, which is in parentheses and may hold
 * anything. */
static bool
is_thread_stopped(pid_t pid, const char *thread)
{
    char path[PATH_BYTES + NAME_MAX];
    struct buf text = { 0 };
    size_t at = 0;
    bool stopped = false;

    (void)snprintf(
        path, sizeof(path), "/proc/%d/task/%s/stat", (int)pid, thread);
    if (file_read(path, STAT_MAX, &text) == STATUS_OK)
        for (at = text.len; at > 0 && text.ptr[at - 1] != ')'; at--)
            continue;
    if (at > 0 && at + 1 < text.len)
        stopped = text.ptr[at + 1] == 'T' || text.ptr[at + 1] == 't';
    buf_reset(&text);
    return stopped;
}

bool
stall_holds(pid_t pid)
{
    char path[PATH_BYTES];
    bool all = false;

    (void)snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
    DIR *folder = opendir(path);
    if (folder == NULL)
        return false;
    for (struct dirent *entry = readdir(folder); entry != NULL;
         entry = readdir(folder)) {
        if (entry->d_name[0] == '.')
            continue;
        all = is_thread_stopped(pid, entry->d_name);
        if (!all)
            break;
    }
    (void)closedir(folder);
    return all;
}

enum status
stall_begin(struct process *process)
{
    struct clock clock = clock_monotonic();
    int64_t end_ms = clock_ms(&clock) + PATIENCE_MS;
    enum status status = STATUS_OK;

    process_signal(process, SIGSTOP);
    while (status == STATUS_OK && !stall_holds(process_id(process))) {
        if (!process_running(process))
            return STATUS_NOT_FOUND;
        status =
            clock_ms(&clock) >= end_ms ? STATUS_TIMEOUT : interrupt_sleep(1);
    }
    if (status != STATUS_OK)
        stall_end(process);
    return status;
}

void
stall_end(struct process *process)
{
    process_signal(process, SIGCONT);
}
