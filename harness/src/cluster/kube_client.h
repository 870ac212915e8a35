/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Secrets through the REST API of a kube-apiserver. Every failure appends one
 * line to *problem; where the apiserver itself answered with an error, that
 * line ends in its message and the status is STATUS_DENIED (or NOT_FOUND).
 */
#ifndef CLUSTER_KUBE_CLIENT_H
#define CLUSTER_KUBE_CLIENT_H

#include "cluster/apiserver.h"
#include "http/http.h"

/* A Secret of namespace "default" with one key in its data. */
struct kube_secret {
    const char *name;
    const char *key;
    struct span value;
};

MUST_USE enum status kube_secret_create(const struct kube_server *server,
    const struct kube_secret *secret, struct buf *problem);

/* Appends the value of data[key]. */
MUST_USE enum status kube_secret_read(const struct kube_server *server,
    const char *name, const char *key, struct buf *value, struct buf *problem);

/* GET and PUT back unchanged: what `kubectl get … | kubectl replace -f -`
 * does. *rewritten tells whether its resourceVersion changed. */
MUST_USE enum status kube_secret_replace(const struct kube_server *server,
    const char *name, bool *rewritten, struct buf *problem);

/* Lists the Secrets of the namespace; *count of them could be read. */
MUST_USE enum status kube_secret_count(
    const struct kube_server *server, size_t *count, struct buf *problem);

/* Appends a Secret as JSON, to be sent in a kube_call. */
MUST_USE enum status kube_secret_write(
    const struct kube_secret *secret, struct buf *body);

/* Any request. Borrowed; a body is JSON. */
struct kube_call {
    const char *method;
    const char *path; /* "/readyz", "/metrics", "/api/v1/…" */
    struct span body;
    int64_t timeout_ms; /* 0: 30 s */
};

/*
 * STATUS_OK for any answer, whatever its code; the rest as http_send has it.
 * Safe from any thread: a client for each thing that is probed at a time.
 */
MUST_USE enum status kube_call(const struct kube_server *server,
    const struct kube_call *call, struct http_answer *answer,
    struct buf *problem);

/* Appends what an answer says: the message of a Status, else the body. */
MUST_USE enum status kube_message(struct span body, struct buf *words);

#endif
