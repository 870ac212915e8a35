/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes that are written to a connection just as they are, at the times that
 * a plan says, up to an end that a plan says: slow, torn, cut or never there
 * at all. A plain value but for its bytes. What the bytes are (a doubled
 * chunk, half a status line) is their maker's business.
 */
#ifndef NET_RAW_PLAN_H
#define NET_RAW_PLAN_H

#include "base/buf.h"
#include "net/faults.h"
#include "net/rate.h"

enum {
    NET_RAW_PAUSES = 8,
    NET_RAW_BYTES_MAX = 4 * 1024 * 1024,
    NET_RAW_PLANS_MAX = 2048, /* at once */
};

enum net_raw_end {
    NET_RAW_CLOSE,    /* FIN; over TLS after a close_notify */
    NET_RAW_TRUNCATE, /* FIN; over TLS without one, as of a killed server */
    NET_RAW_RESET,    /* RST, once the client's kernel has all bytes */
    NET_RAW_SILENT,   /* nothing more until the client leaves or it is healed */
};

/* Before the byte with this index goes out; pauses ascend. At the index that
 * the plan ends at, a pause comes before the end. */
struct net_raw_pause {
    size_t at;
    uint64_t ms;
};

struct net_raw_plan {
    struct buf bytes; /* the whole answer, from its status line */
    bool cut;         /* only the first cut_at of them are sent */
    size_t cut_at;    /* more than there are: all */
    struct net_raw_pause pauses[NET_RAW_PAUSES];
    size_t pause_count;
    size_t piece;      /* bytes written at once, then piece_ms of nothing; */
    uint64_t piece_ms; /* 0: no pieces */
    uint64_t bytes_per_second; /* 0: as fast as they go; at most
                                  NET_RATE_MAX */
    enum net_raw_end end;
    uint64_t rule; /* for net_transport_heal; NET_RULE_NONE is allowed */
    /* Called once, in the reactor's thread; may be NULL. `sent` counts bytes
     * that were written to the client's socket (over TLS: to its relay). */
    void (*ended)(
        void *context, uint64_t rule, enum net_outcome outcome, size_t sent);
    void *context; /* of ended; outlives the transport */
};

/* Wipes and frees the bytes. */
void net_raw_plan_reset(struct net_raw_plan *plan);

/* Pauses ascend; their number and length and that of the bytes are within the
 * limits, and what comes between pieces comes with pieces. */
bool net_raw_plan_valid(const struct net_raw_plan *plan);

#endif
