/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A server on a free loopback port that answers each connection with the same
 * bytes and keeps what it was sent. For tests of clients.
 */
#ifndef TEST_SUPPORT_SERVER_H
#define TEST_SUPPORT_SERVER_H

#include "base/buf.h"

struct server;

/*
 * `answer` NULL: accepts and stays silent. An answer of "" closes at once.
 * Borrows it until server_stop. Aborts the test where it cannot start.
 */
struct server *server_start(const char *answer);

/* "http://127.0.0.1:PORT", borrowed. */
const char *server_url(const struct server *server);

/* Stops and frees; moves what the last connection sent to *received, which
 * may be NULL. */
void server_stop(struct server *server, struct buf *received);

#endif
