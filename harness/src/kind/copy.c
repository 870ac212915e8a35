/* SPDX-License-Identifier: Apache-2.0 */
#include "kind/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 64 * 1024 };

static bool
write_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t written = write(fd, bytes, len);

        if (written < 0 && errno != EINTR)
            return false;
        if (written > 0) {
            bytes += written;
            len -= (size_t)written;
        }
    }
    return true;
}

static bool
copy_bytes(int from, int to)
{
    char chunk[CHUNK];

    for (;;) {
        ssize_t got = read(from, chunk, sizeof(chunk));

        if (got == 0)
            return true;
        if (got < 0 && errno != EINTR)
            return false;
        if (got > 0 && !write_all(to, chunk, (size_t)got))
            return false;
    }
}

static int
copy_to_new(int from, const char *to)
{
    struct stat info;
    int error = 0, fd;

    if (fstat(from, &info) != 0)
        return errno;
    (void)unlink(to);
    fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0)
        return errno;
    if (!copy_bytes(from, fd) || fchmod(fd, 0444 | (info.st_mode & 0111)) != 0)
        error = errno;
    if (close(fd) != 0 && error == 0)
        error = errno;
    return error;
}

enum status
kind_copy_file(const char *from, const char *to, struct buf *problem)
{
    int fd = open(from, O_RDONLY | O_CLOEXEC);
    int error = fd < 0 ? errno : copy_to_new(fd, to);

    if (fd >= 0)
        (void)close(fd);
    if (error == 0)
        return STATUS_OK;
    buf_say(
        problem, "%s cannot be copied to %s: %s", from, to, strerror(error));
    return status_from_errno(error);
}
