/* SPDX-License-Identifier: Apache-2.0 */
/*
 * etcd through its JSON gateway (/v3/kv/…): single keys, as bytes. Endpoints
 * are URLs such as "http://127.0.0.1:2379". On failure one line for a person
 * is appended to *problem.
 */
#ifndef HTTP_ETCD_H
#define HTTP_ETCD_H

#include "base/buf.h"

/* What the TLS of an etcd may need; NULL pointers: plain, or the system's. */
struct etcd_server {
    const char *endpoint;
    const char *ca_file, *cert_file, *key_file;
};

/* Appends the value. STATUS_NOT_FOUND where there is no such key. */
MUST_USE enum status etcd_get(const struct etcd_server *server, struct span key,
    struct buf *value, struct buf *problem);

MUST_USE enum status etcd_put(const struct etcd_server *server, struct span key,
    struct span value, struct buf *problem);

/* A key that is not there is no failure. */
MUST_USE enum status etcd_delete(
    const struct etcd_server *server, struct span key, struct buf *problem);

/* Calls `visit` for each key with this prefix, in order of keys. */
typedef void etcd_visit_fn(void *context, struct span key, struct span value);
MUST_USE enum status etcd_list(const struct etcd_server *server,
    struct span prefix, etcd_visit_fn *visit, void *context,
    struct buf *problem);

#endif
