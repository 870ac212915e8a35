/* SPDX-License-Identifier: Apache-2.0 */
#include "grpc/connections.h"

#include <fcntl.h>
#include <linux/sockios.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { GROW = 64 };

enum status
connections_init(struct connections *c)
{
    *c = (struct connections){ .inodes = NULL };
    return pthread_mutex_init(&c->lock, NULL) == 0 ? STATUS_OK
                                                   : STATUS_NO_MEMORY;
}

void
connections_reset(struct connections *c)
{
    (void)pthread_mutex_destroy(&c->lock);
    free(c->inodes);
}

static bool
make_room(struct connections *c, size_t count)
{
    if (count <= c->count)
        return true;
    size_t room = (count / GROW + 1) * GROW;
    uint64_t *inodes = realloc(c->inodes, room * sizeof(*inodes));
    if (inodes == NULL)
        return false;
    for (size_t i = c->count; i < room; i++)
        inodes[i] = 0;
    c->inodes = inodes;
    c->count = room;
    return true;
}

static uint64_t
inode_of(int fd)
{
    struct stat there;
    bool socket = fstat(fd, &there) == 0 && S_ISSOCK(there.st_mode);
    return socket ? (uint64_t)there.st_ino : 0;
}

void
connections_note(struct connections *c, int fd)
{
    uint64_t inode = inode_of(fd);
    (void)pthread_mutex_lock(&c->lock);
    if (make_room(c, (size_t)fd + 1))
        c->inodes[fd] = inode;
    (void)pthread_mutex_unlock(&c->lock);
}

size_t
connections_open(struct connections *c)
{
    size_t open = 0;
    (void)pthread_mutex_lock(&c->lock);
    for (size_t fd = 0; fd < c->count; fd++)
        if (c->inodes[fd] != 0) {
            if (inode_of((int)fd) == c->inodes[fd])
                open++;
            else
                c->inodes[fd] = 0;
        }
    (void)pthread_mutex_unlock(&c->lock);
    return open;
}

/*
 * The frame must not come into the middle of one of core's, which can only be
 * if a write of core's found the socket's buffer full; the system has core go
 * on when three quarters of it are free.
 */
static bool
is_between_frames(int fd)
{
    int queued = 0, room = 0;
    socklen_t len = sizeof(room);
    return ioctl(fd, SIOCOUTQ, &queued) == 0 &&
           getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, &len) == 0 &&
           queued < room / 4;
}

/* RFC 9113, 6.8: no error, and no stream is too late. */
static void
send_goaway(int fd)
{
    static const uint8_t frame[] = { 0, 0, 8, 7, 0, 0, 0, 0, 0, 0x7f, 0xff,
        0xff, 0xff, 0, 0, 0, 0 };
    if (is_between_frames(fd))
        (void)!send(fd, frame, sizeof(frame), MSG_DONTWAIT | MSG_NOSIGNAL);
}

void
connections_dismiss(struct connections *c)
{
    (void)pthread_mutex_lock(&c->lock);
    for (size_t fd = 0; fd < c->count; fd++) {
        if (c->inodes[fd] == 0)
            continue;
        int own = fcntl((int)fd, F_DUPFD_CLOEXEC, 0);
        if (own < 0)
            continue;
        if (inode_of(own) == c->inodes[fd])
            send_goaway(own);
        (void)close(own);
    }
    (void)pthread_mutex_unlock(&c->lock);
}
