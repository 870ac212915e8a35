/* SPDX-License-Identifier: Apache-2.0 */
/* Listening on a TCP address given as text. */
#ifndef HTTP_HTTP_LISTEN_H
#define HTTP_HTTP_LISTEN_H

#include "base/buf.h"

/*
 * "HOST:PORT", ":PORT" for all interfaces, "[::1]:PORT"; port 0 asks the
 * system for one. A host is an address, or a name whose first address counts.
 * With `share` another process of the same user that shares too may listen
 * there as well. *fd listens and does not block. STATUS_INVALID: the address is
 * malformed; STATUS_NOT_FOUND: the host's name is not known; STATUS_BUSY: it is
 * in use.
 */
MUST_USE enum status http_listen_open(struct span address, bool share, int *fd);

/* Whether it is an address as http_listen_open takes them; nobody is asked. */
bool http_listen_is_valid(struct span address);

/* Appends the numeric address that fd is bound to; all interfaces are shown
 * as the loopback one, where they can be reached. */
MUST_USE enum status http_listen_address(int fd, struct buf *out);

#endif
