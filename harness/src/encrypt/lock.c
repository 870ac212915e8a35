/* SPDX-License-Identifier: Apache-2.0 */
#include "encrypt/lock.h"

#include "kind/state.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* "STATE/kind/.NAME.lock": no cluster has a name that begins so. */
static enum status
find_path(const char *name, struct buf *path, struct buf *problem)
{
    struct buf root = { 0 };
    enum status status = kind_state_root(&root, problem);

    if (status == STATUS_OK)
        status = kind_state_make_folder(buf_text(&root), problem);
    if (status == STATUS_OK)
        status = buf_printf(path, "%s/.%s.lock", buf_text(&root), name);
    buf_reset(&root);
    return status;
}

/* Its last owner may have removed the file between our open and our lock. */
static bool
is_still(int fd, const char *path)
{
    struct stat ours, there;

    return fstat(fd, &ours) == 0 && stat(path, &there) == 0 &&
           ours.st_ino == there.st_ino && ours.st_dev == there.st_dev;
}

static enum status
lock_file(const char *path, int *out)
{
    for (;;) {
        int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

        if (fd < 0)
            return status_from_errno(errno);
        if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
            enum status status =
                errno == EWOULDBLOCK ? STATUS_BUSY : status_from_errno(errno);
            (void)close(fd);
            return status;
        }
        if (is_still(fd, path)) {
            *out = fd;
            return STATUS_OK;
        }
        (void)close(fd);
    }
}

enum status
kind_lock_take(const char *name, struct kind_lock *out, struct buf *problem)
{
    struct kind_lock lock = { .fd = -1 };
    enum status status = find_path(name, &lock.path, problem);

    if (status == STATUS_OK) {
        status = lock_file(buf_text(&lock.path), &lock.fd);
        if (status == STATUS_BUSY)
            buf_say(problem,
                "another kmslab kind encrypt or decrypt works on %s: wait for"
                " it",
                name);
        else if (status != STATUS_OK)
            buf_say(problem, "%s cannot be locked: %s", buf_text(&lock.path),
                status_text(status));
    }
    if (status != STATUS_OK) {
        buf_reset(&lock.path);
        return status;
    }
    *out = lock;
    return STATUS_OK;
}

void
kind_lock_release(struct kind_lock *lock)
{
    if (lock->fd < 0)
        return;
    (void)unlink(buf_text(&lock->path));
    (void)close(lock->fd);
    lock->fd = -1;
    buf_reset(&lock->path);
}
