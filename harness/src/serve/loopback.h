/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a request to a listener on the loopback comes from this machine's
 * user and not from a page that his browser shows: a browser cannot hide the
 * Host that it was told to connect to (a name that was rebound to 127.0.0.1)
 * and the page's Origin. The emulator's admin listener has the same rule.
 */
#ifndef SERVE_LOOPBACK_H
#define SERVE_LOOPBACK_H

#include "serve/server.h"

/* "localhost" or a loopback address, with or without a port. */
bool loopback_is_host(struct span host);

/* True where there is exactly one Host, it is such a one, and so is the Origin,
 * over http, if there is any. */
bool loopback_allows(const struct server_request *request);

#endif
