/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small certification authority for tests: ECDSA on P-256, certificates for
 * servers only. One that comes from a folder outlives the process. Not shared
 * between threads.
 */
#ifndef NET_AUTHORITY_H
#define NET_AUTHORITY_H

#include "base/buf.h"

#include <openssl/types.h>

struct net_authority;

/* One that lives in memory. */
MUST_USE enum status net_authority_new(struct net_authority **out);

/* Appends its key and certificate, or its certificate alone, as PEM. */
MUST_USE enum status net_authority_print(
    const struct net_authority *authority, bool with_key, struct buf *out);

/* Reads what net_authority_print wrote with the key. STATUS_INVALID for other
 * text; STATUS_TIMEOUT where the certificate has expired. */
MUST_USE enum status net_authority_parse(
    struct span pem, struct net_authority **out);

struct net_issue {
    const char *const *names; /* of net_tls_name_valid, at least one */
    size_t count;
    int from_days, to_days; /* from now; negative: in the past */
};

/* Returns both owned. */
MUST_USE enum status net_authority_issue(const struct net_authority *authority,
    const struct net_issue *issue, X509 **certificate, EVP_PKEY **key);

void net_authority_free(struct net_authority *authority);

/* For OpenSSL's readers of PEM: a key with a passphrase is none. */
int net_authority_no_passphrase(
    char *text, int size, int writing, void *context);

#endif
