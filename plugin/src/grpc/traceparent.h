/* SPDX-License-Identifier: Apache-2.0 */
/* The header by which callers name the trace that a call belongs to (W3C Trace
 * Context, level 1, 3.2). A plain value. */
#ifndef GRPC_TRACEPARENT_H
#define GRPC_TRACEPARENT_H

#include "base/span.h"
#include "base/status.h"

enum { TRACEPARENT_TRACE_LEN = 32, TRACEPARENT_SPAN_LEN = 16 };

struct traceparent {
    char trace_id[TRACEPARENT_TRACE_LEN + 1]; /* lower-case hex; "": none */
    char span_id[TRACEPARENT_SPAN_LEN + 1];
};

/* STATUS_INVALID for anything that the standard has ignored: other lengths,
 * capitals, ids of zeros, version ff, more than version 00 has. */
MUST_USE enum status traceparent_parse(
    struct span text, struct traceparent *out);

#endif
