/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCENARIO_READ_H
#define SCENARIO_READ_H

#include "scenario/scenario.h"

enum { READ_TEXT_MAX = 256 * 1024 };

struct read_options {
    const char *file; /* as messages name it */
    int64_t scale;    /* 1: real time; 0: the file's, else SCENARIO_SCALE */
};

/*
 * Reads the text of a scenario file. STATUS_INVALID with "FILE:LINE: what" in
 * *problem for what is none; *out is unchanged on failure.
 */
MUST_USE enum status read_scenario(struct span text,
    const struct read_options *options, struct scenario *out,
    struct buf *problem);

/* The same from the file options->file. */
MUST_USE enum status read_scenario_file(const struct read_options *options,
    struct scenario *out, struct buf *problem);

#endif
