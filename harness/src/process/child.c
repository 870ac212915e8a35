/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* execvpe, pipe2, close_range */
#include "process/child.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Everything below the fork is async-signal-safe: threads may exist. */

/* What we ignore and block is ours alone. What we were started with ignoring
 * (nohup) stays so. */
static void
restore_signals(void)
{
    struct sigaction action = { .sa_handler = SIG_DFL };
    sigset_t none;

    sigaction(SIGPIPE, &action, NULL);
    sigaction(SIGXFSZ, &action, NULL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static bool
place(const char *path, int flags, int fd)
{
    int opened = open(path, flags | O_CLOEXEC, 0600);

    return opened >= 0 && dup2(opened, fd) == fd;
}

static bool
place_given(const int *descriptors)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (dup2(descriptors[fd], fd) != fd)
            return false;
    }
    return true;
}

static bool
become_daemon(const struct process_options *options, int output_fd)
{
    bool placed = options->descriptors != NULL
                      ? place_given(options->descriptors)
                      : place("/dev/null", O_RDONLY, STDIN_FILENO) &&
                            dup2(output_fd, STDOUT_FILENO) == STDOUT_FILENO;

    return placed && (options->outlives ? setsid() > 0 : setpgid(0, 0) == 0) &&
           close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) == 0;
}

/* Only returns, with errno, where the program could not be run. */
static void
become_program(const struct process_options *options,
    const struct own_files *files, int output_fd, pid_t parent)
{
    if (!own_files_show(files))
        return;
    /* SIGKILL: whoever kills kmslab so wants it all gone. The parent may have
     * died before this took effect. */
    if (!options->outlives &&
        (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)) {
        errno = ECHILD;
        return;
    }
    restore_signals();
    if (options->daemon && !become_daemon(options, output_fd))
        return;
    if (options->log_file != NULL &&
        !place(options->log_file, O_WRONLY | O_CREAT | O_APPEND, STDERR_FILENO))
        return;
    /* exec promises not to write to what POSIX could not declare const. */
    execvpe(options->argv[0], (char *const *)(uintptr_t)options->argv,
        options->environment == NULL ? environ : options->environment);
}

/* The child writes errno; at a successful exec the pipe just closes. */
static int
read_failure(int fd)
{
    int error = 0;
    ssize_t got;

    do
        got = read(fd, &error, sizeof(error));
    while (got < 0 && errno == EINTR);
    return got == (ssize_t)sizeof(error) ? error : 0;
}

enum status
child_start(const struct process_options *options, int output_fd, pid_t *pid)
{
    pid_t parent = getpid();
    pid_t child;
    struct own_files files;
    int failure[2];
    int error;

    own_files_prepare(options->files, &files);
    if (pipe2(failure, O_CLOEXEC) != 0)
        return status_from_errno(errno);
    child = fork();
    if (child == 0) {
        become_program(options, &files, output_fd, parent);
        error = errno;
        (void)!write(failure[1], &error, sizeof(error));
        _exit(127);
    }
    error = child < 0 ? errno : 0;
    close(failure[1]);
    if (child > 0)
        error = read_failure(failure[0]);
    close(failure[0]);
    if (error == 0) {
        *pid = child;
        return STATUS_OK;
    }
    if (child > 0)
        waitpid(child, NULL, 0);
    errno = error;
    return status_from_errno(error);
}
