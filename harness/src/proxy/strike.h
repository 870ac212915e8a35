/* SPDX-License-Identifier: Apache-2.0 */
/* What befalls one connection, or one request on it, among its frames. A plain
 * value; Owns its bytes and
 * holds its decision. */
#ifndef PROXY_STRIKE_H
#define PROXY_STRIKE_H

#include "base/buf.h"
#include "fault/rule_table.h"

enum strike_kind {
    STRIKE_NONE,
    STRIKE_GOAWAY,        /* to the client: code, last_stream, bytes */
    STRIKE_RST_STREAM,    /* to both sides: code */
    STRIKE_HALF_OPEN,     /* what comes from the plugin waits, wait_ms long */
    STRIKE_DELAY_FRAMES,  /* the same, and always with an end */
    STRIKE_TORN_FRAME,    /* half of a frame of the answer, then the end */
    STRIKE_GARBAGE,       /* bytes that are no frame, to the client */
    STRIKE_CLOSE,         /* both sides are closed */
    STRIKE_RESET,         /* the same, and the client's bytes stay unread */
    STRIKE_NO_TRAILERS,   /* the stream ends without them */
    STRIKE_MORE_TRAILERS, /* they come twice */
    STRIKE_DROP,          /* a connection that is not served, wait_ms long */
    STRIKE_KIND_COUNT,
};

#define STRIKE_FOR_EVER INT64_MAX

struct strike {
    enum strike_kind kind;
    bool at_answer;      /* not at the request but when its answer begins */
    uint32_t code;       /* HTTP/2's error code */
    int64_t last_stream; /* of a GOAWAY; negative: this request's */
    int64_t wait_ms;     /* STRIKE_FOR_EVER: until it is released */
    struct buf bytes;
    struct fault_decision decision; /* whose it is */
};

/* What a client is said to have seen. */
const char *strike_outcome(enum strike_kind kind);

static inline void
strike_reset(struct strike *strike)
{
    buf_reset(&strike->bytes);
    fault_decision_reset(&strike->decision);
    *strike = (struct strike){ .kind = STRIKE_NONE };
}

#endif
