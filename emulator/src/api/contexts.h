/* SPDX-License-Identifier: Apache-2.0 */
/* The encryption context of a request. */
#ifndef API_CONTEXTS_H
#define API_CONTEXTS_H

#include "api/call.h"

/* Appends the canonical bytes of a map of the input; nothing when absent. */
MUST_USE enum status contexts_read(
    const struct call *call, const char *member, struct buf *out);

#endif
