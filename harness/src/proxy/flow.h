/* SPDX-License-Identifier: Apache-2.0 */
/* One direction of a connection through the proxy: bytes come, are cut into
 * frames, and wait to be written on. For one thread. */
#ifndef PROXY_FLOW_H
#define PROXY_FLOW_H

#include "proxy/frame.h"

struct flow {
    int from, to; /* borrowed descriptors that do not block */
    struct frame_reader reader;
    struct buf pending; /* to be written, from `written` on */
    size_t written;
    struct buf insert;       /* own frames, for the next boundary */
    int64_t silent_until_ms; /* nothing is read before; 0: it is */
    bool ended;              /* nothing more comes */
    bool shut;               /* and the other side knows */
};

void flow_init(struct flow *flow, int from, int to, bool of_client);
void flow_reset(struct flow *flow);

/* Puts bytes after what has come. */
MUST_USE enum status flow_pass(struct flow *flow, struct span bytes);

/* Own frames that wait go out if this is a boundary. */
MUST_USE enum status flow_flush_insert(struct flow *flow);

static inline bool
flow_is_empty(const struct flow *flow)
{
    return flow->written == flow->pending.len;
}

static inline bool
flow_is_silent(const struct flow *flow, int64_t now_ms)
{
    return flow->silent_until_ms > now_ms;
}

/* Bytes may be read now: those before have been written. */
static inline bool
flow_wants_bytes(const struct flow *flow, int64_t now_ms)
{
    return !flow->ended && flow_is_empty(flow) && !flow_is_silent(flow, now_ms);
}

/* Writes what can be written at once. STATUS_IO: the other side has gone. */
MUST_USE enum status flow_write(struct flow *flow);

#endif
