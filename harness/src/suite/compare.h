/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUITE_COMPARE_H
#define SUITE_COMPARE_H

#include "base/json.h"

/*
 * Whether two journals of one scenario tell the same story: verdict, each
 * step's result and answer code in the order of its actor, each expectation,
 * each invariant, which faults there were; and that the scenario is the same.
 * Times and words of errors are not compared. Each difference is a line of
 * *differences; returns their number.
 */
size_t compare_journals(const struct json *before, const struct json *after,
    struct buf *differences);

/* The SHA-256 of the scenario's file, in hex. */
struct span compare_digest_of(const struct json *journal);

#endif
