/* SPDX-License-Identifier: Apache-2.0 */
#include "havoc/socket_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

struct socket_file {
    struct socket_file_options options; /* its path is `path` */
    struct buf path, aside;
    struct stat before; /* of the file that was there */
    struct stat placed; /* of what stands in its place */
    bool has_placed;
    int placed_fd; /* keeps its inode from being another's; -1: none */
};

static bool
is_same(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static bool
is_moved(const struct socket_file *file)
{
    return file->options.harm != SOCKET_FILE_MODE &&
           file->options.harm != SOCKET_FILE_OWNER;
}

/* ---- what stands in its place ---------------------------------------------
 */

/* A socket that is bound and not listened on refuses, as one that was left
 * behind does. */
static enum status
place_socket(struct socket_file *file)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    bool foreign = file->options.harm == SOCKET_FILE_FOREIGN;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return status_from_errno(errno);
    file->placed_fd = fd;
    if (file->path.len >= sizeof(address.sun_path))
        return STATUS_TOO_LARGE;
    memcpy(address.sun_path, file->path.ptr, file->path.len);
    if (bind(fd, (struct sockaddr *)(void *)&address, sizeof(address)) != 0 ||
        (foreign && listen(fd, SOMAXCONN) != 0))
        return status_from_errno(errno);
    return STATUS_OK;
}

static enum status
place_plain(struct socket_file *file)
{
    int fd =
        open(file->options.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd < 0)
        return status_from_errno(errno);
    file->placed_fd = fd;
    return STATUS_OK;
}

static enum status
place(struct socket_file *file)
{
    enum status status = STATUS_OK;

    switch (file->options.harm) {
    case SOCKET_FILE_STALE:
    case SOCKET_FILE_FOREIGN:
        status = place_socket(file);
        break;
    case SOCKET_FILE_PLAIN:
        status = place_plain(file);
        break;
    case SOCKET_FILE_REMOVED:
    case SOCKET_FILE_MODE:
    case SOCKET_FILE_OWNER:
        return STATUS_OK;
    }
    file->has_placed = status == STATUS_OK;
    if (file->has_placed && lstat(file->options.path, &file->placed) != 0)
        status = status_from_errno(errno);
    return status;
}

/* ---- and back -------------------------------------------------------------
 */

static enum status
put_back(struct socket_file *file)
{
    const char *path = file->options.path, *aside = buf_text(&file->aside);
    struct stat there;
    bool taken = lstat(path, &there) == 0;

    if (taken && !(file->has_placed && is_same(&there, &file->placed)))
        return unlink(aside) == 0 ? STATUS_OK : STATUS_IO; /* a new one */
    return rename(aside, path) == 0 ? STATUS_OK : STATUS_IO;
}

static enum status
restore_attributes(const struct socket_file *file)
{
    const struct stat *before = &file->before;
    struct stat there;

    if (lstat(file->options.path, &there) != 0 || !is_same(&there, before))
        return STATUS_OK; /* that file is no more */
    if (file->options.harm == SOCKET_FILE_MODE)
        return chmod(file->options.path, before->st_mode & 07777) == 0
                   ? STATUS_OK
                   : STATUS_IO;
    return lchown(file->options.path, before->st_uid, before->st_gid) == 0
               ? STATUS_OK
               : STATUS_IO;
}

static void
free_file(struct socket_file *file)
{
    if (file->placed_fd >= 0)
        (void)close(file->placed_fd);
    buf_reset(&file->path);
    buf_reset(&file->aside);
    free(file);
}

/* ---- begin ----------------------------------------------------------------
 */

static enum status
harm(struct socket_file *file)
{
    const struct socket_file_options *o = &file->options;
    enum status status;

    if (o->harm == SOCKET_FILE_MODE)
        return chmod(o->path, o->mode & 07777) == 0 ? STATUS_OK
                                                    : status_from_errno(errno);
    if (o->harm == SOCKET_FILE_OWNER)
        return lchown(o->path, o->user, o->group) == 0
                   ? STATUS_OK
                   : status_from_errno(errno);
    if (rename(o->path, buf_text(&file->aside)) != 0)
        return status_from_errno(errno);
    status = place(file);
    if (status != STATUS_OK)
        (void)put_back(file);
    return status;
}

static enum status
prepare(const struct socket_file_options *options, struct socket_file *file)
{
    enum status status = buf_append_text(&file->path, options->path);

    file->options = *options;
    file->placed_fd = -1;
    if (status == STATUS_OK)
        status = buf_printf(&file->aside, "%s.aside", options->path);
    file->options.path = buf_text(&file->path);
    if (status == STATUS_OK && lstat(options->path, &file->before) != 0)
        status = status_from_errno(errno);
    if (status == STATUS_OK && !S_ISSOCK(file->before.st_mode))
        status = STATUS_NOT_FOUND;
    return status;
}

enum status
socket_file_begin(const struct socket_file_options *options,
    struct socket_file **out, struct buf *problem)
{
    struct socket_file *file = calloc(1, sizeof(*file));
    enum status status;

    if (file == NULL)
        return STATUS_NO_MEMORY;
    status = prepare(options, file);
    if (status == STATUS_OK)
        status = harm(file);
    if (status == STATUS_OK) {
        *out = file;
        return STATUS_OK;
    }
    if (status == STATUS_DENIED)
        status = STATUS_UNSUPPORTED;
    buf_say(problem, "the socket %s: %s", options->path,
        status == STATUS_UNSUPPORTED ? "only root may do this to it"
                                     : status_text(status));
    free_file(file);
    return status;
}

enum status
socket_file_heal(struct socket_file *file)
{
    enum status status;

    if (file == NULL)
        return STATUS_OK;
    status = is_moved(file) ? put_back(file) : restore_attributes(file);
    free_file(file);
    return status;
}
