/* SPDX-License-Identifier: Apache-2.0 */
/* Listening on a TCP address given as text. */
#ifndef HTTP_HTTP_LISTEN_H
#define HTTP_HTTP_LISTEN_H

#include "base/buf.h"

/* As in struct http_options. *fd listens and does not block. */
MUST_USE enum status http_listen_open(struct span address, int *fd);

/* Appends the numeric address that fd is bound to; all interfaces are shown
 * as the loopback one, where they can be reached. */
MUST_USE enum status http_listen_address(int fd, struct buf *out);

#endif
