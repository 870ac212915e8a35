/* SPDX-License-Identifier: Apache-2.0 */
#include "socket/folder_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

enum { FOLDER_MAX = 256, TRIES = 200, PAUSE_NS = 10000000 };

static enum status
open_folder(const char *path, int *fd)
{
    char folder[FOLDER_MAX] = ".";
    const char *slash = strrchr(path, '/');
    if (slash != NULL) {
        size_t len = slash == path ? 1 : (size_t)(slash - path);
        if (len >= sizeof(folder))
            return STATUS_TOO_LARGE;
        memcpy(folder, path, len);
        folder[len] = '\0';
    }
    int opened = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (opened < 0)
        return errno == ENOTDIR ? STATUS_NOT_FOUND : status_from_errno(errno);
    *fd = opened;
    return STATUS_OK;
}

enum status
folder_lock_take(const char *path, int *fd)
{
    int folder = -1;
    enum status st = open_folder(path, &folder);
    if (st != STATUS_OK)
        return st;
    const struct timespec pause = { .tv_nsec = PAUSE_NS };
    st = STATUS_BUSY;
    /* Tried, not waited for: a lock that is never given back must not hang a
     * start or a stop. */
    for (int i = 0; i < TRIES && st == STATUS_BUSY; i++) {
        if (flock(folder, LOCK_EX | LOCK_NB) == 0)
            st = STATUS_OK;
        else if (errno != EWOULDBLOCK && errno != EINTR)
            st = status_from_errno(errno);
        else
            (void)nanosleep(&pause, NULL);
    }
    if (st == STATUS_OK)
        *fd = folder;
    else
        (void)close(folder);
    return st;
}

void
folder_lock_drop(int fd)
{
    (void)close(fd);
}
