/* SPDX-License-Identifier: Apache-2.0 */
/* The layer of calls: gRPC between the client's connections and the plugin,
 * with what the rules have for each call. */
#ifndef PROXY_CALLS_H
#define PROXY_CALLS_H

#include "proxy/rules.h"
#include "proxy/tally.h"

struct calls;

/* Borrows rules and tally. `plugin` is an endpoint. */
MUST_USE enum status calls_new(const char *plugin, struct rules *rules,
    struct tally *tally, struct calls **out);

/* Takes a connected descriptor that does not block. */
void calls_add_connection(struct calls *calls, int fd);

/* What waits because of rules that were withdrawn goes on at once. */
void calls_release(struct calls *calls);

size_t calls_open(struct calls *calls);

/* Once the other ends of all connections are closed. NULL is fine. False where
 * a call stays: rules and tally must then live on. */
bool calls_free(struct calls *calls);

#endif
