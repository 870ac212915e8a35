/* SPDX-License-Identifier: Apache-2.0 */
/* The thread that accepts connections and moves their bytes. */
#ifndef PROXY_LOOP_H
#define PROXY_LOOP_H

#include "proxy/link.h"

struct loop;

enum { LOOP_LINKS_MAX = 512 }; /* more wait to be accepted */

/* Called on the loop's thread. */
struct loop_hooks {
    /* Takes a connection; NULL: it becomes a link. */
    void (*take)(void *context, int fd);
    /* A connection has come. Fills in a strike of kind STRIKE_DROP, or leaves
     * *drop, which is none. */
    void (*connection)(void *context, struct strike *drop);
    struct link_hooks link; /* its context is that of all */
};

struct loop_counts {
    uint64_t connections; /* so far */
    size_t open;          /* links */
};

/* Borrows the listening descriptor; hooks are copied. */
MUST_USE enum status loop_new(
    int listen_fd, const struct loop_hooks *hooks, struct loop **out);

/* Ends what rules that were withdrawn have brought about. Any thread, but no
 * hook. */
void loop_release(struct loop *loop);

struct loop_counts loop_count(struct loop *loop);

/* Closes all. NULL is fine. */
void loop_free(struct loop *loop);

#endif
