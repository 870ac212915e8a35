/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program run to its end, with what it wrote. It has a process group of its
 * own: Ctrl-C does not reach it, but ends the wait, and then the program is
 * stopped before the call returns.
 */
#ifndef PROCESS_CAPTURE_H
#define PROCESS_CAPTURE_H

#include "base/buf.h"

enum { CAPTURE_MAX = 16 * 1024 * 1024 }; /* of stdout, and of stderr */

/* One line of stderr, without its newline, as soon as it is whole. */
typedef void capture_line_fn(void *context, struct span line);

/* Asked several times a second: another status than OK ends the program, and
 * is what capture_run returns. */
typedef enum status capture_tick_fn(void *context);

struct capture_call {         /* all borrowed */
    const char *const *argv;  /* ends in NULL; argv[0] is sought in PATH */
    char *const *environment; /* ends in NULL; NULL: our own */
    struct span input;        /* its stdin */
    int64_t timeout_ms;       /* 0: none */
    bool to_the_end; /* an interrupt does not end it: for what cleans up */
    capture_line_fn *on_line; /* NULL: nobody follows it */
    capture_tick_fn *on_tick; /* NULL: none */
    void *context;            /* of both */
};

struct capture_result {
    int exit_code; /* its own, or 128 + the signal that ended it */
    struct buf output;
    struct buf errors;
};

/*
 * STATUS_OK for any exit code. STATUS_NOT_FOUND and STATUS_DENIED as
 * process_start has them (errno tells more), STATUS_TOO_LARGE above
 * CAPTURE_MAX, STATUS_TIMEOUT, STATUS_CANCELLED; *out then holds what was
 * written before. What it held at the call is wiped.
 */
MUST_USE enum status capture_run(
    const struct capture_call *call, struct capture_result *out);

void capture_result_reset(struct capture_result *result);

#endif
