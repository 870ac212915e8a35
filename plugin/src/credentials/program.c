/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* pipe2, environ */
#include "credentials/program.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "redact/redact.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    SLICE_MS = 50,            /* how often it is looked after */
    WORDS_MAX = 4096,         /* of its complaint, that are kept */
    SAID_MAX = 200,           /* of these, that are repeated */
    WORDS_AT_ONCE = 64 * 1024 /* before it is looked after again */
};

struct program {
    pid_t pid;          /* 0: none, or its end was seen */
    int out, complaint; /* the ends we read; -1: none */
    int exit;           /* as waitpid has it */
    struct buf words;
};

static void
close_end(int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
    *fd = -1;
}

/* What ignores or blocks a signal here must not do so there. */
static bool
set_attributes(posix_spawnattr_t *attributes)
{
    sigset_t none, all;
    (void)sigemptyset(&none);
    (void)sigfillset(&all);
    return posix_spawnattr_setflags(
               attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                               POSIX_SPAWN_SETPGROUP) == 0 &&
           posix_spawnattr_setsigmask(attributes, &none) == 0 &&
           posix_spawnattr_setsigdefault(attributes, &all) == 0 &&
           posix_spawnattr_setpgroup(attributes, 0) == 0;
}

static bool
set_files(posix_spawn_file_actions_t *files, int out, int complaint)
{
    return posix_spawn_file_actions_addopen(
               files, STDIN_FILENO, "/dev/null", O_RDONLY, 0) == 0 &&
           posix_spawn_file_actions_adddup2(files, out, STDOUT_FILENO) == 0 &&
           posix_spawn_file_actions_adddup2(files, complaint, STDERR_FILENO) ==
               0;
}

static enum status
spawn(const char *command, int out, int complaint, pid_t *pid)
{
    char shell[] = "sh", flag[] = "-c";
    char *copy = strdup(command);
    char *const arguments[] = { shell, flag, copy, NULL };
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t files;
    if (copy == NULL || posix_spawnattr_init(&attributes) != 0) {
        free(copy);
        return STATUS_NO_MEMORY;
    }
    enum status st = STATUS_NO_MEMORY;
    if (posix_spawn_file_actions_init(&files) != 0)
        goto out;
    if (set_attributes(&attributes) && set_files(&files, out, complaint)) {
        int error = posix_spawn(
            pid, "/bin/sh", &files, &attributes, arguments, environ);
        st = error == 0 ? STATUS_OK : status_from_errno(error);
    }
    (void)posix_spawn_file_actions_destroy(&files);
out:
    (void)posix_spawnattr_destroy(&attributes);
    free(copy);
    return st;
}

static enum status
start(struct program *p, const char *command)
{
    int out[2] = { -1, -1 }, complaint[2] = { -1, -1 };
    enum status st = STATUS_OK;
    if (pipe2(out, O_CLOEXEC) != 0 || pipe2(complaint, O_CLOEXEC) != 0)
        st = status_from_errno(errno);
    if (st == STATUS_OK)
        st = spawn(command, out[1], complaint[1], &p->pid);
    close_end(&out[1]);
    close_end(&complaint[1]);
    p->out = out[0];
    p->complaint = complaint[0];
    if (st == STATUS_OK && (fcntl(p->out, F_SETFL, O_NONBLOCK) != 0 ||
                               fcntl(p->complaint, F_SETFL, O_NONBLOCK) != 0))
        st = STATUS_IO;
    return st;
}

static void
finish(struct program *p)
{
    if (p->pid > 0) {
        (void)kill(-p->pid, SIGKILL);
        while (waitpid(p->pid, &p->exit, 0) < 0 && errno == EINTR)
            continue;
    }
    close_end(&p->out);
    close_end(&p->complaint);
    buf_reset(&p->words);
}

