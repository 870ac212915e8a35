/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a server needs for TLS: a certificate with its key, and two bad ones
 * for faults. TLS 1.2 and 1.3, ALPN http/1.1, no resumption: so each
 * connection shows a certificate, and none is accepted for an earlier one's
 * sake. OpenSSL lives in this folder only. Read-only once made; any thread.
 */
#ifndef NET_TLS_H
#define NET_TLS_H

#include "base/buf.h"

enum { NET_TLS_NAMES_MAX = 16 };

struct net_tls;

/* DNS names, with a star as first label if need be, and IP addresses. */
bool net_tls_name_valid(const char *name);

/* PEM files: a chain, and its first certificate's key without a passphrase.
 * On failure *problem names the file and what is wrong with it. */
MUST_USE enum status net_tls_from_files(const char *certificate,
    const char *key, struct buf *problem, struct net_tls **out);

/*
 * A certificate for 127.0.0.1, ::1, localhost and `names` (DNS names or IP
 * addresses), made anew, signed by the CA of the folder. That is made with
 * the folder at the first time: ca-key.pem (mode 0600), and ca.pem, for
 * clients, which is written again where it is missing.
 */
MUST_USE enum status net_tls_self_signed(const char *folder,
    const char *const *names, size_t count, struct buf *problem,
    struct net_tls **out);

/* Takes NULL. */
void net_tls_free(struct net_tls *tls);

#endif
