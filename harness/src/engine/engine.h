/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The container engine through its program: docker, or another that has its
 * command line (podman, nerdctl). Nothing is kept between calls. Each failure
 * appends one line to *problem, which says what was done to what, and what to
 * do; each call waits for the engine, and ends early with STATUS_CANCELLED on
 * an interrupt unless to_the_end says otherwise.
 */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include "base/buf.h"
#include "process/capture.h"

struct engine {
    const char *program; /* borrowed; sought in PATH */
    bool to_the_end;     /* for cleaning up: interrupts do not end calls */
};

/* What `given` names, else KMSLAB_ENGINE, else docker. Borrows. */
struct engine engine_find(const char *given);

/* "podman" of "/usr/bin/podman". Borrows. */
const char *engine_name(const struct engine *engine);

/*
 * It answers and we may use it. STATUS_NOT_FOUND: no such program;
 * STATUS_DENIED: we may not; STATUS_UNAVAILABLE: no daemon answers.
 */
MUST_USE enum status engine_check(
    const struct engine *engine, struct buf *problem);

/*
 * Runs `PROGRAM ARGUMENTS…` (ends in NULL). Another exit code than 0 is
 * STATUS_DENIED, or STATUS_NOT_FOUND where the engine says that there is no
 * such container, image or network; *out is set then as well.
 */
MUST_USE enum status engine_run(const struct engine *engine,
    const char *const *arguments, struct span input, struct capture_result *out,
    struct buf *problem);

/* The same for who wants the output alone, appended, or nothing (NULL). */
MUST_USE enum status engine_ask(const struct engine *engine,
    const char *const *arguments, struct buf *output, struct buf *problem);

/* Runs a program in a container; its stdout is appended to *output (NULL: not
 * wanted). Another exit code than 0 is STATUS_DENIED. */
MUST_USE enum status engine_exec(const struct engine *engine,
    const char *container, const char *const *argv, struct span input,
    struct buf *output, struct buf *problem);

/*
 * Writes a file in a container: its folder is made when missing, and readers
 * see the old or the new bytes and nothing between. `mode` as in "0600".
 */
MUST_USE enum status engine_copy_in(const struct engine *engine,
    const char *container, const char *path, const char *mode,
    struct span bytes, struct buf *problem);

/* Copies a file or folder of this machine to `path` in a container. */
MUST_USE enum status engine_copy_path(const struct engine *engine,
    const char *here, const char *container, const char *path,
    struct buf *problem);

/* Appends the last `lines` of what a container wrote. */
MUST_USE enum status engine_logs(const struct engine *engine,
    const char *container, unsigned lines, struct buf *output,
    struct buf *problem);

/* Appends "127.0.0.1:49153": where this machine reaches a TCP port of a
 * container. STATUS_NOT_FOUND where it is not published. */
MUST_USE enum status engine_port(const struct engine *engine,
    const char *container, unsigned port, struct buf *address,
    struct buf *problem);

#endif