/* Takes what is there; an end that is closed becomes -1. */
static enum status
drain(int *fd, size_t limit, struct buf *out)
{
    enum { CHUNK = 4096 };
    while (*fd >= 0) {
        enum status st = buf_reserve(out, CHUNK);
        if (st != STATUS_OK)
            return st;
        ssize_t got = read(*fd, out->ptr + out->len, CHUNK);
        if (got < 0 && errno == EAGAIN)
            return STATUS_OK;
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            close_end(fd);
            return STATUS_OK;
        }
        out->len += (size_t)got;
        out->ptr[out->len] = 0;
        if (out->len > limit)
            return STATUS_TOO_LARGE;
    }
    return STATUS_OK;
}

/* A complaint may be as long as it likes. */
static enum status
drain_words(struct program *p)
{
    enum status st = drain(&p->complaint, WORDS_AT_ONCE, &p->words);
    buf_truncate(&p->words, WORDS_MAX);
    return st == STATUS_TOO_LARGE ? STATUS_OK : st;
}

static bool
has_ended(struct program *p)
{
    if (p->pid > 0 && waitpid(p->pid, &p->exit, WNOHANG) == p->pid)
        p->pid = 0;
    return p->pid == 0;
}

/* Until it has ended; what it left running may hold the pipes open. */
static enum status
attend(struct program *p, size_t limit, int64_t deadline_ms, int stop_fd,
    struct buf *out)
{
    const struct clock clock = clock_monotonic();
    for (bool ended = false;;) {
        struct pollfd fds[] = { { .fd = p->out, .events = POLLIN },
            { .fd = p->complaint, .events = POLLIN },
            { .fd = stop_fd, .events = POLLIN } };
        enum status st = drain(&p->out, limit, out);
        if (st == STATUS_OK)
            st = drain_words(p);
        if (st != STATUS_OK || ended)
            return st;
        ended = has_ended(p);
        if (ended)
            continue;
        if (clock_ms(&clock) >= deadline_ms)
            return STATUS_TIMEOUT;
        (void)poll(fds, ARRAY_LEN(fds), SLICE_MS);
        if ((fds[2].revents & POLLIN) != 0)
            return STATUS_CANCELLED;
    }
}

/* Its first line. Without memory there are no words. */
static void
say_words(struct span words, struct buf *problem)
{
    struct span rest;
    struct buf clean = { 0 };
    (void)span_cut(words, '\n', &words, &rest);
    if (words.len > 0 && redact_append(&clean, words) == STATUS_OK)
        buf_say(problem, ": %.*s",
            SPAN_ARG(utf8_first(buf_span(&clean), SAID_MAX)));
    buf_reset(&clean);
}

static void
say_failure(const struct program *p, struct buf *problem)
{
    if (WIFSIGNALED(p->exit))
        buf_say(problem, "it was ended by signal %d", WTERMSIG(p->exit));
    else
        buf_say(problem, "it failed with exit status %d", WEXITSTATUS(p->exit));
    say_words(buf_span(&p->words), problem);
}

static void
say_end(enum status st, size_t limit, int64_t timeout_ms, struct buf *problem)
{
    if (st == STATUS_TIMEOUT)
        buf_say(problem, "it did not end within %lld seconds",
            (long long)(timeout_ms / 1000));
    else if (st == STATUS_TOO_LARGE)
        buf_say(problem, "it printed more than %zu bytes", limit);
    else
        buf_say(problem, "it cannot be run: %s", status_text(st));
}

enum status
program_run(const char *command, size_t limit, int64_t timeout_ms, int stop_fd,
    struct buf *out, struct buf *problem)
{
    const struct clock clock = clock_monotonic();
    struct program program = { .out = -1, .complaint = -1 };
    struct buf printed = { 0 };
    enum status st = start(&program, command);
    if (st == STATUS_OK)
        st = attend(
            &program, limit, clock_ms(&clock) + timeout_ms, stop_fd, &printed);
    if (st != STATUS_OK) {
        say_end(st, limit, timeout_ms, problem);
    } else if (program.exit != 0) {
        say_failure(&program, problem);
        st = STATUS_UNAVAILABLE;
    } else {
        buf_take(out, &printed);
    }
    finish(&program);
    buf_reset(&printed);
    return st;
}
