/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* unshare */
#include "process/own_files.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

void
own_files_prepare(const struct own_file *files, struct own_files *out)
{
    *out = (struct own_files){ .files = files };
    (void)snprintf(out->users, sizeof(out->users), "%u %u 1",
        (unsigned)geteuid(), (unsigned)geteuid());
    (void)snprintf(out->groups, sizeof(out->groups), "%u %u 1",
        (unsigned)getegid(), (unsigned)getegid());
}

static bool
put(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool done = fd >= 0 && write(fd, text, strlen(text)) >= 0;

    if (fd >= 0)
        (void)close(fd);
    return done;
}

/* A namespace of mounts; who may not have one has it in one of users, where he
 * is who he was. */
static bool
leave(const struct own_files *own)
{
    if (unshare(CLONE_NEWNS) == 0)
        return true;
    return errno == EPERM && unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 &&
           put("/proc/self/setgroups", "deny") &&
           put("/proc/self/uid_map", own->users) &&
           put("/proc/self/gid_map", own->groups);
}

bool
own_files_show(const struct own_files *own)
{
    const struct own_file *file = own->files;

    if (file == NULL)
        return true;
    /* Private, or the mounts would be everybody's. */
    if (!leave(own) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        return false;
    for (; file->path != NULL; file++)
        if (mount(file->instead, file->path, NULL, MS_BIND, NULL) != 0)
            return false;
    return true;
}

enum status
own_files_check(const struct own_file *files, struct buf *problem)
{
    struct own_files own;
    int how = 0;

    own_files_prepare(files, &own);
    for (const struct own_file *file = files; file->path != NULL; file++)
        if (access(file->path, F_OK) != 0) {
            buf_say(problem, "this machine has no %s", file->path);
            return STATUS_UNSUPPORTED;
        }
    pid_t child = fork();
    if (child < 0)
        return status_from_errno(errno);
    if (child == 0)
        _exit(own_files_show(&own) ? 0 : errno);
    while (waitpid(child, &how, 0) < 0 && errno == EINTR)
        continue;
    if (WIFEXITED(how) && WEXITSTATUS(how) == 0)
        return STATUS_OK;
    buf_say(problem,
        "this user may not give a program files of its own (a mount namespace, "
        "for which one is root or may have a user namespace): %s",
        WIFEXITED(how) ? strerror(WEXITSTATUS(how)) : "it died");
    return STATUS_UNSUPPORTED;
}
