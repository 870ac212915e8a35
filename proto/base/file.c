/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* mkostemp, makedev */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum { READ_CHUNK = 8192 };

static enum status
read_all(int fd, size_t limit, struct buf *bytes)
{
    for (;;) {
        enum status st = buf_reserve(bytes, READ_CHUNK);
        if (st != STATUS_OK)
            return st;
        ssize_t got = read(fd, bytes->ptr + bytes->len, READ_CHUNK);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return status_from_errno(errno);
        bytes->len += (size_t)got;
        bytes->ptr[bytes->len] = 0;
        if (bytes->len > limit)
            return STATUS_TOO_LARGE;
        if (got == 0)
            return STATUS_OK;
    }
}

enum status
file_read_stream(int fd, size_t limit, struct buf *out)
{
    struct buf bytes = { 0 };
    enum status st = read_all(fd, limit, &bytes);
    if (st == STATUS_OK && out->ptr == NULL)
        buf_take(out, &bytes);
    else if (st == STATUS_OK)
        st = buf_append(out, buf_span(&bytes));
    buf_reset(&bytes);
    return st;
}

/* A shell's <(COMMAND): open already, and its writer is there. */
static bool
is_descriptor(const char *path)
{
    return strncmp(path, "/dev/fd/", 8) == 0 ||
           strncmp(path, "/proc/self/fd/", 14) == 0;
}

static enum status
check_kind(int fd, bool pipe_is_fine)
{
    enum { MEMORY_DEVICES = 1, NULL_DEVICE = 3 };
    struct stat found;
    if (fstat(fd, &found) != 0)
        return status_from_errno(errno);
    bool null = S_ISCHR(found.st_mode) &&
                found.st_rdev == makedev(MEMORY_DEVICES, NULL_DEVICE);
    if (S_ISREG(found.st_mode) || null ||
        (pipe_is_fine && S_ISFIFO(found.st_mode)))
        return STATUS_OK;
    errno = S_ISDIR(found.st_mode) ? EISDIR : EINVAL;
    return STATUS_IRREGULAR;
}

enum status
file_read(const char *path, size_t limit, struct buf *out)
{
    bool descriptor = is_descriptor(path);
    /* To open a pipe without O_NONBLOCK is to wait for its writer. */
    int fd = open(
        path, O_RDONLY | O_CLOEXEC | O_NOCTTY | (descriptor ? 0 : O_NONBLOCK));
    if (fd < 0) /* a socket cannot be opened */
        return errno == ENXIO ? STATUS_IRREGULAR : status_from_errno(errno);
    enum status st = check_kind(fd, descriptor);
    if (st == STATUS_OK)
        st = file_read_stream(fd, limit, out);
    int error = errno;
    (void)close(fd);
    errno = error;
    return st;
}

static enum status
write_all(int fd, struct span bytes)
{
    while (bytes.len > 0) {
        ssize_t put = write(fd, bytes.ptr, bytes.len);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return status_from_errno(errno);
        bytes = span_skip(bytes, (size_t)put);
    }
    return STATUS_OK;
}

enum status
file_replace(const char *path, unsigned mode, struct span bytes)
{
    struct buf temporary = { 0 };
    int fd = -1, error;
    enum status st = buf_printf(&temporary, "%s.XXXXXX", path);
    if (st != STATUS_OK)
        goto out;
    fd = mkostemp((char *)temporary.ptr, O_CLOEXEC);
    if (fd < 0) {
        st = status_from_errno(errno);
        goto out;
    }
    st = write_all(fd, bytes);
    if (st == STATUS_OK && (fchmod(fd, (mode_t)mode) != 0 || fsync(fd) != 0))
        st = status_from_errno(errno);
    if (st == STATUS_OK && rename(buf_text(&temporary), path) != 0)
        st = status_from_errno(errno);
out:
    error = errno;
    if (fd >= 0 && st != STATUS_OK)
        (void)unlink(buf_text(&temporary));
    if (fd >= 0)
        (void)close(fd);
    buf_reset(&temporary);
    errno = error;
    return st;
}

enum status
file_sync_entry(const char *path)
{
    struct buf folder = { 0 };
    struct span name = span_text(path);
    int fd = -1;
    while (name.len > 0 && name.ptr[name.len - 1] != '/')
        name.len--;
    enum status st = name.len == 0 ? buf_append_text(&folder, ".")
                                   : buf_append(&folder, name);
    if (st == STATUS_OK) {
        fd = open(buf_text(&folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0 || fsync(fd) != 0)
            st = status_from_errno(errno);
    }
    if (fd >= 0)
        (void)close(fd);
    buf_reset(&folder);
    return st;
}
