/* SPDX-License-Identifier: Apache-2.0 */
/* What a person should know about how a resource is encrypted. */
#ifndef CHECK_ADVICE_H
#define CHECK_ADVICE_H

#include "check/coverage.h"

enum advice_level {
    ADVICE_NOTE,    /* how it is; may well be meant so */
    ADVICE_WARNING, /* weak, or likely not meant */
};

struct advice {
    enum advice_level level;
    const char *text; /* static */
};

enum { ADVICE_MAX = 16 };

/* Fills in what there is to say and returns how much. */
size_t advice_give(
    const struct coverage *coverage, struct advice advice[ADVICE_MAX]);

#endif
