/* SPDX-License-Identifier: Apache-2.0 */
/* Between link.c, which moves bytes, and link_strike.c, which decides what
 * becomes of them. */
#ifndef PROXY_LINK_INTERNAL_H
#define PROXY_LINK_INTERNAL_H

#include "proxy/flow.h"
#include "proxy/link.h"

/* A strike for when the answer of a stream begins, or ends. */
struct link_waiting {
    struct link_waiting *next;
    uint32_t stream;
    struct strike strike;
};

struct link {
    const struct link_hooks *hooks;
    int client, plugin; /* the second is -1 until there is a way */
    int64_t retry_ms;
    struct flow up, down; /* from the client, from the plugin */
    uint32_t last_stream;
    struct link_waiting *waiting;
    size_t waiting_count;
    struct fault_decision silence; /* whose it is that `down` is silent */
    struct strike drop;
    int64_t drop_until_ms; /* 0: it has not begun */
    bool is_tearing;       /* of the frame that comes, tear_left bytes */
    uint32_t tear_left;
    bool is_ending; /* what is pending is written, then it is over */
};

/* When a wait is over. */
static inline int64_t
strike_until(int64_t wait_ms, int64_t now_ms)
{
    return wait_ms > INT64_MAX - now_ms ? INT64_MAX : now_ms + wait_ms;
}

/* Passes bytes of the client, or of the plugin, on. False: it is over. */
bool link_take_up(struct link *link, struct span bytes, int64_t now_ms);
bool link_take_down(struct link *link, struct span bytes, int64_t now_ms);

/* What waits will not strike: all of it, or where its rule was withdrawn. */
void link_forget(struct link *link, bool all);

#endif
