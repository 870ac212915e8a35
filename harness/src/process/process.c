/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* pidfd_open, pipe2 */
#include "process/process.h"

#include "base/clock.h"
#include "process/child.h"
#include "process/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

struct process {
    pid_t pid;
    int exited_fd; /* readable when the process has ended */
    int output_fd; /* a daemon's stdout, else -1 */
    int64_t patience_ms;
    bool daemon;
    bool reaped;
    int exit_code;
    struct buf output; /* read and not yet given out as a line */
};

enum { KILL_PATIENCE_MS = 4000 }; /* it may be deep in the kernel */

static void
close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/*
 * Waits until `fd` is readable. end_ms is on the monotonic clock, negative for
 * no end. Only an interruptible wait looks at the interrupt.
 */
static enum status
wait_readable(int fd, int64_t end_ms, bool interruptible)
{
    for (;;) {
        struct pollfd fds[2] = { { fd, POLLIN, 0 },
            { interruptible ? interrupt_fd() : -1, POLLIN, 0 } };
        int64_t left = end_ms < 0 ? 1000 : end_ms - clock_monotonic_ms();

        if (interruptible && interrupt_pending() != 0)
            return STATUS_CANCELLED;
        if (left < 0)
            left = 0;
        if (poll(fds, 2, left > 1000 ? 1000 : (int)left) < 0 && errno != EINTR)
            return status_from_errno(errno);
        if (fds[0].revents != 0)
            return STATUS_OK;
        if (end_ms >= 0 && clock_monotonic_ms() >= end_ms)
            return STATUS_TIMEOUT;
    }
}

static int64_t
end_of(int64_t timeout_ms)
{
    return timeout_ms < 0 ? -1 : clock_monotonic_ms() + timeout_ms;
}

static enum status
open_handle(struct process *process, const struct process_options *options)
{
    int output[2] = { -1, -1 };
    enum status status;

    if (options->daemon && options->descriptors == NULL &&
        pipe2(output, O_CLOEXEC) != 0)
        return status_from_errno(errno);
    process->output_fd = output[0];
    status = child_start(options, output[1], &process->pid);
    close_fd(&output[1]);
    if (status != STATUS_OK)
        return status;
    process->exited_fd = pidfd_open(process->pid, 0);
    if (process->exited_fd < 0) {
        status = status_from_errno(errno);
        kill(process->pid, SIGKILL);
        waitpid(process->pid, NULL, 0);
    }
    return status;
}

enum status
process_start(const struct process_options *options, struct process **out)
{
    struct process *process = calloc(1, sizeof(*process));
    enum status status;
    int error;

    if (process == NULL)
        return STATUS_NO_MEMORY;
    process->exited_fd = process->output_fd = -1;
    process->daemon = options->daemon;
    process->patience_ms =
        options->patience_ms > 0 ? options->patience_ms : PROCESS_PATIENCE_MS;
    status = open_handle(process, options);
    if (status != STATUS_OK) {
        error = errno;
        process->reaped = true;
        process_free(process);
        errno = error;
        return status;
    }
    *out = process;
    return STATUS_OK;
}

pid_t
process_id(const struct process *process)
{
    return process->pid;
}

/* Moves the first line of the output, if it is whole, to *line. */
static enum status
take_line(struct process *process, struct buf *line, bool *taken)
{
    struct span head, tail;
    struct buf rest = { 0 };
    enum status status;

    *taken = false;
    if (!span_cut(buf_span(&process->output), '\n', &head, &tail))
        return process->output.len > PROCESS_LINE_MAX ? STATUS_TOO_LARGE
                                                      : STATUS_OK;
    status = buf_append(&rest, tail);
    if (status == STATUS_OK)
        status = buf_append(line, head);
    if (status == STATUS_OK) {
        buf_take(&process->output, &rest);
        *taken = true;
    }
    buf_reset(&rest);
    return status;
}

static enum status
read_more(struct process *process)
{
    uint8_t chunk[512];
    ssize_t got = read(process->output_fd, chunk, sizeof(chunk));

    if (got < 0)
        return errno == EINTR ? STATUS_OK : status_from_errno(errno);
    if (got == 0)
        return STATUS_NOT_FOUND;
    return buf_append(&process->output, span_of(chunk, (size_t)got));
}

enum status
process_read_line(struct process *process, int64_t timeout_ms, struct buf *line)
{
    int64_t end_ms = end_of(timeout_ms);

    for (;;) {
        bool taken;
        enum status status = take_line(process, line, &taken);

        if (status != STATUS_OK || taken)
            return status;
        status = wait_readable(process->output_fd, end_ms, true);
        if (status == STATUS_OK)
            status = read_more(process);
        if (status != STATUS_OK)
            return status;
    }
}

/*
 * A dead leader that is not reaped still holds its group's number, so what is
 * left of the group can be ended without hitting anybody else.
 */
static void
reap(struct process *process)
{
    int how = 0;

    if (process->daemon)
        kill(-process->pid, SIGKILL);
    while (waitpid(process->pid, &how, 0) < 0 && errno == EINTR)
        continue;
    process->reaped = true;
    process->exit_code =
        WIFSIGNALED(how) ? 128 + WTERMSIG(how) : WEXITSTATUS(how);
}

static enum status
wait_end(struct process *process, int64_t timeout_ms, bool interruptible)
{
    enum status status;

    if (process->reaped)
        return STATUS_OK;
    status =
        wait_readable(process->exited_fd, end_of(timeout_ms), interruptible);
    if (status == STATUS_OK)
        reap(process);
    return status;
}

enum status
process_wait(struct process *process, int64_t timeout_ms, int *exit_code)
{
    enum status status = wait_end(process, timeout_ms, true);

    if (status == STATUS_OK)
        *exit_code = process->exit_code;
    return status;
}

enum status
process_attend(struct process *process, int *exit_code)
{
    while (!process->reaped) {
        struct pollfd fds[2] = { { process->exited_fd, POLLIN, 0 },
            { interrupt_fd(), POLLIN, 0 } };
        struct interrupt taken;

        if (poll(fds, 2, -1) < 0 && errno != EINTR)
            return status_from_errno(errno);
        while (interrupt_take(&taken)) {
            if (!taken.from_terminal)
                process_signal(process, taken.signal);
        }
        if (fds[0].revents != 0)
            reap(process);
    }
    *exit_code = process->exit_code;
    return STATUS_OK;
}

void
process_signal(struct process *process, int signal)
{
    if (!process->reaped)
        kill(process->daemon ? -process->pid : process->pid, signal);
}

bool
process_running(struct process *process)
{
    return wait_end(process, 0, false) == STATUS_TIMEOUT;
}

int
process_stop(struct process *process)
{
    process_signal(process, SIGTERM);
    process_signal(process, SIGCONT); /* one that is stopped hears it now */
    if (wait_end(process, process->patience_ms, false) == STATUS_OK)
        return process->exit_code;
    return process_kill(process);
}

int
process_kill(struct process *process)
{
    process_signal(process, SIGKILL);
    (void)!wait_end(process, KILL_PATIENCE_MS, false);
    return process->exit_code;
}

void
process_leave(struct process *process)
{
    close_fd(&process->exited_fd);
    close_fd(&process->output_fd);
    buf_reset(&process->output);
    free(process);
}

void
process_free(struct process *process)
{
    if (process == NULL)
        return;
    (void)process_stop(process);
    process_leave(process);
}
