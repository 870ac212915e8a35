/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* nftw, pipe2, close_range */
#include "process/workspace.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    PARENT_MAX = 60,     /* leaves room for sockets: 107 bytes is their limit */
    REMOVE_FDS = 16,     /* descriptors that a removal may use */
    GUARD_ATTEMPTS = 40, /* others may still be ending, and writing */
    GUARD_PAUSE_US = 50000,
};

struct workspace {
    char path[PARENT_MAX + 32];
    int guard_fd; /* the guard acts when this closes */
    pid_t guard;
};

static int
remove_entry(
    const char *path, const struct stat *info, int kind, struct FTW *where)
{
    (void)info;
    (void)kind;
    (void)where;
    return remove(path) != 0 && errno != ENOENT ? -1 : 0;
}

static bool
remove_tree(const char *path)
{
    return nftw(path, remove_entry, REMOVE_FDS, FTW_DEPTH | FTW_PHYS) == 0 ||
           errno == ENOENT;
}

static const char *
parent_folder(void)
{
    const char *named = getenv("TMPDIR");

    if (named == NULL || named[0] != '/' || strlen(named) > PARENT_MAX)
        return "/tmp";
    return named;
}

/*
 * The guard's life: out of our session, so that no Ctrl-C reaches it; nothing
 * of ours held open; then wait for our end of the pipe to close.
 */
NORETURN static void
guard(const char *path, int fd)
{
    sigset_t all;
    char byte;

    setsid();
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    dup2(fd, STDIN_FILENO);
    close_range(1, ~0U, 0);
    while (read(STDIN_FILENO, &byte, 1) < 0 && errno == EINTR)
        continue;
    for (int i = 0; i < GUARD_ATTEMPTS && !remove_tree(path); i++)
        usleep(GUARD_PAUSE_US);
    _exit(0);
}

static enum status
start_guard(struct workspace *workspace)
{
    int fds[2];

    if (pipe2(fds, O_CLOEXEC) != 0)
        return status_from_errno(errno);
    workspace->guard = fork();
    if (workspace->guard == 0) {
        close(fds[1]);
        guard(workspace->path, fds[0]);
    }
    close(fds[0]);
    workspace->guard_fd = fds[1];
    if (workspace->guard > 0)
        return STATUS_OK;
    close(fds[1]);
    return STATUS_IO;
}

enum status
workspace_new(struct workspace **out)
{
    struct workspace *workspace = calloc(1, sizeof(*workspace));
    enum status status = STATUS_OK;

    if (workspace == NULL)
        return STATUS_NO_MEMORY;
    snprintf(workspace->path, sizeof(workspace->path), "%s/kmslab-XXXXXX",
        parent_folder());
    if (mkdtemp(workspace->path) == NULL) {
        status = status_from_errno(errno);
        free(workspace);
        return status;
    }
    status = start_guard(workspace);
    if (status != STATUS_OK) {
        rmdir(workspace->path);
        free(workspace);
        return status;
    }
    *out = workspace;
    return STATUS_OK;
}

enum status
workspace_open(struct workspace **out, struct buf *problem)
{
    enum status status = workspace_new(out);

    if (status != STATUS_OK)
        buf_say(problem,
            "no temporary folder can be made in %s: %s (TMPDIR names another)",
            parent_folder(), status_text(status));
    return status;
}

const char *
workspace_path(const struct workspace *workspace)
{
    return workspace->path;
}

enum status
workspace_file(
    const struct workspace *workspace, const char *name, struct buf *path)
{
    return buf_printf(path, "%s/%s", workspace->path, name);
}

void
workspace_free(struct workspace *workspace)
{
    if (workspace == NULL)
        return;
    (void)remove_tree(workspace->path);
    close(workspace->guard_fd);
    while (waitpid(workspace->guard, NULL, 0) < 0 && errno == EINTR)
        continue;
    free(workspace);
}
