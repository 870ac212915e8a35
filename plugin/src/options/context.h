/* SPDX-License-Identifier: Apache-2.0 */
/* An encryption context from its flag: a=b,c=d, perhaps in [ ]. */
#ifndef OPTIONS_CONTEXT_H
#define OPTIONS_CONTEXT_H

#include "kms/kms.h"

struct context {
    struct kms_context_pair *pairs; /* borrow from text */
    size_t count;
    struct buf text;
};

void context_reset(struct context *context);

/*
 * Replaces *out. One CSV record of key=value; the value may hold further '='.
 * A repeated key keeps its last value. STATUS_INVALID for a pair without '='.
 */
MUST_USE enum status context_parse(struct span text, struct context *out);

#endif
