/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Storage rewrite: every Secret of a cluster is read and written back as it
 * is, so that kube-apiserver stores it anew under its first provider. What
 * lies there as it should be already is not written (kube-apiserver sees to
 * that). Secrets pass through wiping memory only. It may be ended at any
 * moment and begun again. Used by one thread.
 */
#ifndef ENCRYPT_REWRITE_H
#define ENCRYPT_REWRITE_H

#include "cluster/kube_client.h"

enum {
    REWRITE_PAGE = 200,   /* Secrets of one answer; fewer where they are big */
    REWRITE_ATTEMPTS = 8, /* for one that others write, too */
};

/* Sends one request: kube_call, or what a test has in its place. */
typedef enum status rewrite_send_fn(void *context, const struct kube_call *call,
    struct http_answer *answer, struct buf *problem);

struct rewrite_api {
    rewrite_send_fn *send;
    void *context;
};

/* An apiserver; borrows. */
struct rewrite_api rewrite_api_of(const struct kube_server *server);

struct rewrite_counts {
    size_t seen;      /* in the list */
    size_t rewritten; /* their resourceVersion changed */
    size_t gone;      /* deleted by somebody meanwhile */
};

/*
 * LIST in pages, PUT of each with its resourceVersion; one that has changed
 * meanwhile is read and tried again. *counts is right after a failure, too;
 * *problem then gets one line with what kube-apiserver said of which Secret.
 */
MUST_USE enum status rewrite_secrets(const struct rewrite_api *api,
    struct rewrite_counts *counts, struct buf *problem);

/*
 * Reads the Secrets that `keys` names ("NAMESPACE/NAME"), each straight from
 * etcd. STATUS_CORRUPT, with a line that names the first, where kube-apiserver
 * cannot read one. Those that are gone are no failure.
 */
MUST_USE enum status rewrite_check_readable(const struct rewrite_api *api,
    const struct buf *keys, size_t count, struct buf *problem);

#endif
