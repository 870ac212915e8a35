/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* SOCK_CLOEXEC, SOCK_NONBLOCK */
#include "socket/unix_socket.h"

#include "socket/folder_lock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 1024 };

struct unix_socket {
    int fd;
    struct sockaddr_un address;
    struct unix_socket_file file; /* is it still ours? inode 0: not made yet */
};

static int
open_socket(void)
{
    return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

/* STATUS_OK: nobody listens there, the socket was left behind. */
static enum status
check_stale(const struct sockaddr_un *address)
{
    int fd = open_socket();
    if (fd < 0)
        return status_from_errno(errno);
    int failed =
        connect(fd, (const struct sockaddr *)address, sizeof(*address));
    int error = failed ? errno : 0;
    (void)close(fd);
    switch (error) {
    case ECONNREFUSED:
    case ENOENT: /* removed meanwhile */
        return STATUS_OK;
    case EACCES:
    case EPERM:
        return STATUS_DENIED;
    default: /* connected, or alive with a full backlog */
        return STATUS_BUSY;
    }
}

/* Makes the path free, if that harms nobody. */
static enum status
clear_path(const struct sockaddr_un *address)
{
    struct stat there;
    if (lstat(address->sun_path, &there) != 0)
        return errno == ENOENT ? STATUS_OK : status_from_errno(errno);
    if (!S_ISSOCK(there.st_mode))
        return STATUS_EXISTS;
    enum status st = check_stale(address);
    if (st != STATUS_OK)
        return st;
    if (unlink(address->sun_path) != 0 && errno != ENOENT)
        return status_from_errno(errno);
    return STATUS_OK;
}

static enum status
bind_and_listen(struct unix_socket *s)
{
    struct stat made;
    s->fd = open_socket();
    if (s->fd < 0)
        return status_from_errno(errno);
    if (bind(s->fd, (const struct sockaddr *)&s->address, sizeof(s->address)) !=
        0)
        return errno == EADDRINUSE ? STATUS_BUSY : status_from_errno(errno);
    if (lstat(s->address.sun_path, &made) != 0)
        return status_from_errno(errno);
    s->file.device = made.st_dev;
    s->file.inode = made.st_ino;
    if (listen(s->fd, BACKLOG) != 0)
        return status_from_errno(errno);
    return STATUS_OK;
}

bool
unix_socket_file_is_there(const struct unix_socket_file *file)
{
    struct stat there;
    return lstat(file->path, &there) == 0 && S_ISSOCK(there.st_mode) &&
           there.st_dev == file->device && there.st_ino == file->inode;
}

struct unix_socket_file
unix_socket_file(const struct unix_socket *s)
{
    return s->file;
}

enum status
unix_socket_new(const char *path, struct unix_socket **out)
{
    int lock = -1;
    if (strlen(path) > UNIX_SOCKET_PATH_MAX)
        return STATUS_TOO_LARGE;
    struct unix_socket *s = calloc(1, sizeof(*s));
    if (s == NULL)
        return STATUS_NO_MEMORY;
    s->fd = -1;
    s->address.sun_family = AF_UNIX;
    memcpy(s->address.sun_path, path, strlen(path));
    memcpy(s->file.path, path, strlen(path));
    enum status st = folder_lock_take(path, &lock);
    if (st == STATUS_OK)
        st = clear_path(&s->address);
    if (st == STATUS_OK)
        st = bind_and_listen(s);
    if (lock >= 0)
        folder_lock_drop(lock);
    if (st == STATUS_OK)
        *out = s;
    else
        unix_socket_free(s);
    return st;
}

const char *
unix_socket_problem(enum status status)
{
    static const struct {
        enum status status;
        const char *text;
    } problems[] = {
        { STATUS_TOO_LARGE, "the path is longer than 107 characters" },
        { STATUS_NOT_FOUND, "its folder does not exist: create it" },
        { STATUS_EXISTS, "something that is not a socket is there, and is left "
                         "alone: remove it or choose another path" },
        { STATUS_BUSY, "another process listens there: stop it or choose "
                       "another path" },
        { STATUS_DENIED, "no permission" },
    };
    for (size_t i = 0; i < ARRAY_LEN(problems); i++)
        if (problems[i].status == status)
            return problems[i].text;
    return status_text(status);
}

int
unix_socket_fd(const struct unix_socket *s)
{
    return s->fd;
}

void
unix_socket_free(struct unix_socket *s)
{
    if (s == NULL)
        return;
    int lock = -1;
    /* Without the lock too: what is ours is removed, and between the look and
     * the removal only one who ignores the lock can come. */
    if (s->file.inode != 0) {
        enum status locked = folder_lock_take(s->address.sun_path, &lock);
        if ((locked == STATUS_OK || locked == STATUS_BUSY) &&
            unix_socket_file_is_there(&s->file))
            (void)unlink(s->address.sun_path);
    }
    if (s->fd >= 0)
        (void)close(s->fd);
    if (lock >= 0)
        folder_lock_drop(lock);
    free(s);
}
