/* SPDX-License-Identifier: Apache-2.0 */
/* What of TLS the relays see, and nobody outside this folder. */
#ifndef NET_TLS_PARTS_H
#define NET_TLS_PARTS_H

#include "net/tls.h"

#include <openssl/ssl.h>

enum net_tls_certificate {
    NET_TLS_GOOD,
    NET_TLS_OUTDATED,
    NET_TLS_MISNAMED,
    NET_TLS_CERTIFICATES,
};

/* Asked when a ClientHello is there, and again each time that the handshake
 * goes on after false: wait. The session's own data; borrowed by it. */
struct net_tls_hello {
    bool (*heard)(void *context, SSL *session);
    void *context;
};

/* A server's side of a handshake over fd, which stays the caller's. NULL
 * without memory. */
SSL *net_tls_session(
    const struct net_tls *tls, int fd, struct net_tls_hello *hello);

/* From within heard. */
void net_tls_show(const struct net_tls *tls, SSL *session,
    enum net_tls_certificate certificate);

/* The server's name that a ClientHello holds; empty where it has none. */
struct span net_tls_server_name(SSL *session);

#endif
