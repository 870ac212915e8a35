/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* pipe2, memfd_create */
#include "process/capture.h"

#include "base/clock.h"
#include "process/interrupt.h"
#include "process/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
    LOOK_MS = 200, /* how soon the end of a program is seen whose pipes
                      somebody else still holds */
    CHUNK = 16 * 1024,
};

struct capture {
    const struct capture_call *call;
    struct capture_result *result;
    struct process *process;
    int input, pipes[2][2]; /* of stdout and stderr: ours and the program's */
    size_t told;            /* bytes of stderr that on_line has seen */
    int64_t end_ms;
};

void
capture_result_reset(struct capture_result *result)
{
    buf_reset(&result->output);
    buf_reset(&result->errors);
    *result = (struct capture_result){ 0 };
}

static void
close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* A file without a name, so that no program can be too slow to read it. */
static enum status
open_input(struct capture *c)
{
    struct span rest = c->call->input;

    c->input = memfd_create("input", MFD_CLOEXEC);
    if (c->input < 0)
        return status_from_errno(errno);
    while (rest.len > 0) {
        ssize_t written = write(c->input, rest.ptr, rest.len);

        if (written < 0 && errno != EINTR)
            return status_from_errno(errno);
        rest = span_skip(rest, written < 0 ? 0 : (size_t)written);
    }
    return lseek(c->input, 0, SEEK_SET) == 0 ? STATUS_OK : STATUS_IO;
}

static enum status
open_all(struct capture *c)
{
    for (size_t i = 0; i < 2; i++) {
        if (pipe2(c->pipes[i], O_CLOEXEC) != 0)
            return status_from_errno(errno);
        if (fcntl(c->pipes[i][0], F_SETFL, O_NONBLOCK) != 0)
            return status_from_errno(errno);
    }
    return open_input(c);
}

static enum status
start(struct capture *c)
{
    const int descriptors[3] = { c->input, c->pipes[0][1], c->pipes[1][1] };
    struct process_options options = { .argv = c->call->argv,
        .environment = c->call->environment,
        .daemon = true,
        .descriptors = descriptors };
    enum status status = process_start(&options, &c->process);

    close_fd(&c->input);
    close_fd(&c->pipes[0][1]);
    close_fd(&c->pipes[1][1]);
    return status;
}

static void
tell_lines(struct capture *c)
{
    struct span rest = span_skip(buf_span(&c->result->errors), c->told), line;

    if (c->call->on_line == NULL)
        return;
    while (span_cut(rest, '\n', &line, &rest)) {
        c->told += line.len + 1;
        c->call->on_line(c->call->context, line);
    }
}

/* Reads what is there now; closes a pipe that has ended. */
static enum status
drain(struct capture *c, size_t which)
{
    struct buf *into = which == 0 ? &c->result->output : &c->result->errors;
    uint8_t chunk[CHUNK];
    enum status status = STATUS_OK;

    while (status == STATUS_OK && c->pipes[which][0] >= 0) {
        ssize_t got = read(c->pipes[which][0], chunk, sizeof(chunk));

        if (got < 0 && errno == EAGAIN)
            break;
        if (got < 0 && errno != EINTR)
            status = status_from_errno(errno);
        else if (got == 0)
            close_fd(&c->pipes[which][0]);
        else if (got > 0 && into->len + (size_t)got > CAPTURE_MAX)
            status = STATUS_TOO_LARGE;
        else if (got > 0)
            status = buf_append(into, span_of(chunk, (size_t)got));
    }
    if (which == 1)
        tell_lines(c);
    return status;
}

static enum status
drain_both(struct capture *c)
{
    enum status status = drain(c, 0);

    return status == STATUS_OK ? drain(c, 1) : status;
}

/* Waits for something to read, an interrupt, or LOOK_MS. */
static enum status
look(const struct capture *c)
{
    struct pollfd fds[3] = { { c->pipes[0][0], POLLIN, 0 },
        { c->pipes[1][0], POLLIN, 0 },
        { c->call->to_the_end ? -1 : interrupt_fd(), POLLIN, 0 } };

    if (!c->call->to_the_end && interrupt_pending() != 0)
        return STATUS_CANCELLED;
    if (poll(fds, 3, LOOK_MS) < 0 && errno != EINTR)
        return status_from_errno(errno);
    if (c->end_ms > 0 && clock_monotonic_ms() >= c->end_ms)
        return STATUS_TIMEOUT;
    return c->call->on_tick == NULL ? STATUS_OK
                                    : c->call->on_tick(c->call->context);
}

/* Until both pipes have ended, or the program has. */
static enum status
follow(struct capture *c)
{
    enum status status = STATUS_OK;

    while (
        status == STATUS_OK && (c->pipes[0][0] >= 0 || c->pipes[1][0] >= 0)) {
        bool running = process_running(c->process);

        status = drain_both(c);
        if (!running || status != STATUS_OK)
            break;
        status = look(c);
    }
    return status;
}

/* A program may close its output before it ends. */
static enum status
await_end(struct capture *c)
{
    while (process_running(c->process)) {
        enum status status = look(c);

        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

enum status
capture_run(const struct capture_call *call, struct capture_result *out)
{
    struct capture c = { .call = call,
        .result = out,
        .input = -1,
        .pipes = { { -1, -1 }, { -1, -1 } } };
    enum status status;
    int error;

    capture_result_reset(out);
    c.end_ms =
        call->timeout_ms > 0 ? clock_monotonic_ms() + call->timeout_ms : 0;
    status = open_all(&c);
    if (status == STATUS_OK)
        status = start(&c);
    error = errno;
    if (status == STATUS_OK) {
        status = follow(&c);
        if (status == STATUS_OK)
            status = await_end(&c);
        out->exit_code = process_stop(c.process);
        (void)!drain_both(&c);
        process_free(c.process);
    }
    close_fd(&c.input);
    for (size_t i = 0; i < 4; i++)
        close_fd(&c.pipes[i / 2][i % 2]);
    errno = error;
    return status;
}
