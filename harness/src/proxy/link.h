/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One client's connection through the layer of frames, and its way on to the
 * plugin. What comes is passed on as it is, but for what strikes it. For one
 * thread, which polls its descriptors.
 */
#ifndef PROXY_LINK_H
#define PROXY_LINK_H

#include "proxy/strike.h"

#include <poll.h>

struct link;

enum { LINK_FDS = 2 };

struct link_hooks {
    void *context;
    /* A request begins. Fills in *strike, which is none, or leaves it. */
    void (*request)(void *context, struct strike *strike);
    /* It has struck. */
    void (*struck)(void *context, const struct strike *strike);
    /* A way to the plugin: a descriptor that does not block. STATUS_BUSY:
     * perhaps later. */
    enum status (*open)(void *context, int *fd);
};

/* Takes the descriptor, in any case, and `drop` (of that kind, or none).
 * Borrows the hooks. */
MUST_USE enum status link_new(int client_fd, struct strike *drop,
    const struct link_hooks *hooks, struct link **out);

/* Closes both sides. NULL is fine. */
void link_free(struct link *link);

/* What to poll for. Gives the time at which to come back in any case, on the
 * monotonic clock; INT64_MAX: none. */
int64_t link_prepare(
    const struct link *link, int64_t now_ms, struct pollfd fds[LINK_FDS]);

/* Does what can be done now. False: it is over, and is to be freed. */
bool link_serve(
    struct link *link, int64_t now_ms, const struct pollfd fds[LINK_FDS]);

/* Ends what rules that were withdrawn have brought about. */
void link_release(struct link *link);

#endif
