/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Programs that the harness starts, waits for and stops: each by its own
 * handle, never by name. The kernel ends them when kmslab dies, however it
 * dies. Waits end early with STATUS_CANCELLED on an interrupt (see
 * process/interrupt.h), but stopping always runs to its end. A handle is used
 * by one thread, and that thread lives as long as the process it started; but
 * a daemon that outlives kmslab may be left to itself.
 */
#ifndef PROCESS_PROCESS_H
#define PROCESS_PROCESS_H

#include "process/own_files.h"

#include <sys/types.h>

enum {
    PROCESS_LINE_MAX = 4096,
    PROCESS_PATIENCE_MS = 8000, /* a daemon may let its callers finish */
};

struct process;

struct process_options {
    const char *const *argv;      /* ends in NULL; argv[0] is sought in PATH */
    char *const *environment;     /* ends in NULL; NULL: our own */
    const char *log_file;         /* stderr is appended here; NULL: ours */
    const struct own_file *files; /* that it sees so; NULL: none */
    /*
     * A daemon has a process group of its own, nothing on stdin, none of our
     * descriptors, and a stdout that process_read_line reads. Another program
     * shares our terminal, descriptors and group.
     */
    bool daemon;
    /* The daemon's stdin, stdout and stderr, borrowed, in the place of those
     * above: process_read_line then has nothing to read. NULL: none. */
    const int *descriptors;
    /* A daemon of a session of its own, which kmslab's end does not end. */
    bool outlives;
    int64_t patience_ms; /* SIGTERM to SIGKILL; 0: PROCESS_PATIENCE_MS */
};

/*
 * Starts a program. STATUS_NOT_FOUND where there is none of that name,
 * STATUS_DENIED where it may not be run; errno tells more.
 */
MUST_USE enum status process_start(
    const struct process_options *options, struct process **out);

pid_t process_id(const struct process *process);

/*
 * Appends the next line of a daemon's stdout, without its newline.
 * STATUS_NOT_FOUND when the output ended first (the program gave up),
 * STATUS_TIMEOUT, STATUS_TOO_LARGE above PROCESS_LINE_MAX bytes.
 */
MUST_USE enum status process_read_line(
    struct process *process, int64_t timeout_ms, struct buf *line);

/*
 * Waits until it has ended; *exit_code is its own or 128 + the signal that
 * ended it. STATUS_TIMEOUT after timeout_ms (negative: never).
 */
MUST_USE enum status process_wait(
    struct process *process, int64_t timeout_ms, int *exit_code);

/*
 * Waits until it has ended and passes on each interrupt that comes meanwhile,
 * but for those of the terminal, which the program gets itself.
 */
MUST_USE enum status process_attend(struct process *process, int *exit_code);

/* Sends a signal: to a daemon's whole group. No effect once it has ended. */
void process_signal(struct process *process, int signal);

bool process_running(struct process *process);

/*
 * Ends it: SIGTERM, then SIGKILL where it does not listen. Returns the exit
 * code as process_wait gives it. Harmless when it has ended already.
 */
int process_stop(struct process *process);

/* Ends it at once (SIGKILL): it cleans up nothing. Returns as process_stop. */
int process_kill(struct process *process);

/* Frees the handle of one that outlives us, and lets it run. */
void process_leave(struct process *process);

/* Stops it, and frees. NULL is fine. */
void process_free(struct process *process);

#endif
