/* SPDX-License-Identifier: Apache-2.0 */
/* What the failures of a container engine's program mean, in words. */
#ifndef ENGINE_ENGINE_WORDS_H
#define ENGINE_ENGINE_WORDS_H

#include "process/capture.h"

/* The program itself could not be run. */
void engine_words_not_run(
    const char *program, enum status status, struct buf *problem);

/*
 * It ended with another code than 0: "docker exec NODE cat: WORDS". The status
 * is STATUS_NOT_FOUND where it says that a container, image or network is not
 * there, else STATUS_DENIED.
 */
MUST_USE enum status engine_words_failed(const char *const *argv,
    const struct capture_result *result, struct buf *problem);

/*
 * Why the engine cannot be used at all, and what to do. STATUS_DENIED without
 * the right to, STATUS_UNAVAILABLE where no daemon answers or for what else it
 * says.
 */
MUST_USE enum status engine_words_no_use(
    const char *program, struct span errors, struct buf *problem);

/* The last line that is not blank. */
struct span engine_words_last_line(struct span text);

#endif
