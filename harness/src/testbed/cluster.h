/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a scenario runs on: one kube-apiserver with its etcd, the model of
 * both (scenario/cluster_model.h) or real ones (scenario/cluster_apiserver.h).
 * A table of functions and their context. Times are nominal milliseconds
 * since the cluster was made. Used by one thread.
 */
#ifndef TESTBED_CLUSTER_H
#define TESTBED_CLUSTER_H

#include "base/buf.h"

/* What the API answered. */
struct cluster_answer {
    unsigned code; /* 0: nobody answered */
    struct buf words;
    struct buf value; /* of a read */
    int64_t revision; /* resourceVersion, where known */
    size_t count;     /* of a list */
};

static inline void
cluster_answer_reset(struct cluster_answer *answer)
{
    buf_reset(&answer->words);
    buf_reset(&answer->value);
    *answer = (struct cluster_answer){ 0 };
}

/*
 * Each returns a failure of the harness only, with a line in *problem where
 * there is one; what the cluster says is in the answer, which is empty before.
 */
struct cluster_table {
    enum status (*start)(void *context, struct buf *problem);
    void (*stop)(void *context, bool kill);
    bool (*running)(void *context);
    enum status (*write)(void *context, const char *name, const char *value,
        struct cluster_answer *answer);
    enum status (*read)(
        void *context, const char *name, struct cluster_answer *answer);
    enum status (*rewrite)(
        void *context, const char *name, struct cluster_answer *answer);
    enum status (*remove)(
        void *context, const char *name, struct cluster_answer *answer);
    enum status (*list)(void *context, struct cluster_answer *answer);
    /* GET of a path: /readyz, /metrics, …; words hold the body. */
    enum status (*get)(
        void *context, const char *path, struct cluster_answer *answer);
    /* Appends what stands in etcd; STATUS_NOT_FOUND. */
    enum status (*stored)(void *context, const char *name, struct buf *value);
    /* Replaces that, past the apiserver. */
    enum status (*store)(void *context, const char *name, struct span value);
    /* A pod that uses a Secret. NULL: none runs here. */
    enum status (*pod)(
        void *context, const char *name, struct cluster_answer *answer);
    /* Appends what it has of it in its file or its environment;
     * STATUS_NOT_FOUND: it does not run. NULL as above. */
    enum status (*pod_value)(
        void *context, const char *name, bool environment, struct buf *value);
    int64_t (*now_ms)(void *context);
    /* Lets time pass; `real`: processes outside get their part of it too.
     * STATUS_CANCELLED on an interrupt. */
    enum status (*pass)(void *context, int64_t ms, bool real);
    void (*free)(void *context);
};

struct cluster {
    const struct cluster_table *table; /* NULL: none */
    void *context;
};

#endif
