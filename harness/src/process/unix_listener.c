/* SPDX-License-Identifier: Apache-2.0 */
#include "process/unix_listener.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BACKLOG = 128, MODE = 0600 };

enum status
unix_endpoint_parse(struct span text, struct unix_endpoint *out)
{
    const struct span scheme = SPAN_LITERAL("unix://");
    struct unix_endpoint made = { .address = { .sun_family = AF_UNIX } };
    struct span path = span_skip(text, scheme.len);
    size_t nul;

    if (!span_starts_with(text, scheme) || path.len < 2 || path.ptr[0] != '/' ||
        span_find(path, 0, &nul))
        return STATUS_INVALID;
    if (path.len >= sizeof(made.address.sun_path))
        return STATUS_TOO_LARGE;
    /* Kubernetes' "/@name" is the kernel's "\0name", which has no NUL. */
    if (path.ptr[1] == '@') {
        path = span_skip(path, 1);
        if (path.len < 2)
            return STATUS_INVALID;
    }
    memcpy(made.address.sun_path, path.ptr, path.len);
    made.len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + path.len);
    if (path.ptr[0] == '@')
        made.address.sun_path[0] = '\0';
    else
        made.len++;
    *out = made;
    return STATUS_OK;
}

const char *
unix_endpoint_path(const struct unix_endpoint *endpoint)
{
    const char *path = endpoint->address.sun_path;

    return path[0] == '\0' ? NULL : path;
}

static const char *
last_name(const char *path)
{
    return strrchr(path, '/') + 1; /* unix_endpoint_parse saw to a '/' */
}

/* Of the folder that the path is in. */
static bool
stat_folder(const char *path, struct stat *out)
{
    char folder[sizeof(((struct sockaddr_un *)0)->sun_path)];
    size_t len = (size_t)(last_name(path) - path);

    memcpy(folder, path, len);
    folder[len] = '\0';
    return stat(folder, out) == 0;
}

bool
unix_endpoint_same(
    const struct unix_endpoint *one, const struct unix_endpoint *other)
{
    const char *path = unix_endpoint_path(one);
    const char *other_path = unix_endpoint_path(other);
    struct stat folder, other_folder;

    if (one->len == other->len &&
        memcmp(&one->address, &other->address, one->len) == 0)
        return true;
    return path != NULL && other_path != NULL &&
           strcmp(last_name(path), last_name(other_path)) == 0 &&
           stat_folder(path, &folder) &&
           stat_folder(other_path, &other_folder) &&
           folder.st_dev == other_folder.st_dev &&
           folder.st_ino == other_folder.st_ino;
}

static int
open_socket(void)
{
    return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

static const struct sockaddr *
any_address(const struct unix_endpoint *endpoint)
{
    return (const struct sockaddr *)(const void *)&endpoint->address;
}

enum status
unix_endpoint_connect(const struct unix_endpoint *endpoint, int *out)
{
    int fd = open_socket();
    enum status status = STATUS_OK;

    if (fd < 0)
        return status_from_errno(errno);
    if (connect(fd, any_address(endpoint), endpoint->len) != 0)
        status = errno == EAGAIN ? STATUS_BUSY : STATUS_UNAVAILABLE;
    if (status == STATUS_OK)
        *out = fd;
    else
        (void)close(fd);
    return status;
}

/* What a listener that is gone has left behind is removed. */
static enum status
make_way(const struct unix_endpoint *endpoint)
{
    const char *path = unix_endpoint_path(endpoint);
    struct stat there;
    int fd = -1;

    if (path == NULL || lstat(path, &there) != 0)
        return STATUS_OK;
    if (!S_ISSOCK(there.st_mode))
        return STATUS_EXISTS;
    if (unix_endpoint_connect(endpoint, &fd) != STATUS_UNAVAILABLE) {
        if (fd >= 0)
            (void)close(fd);
        return STATUS_BUSY;
    }
    return unlink(path) == 0 ? STATUS_OK : status_from_errno(errno);
}

static enum status
bind_and_listen(struct unix_listener *listener)
{
    const char *path = unix_endpoint_path(&listener->endpoint);
    struct stat there = { 0 };

    if (bind(listener->fd, any_address(&listener->endpoint),
            listener->endpoint.len) != 0)
        return errno == EADDRINUSE ? STATUS_BUSY : status_from_errno(errno);
    if (path != NULL && (chmod(path, MODE) != 0 || lstat(path, &there) != 0))
        return status_from_errno(errno);
    listener->device = there.st_dev;
    listener->inode = there.st_ino;
    return listen(listener->fd, BACKLOG) == 0 ? STATUS_OK
                                              : status_from_errno(errno);
}

enum status
unix_listener_open(
    const struct unix_endpoint *endpoint, struct unix_listener *out)
{
    struct unix_listener made = { .fd = -1, .endpoint = *endpoint };
    enum status status = make_way(endpoint);

    if (status != STATUS_OK)
        return status;
    made.fd = open_socket();
    status = made.fd < 0 ? status_from_errno(errno) : bind_and_listen(&made);
    if (status == STATUS_OK)
        *out = made;
    else
        unix_listener_close(&made);
    return status;
}

/* As long as it is open, no other file can have its inode. */
void
unix_listener_close(struct unix_listener *listener)
{
    const char *path = unix_endpoint_path(&listener->endpoint);
    struct stat there;

    if (listener->fd < 0)
        return;
    if (path != NULL && listener->inode != 0 && lstat(path, &there) == 0 &&
        there.st_dev == listener->device && there.st_ino == listener->inode)
        (void)unlink(path);
    (void)close(listener->fd);
    listener->fd = -1;
}
