/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* prlimit, MNT_DETACH */
#include "havoc/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

enum { OPTIONS_BYTES = 64, CHUNK = 4096 };

struct disk {
    struct buf folder, ballast; /* paths */
};

enum status
disk_mount(
    const char *folder, uint64_t bytes, struct disk **out, struct buf *problem)
{
    char options[OPTIONS_BYTES];
    struct disk *disk = calloc(1, sizeof(*disk));
    enum status status;

    if (disk == NULL)
        return STATUS_NO_MEMORY;
    (void)snprintf(options, sizeof(options), "size=%llu,mode=0700",
        (unsigned long long)bytes);
    status = buf_append_text(&disk->folder, folder);
    if (status == STATUS_OK)
        status = buf_printf(&disk->ballast, "%s/ballast", folder);
    if (status == STATUS_OK &&
        mount("kmslab", folder, "tmpfs", MS_NOSUID | MS_NODEV, options) != 0)
        status = errno == EPERM ? STATUS_UNSUPPORTED : status_from_errno(errno);
    if (status == STATUS_OK) {
        *out = disk;
        return STATUS_OK;
    }
    buf_say(problem, "a small file system over %s: %s", folder,
        status == STATUS_UNSUPPORTED ? "this user may not mount one"
                                     : status_text(status));
    buf_reset(&disk->folder);
    buf_reset(&disk->ballast);
    free(disk);
    return status;
}

/* In pieces that get smaller: the last ones take what the others left. */
static enum status
write_until_full(int fd)
{
    static const uint8_t zeros[CHUNK];

    for (size_t size = CHUNK; size > 0;) {
        ssize_t put = write(fd, zeros, size);

        if (put < 0 && errno == ENOSPC)
            size /= 2;
        else if (put < 0 && errno != EINTR)
            return status_from_errno(errno);
    }
    return STATUS_OK;
}

enum status
disk_fill(struct disk *disk)
{
    int fd = open(buf_text(&disk->ballast),
        O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    enum status status;

    if (fd < 0)
        return errno == ENOSPC ? STATUS_OK : status_from_errno(errno);
    status = write_until_full(fd);
    (void)close(fd);
    return status;
}

void
disk_relieve(struct disk *disk)
{
    (void)unlink(buf_text(&disk->ballast));
}

void
disk_free(struct disk *disk)
{
    if (disk == NULL)
        return;
    disk_relieve(disk);
    (void)umount2(buf_text(&disk->folder), MNT_DETACH);
    buf_reset(&disk->folder);
    buf_reset(&disk->ballast);
    free(disk);
}

enum status
disk_limit_begin(
    pid_t pid, uint64_t bytes, struct disk_limit *out, struct buf *problem)
{
    struct rlimit before, limit;
    enum status status = STATUS_OK;

    if (prlimit(pid, RLIMIT_FSIZE, NULL, &before) != 0)
        status = errno == ESRCH ? STATUS_NOT_FOUND : status_from_errno(errno);
    if (status == STATUS_OK) {
        limit = before;
        limit.rlim_cur = bytes < before.rlim_max ? bytes : before.rlim_max;
        if (prlimit(pid, RLIMIT_FSIZE, &limit, NULL) != 0)
            status = status_from_errno(errno);
    }
    if (status == STATUS_OK) {
        *out = (struct disk_limit){ pid, before.rlim_cur };
        return STATUS_OK;
    }
    if (status == STATUS_DENIED)
        status = STATUS_UNSUPPORTED;
    buf_say(problem, "a limit on the files of process %d: %s", (int)pid,
        status == STATUS_UNSUPPORTED ? "it is another user's"
                                     : status_text(status));
    return status;
}

void
disk_limit_end(const struct disk_limit *limit)
{
    struct rlimit now;

    if (prlimit(limit->pid, RLIMIT_FSIZE, NULL, &now) != 0)
        return;
    now.rlim_cur = limit->before;
    (void)prlimit(limit->pid, RLIMIT_FSIZE, &now, NULL);
}
