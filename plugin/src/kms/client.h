/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The client's state: what kms.c (any thread) and loop.c (its own thread)
 * share, and what belongs to the loop alone.
 */
#ifndef KMS_CLIENT_H
#define KMS_CLIENT_H

#include "kms/kms.h"
#include "kms/signer.h"
#include "kms/transfer.h"
#include "kms/wire.h"

#include <pthread.h>

enum { LANES = 2 }; /* enum kms_lane */

struct kms_call {
    struct kms_call *prev, *next; /* in the inbox, then in its lane */
    enum kms_operation operation;
    enum kms_lane lane;
    struct buf body;
    int64_t deadline_ms, started_ms;
    kms_done_fn *done;
    void *context;
    struct transfer *transfer; /* NULL: it waits. The loop's */
    /* Under the client's lock: */
    struct kms_call *cancel_prev, *cancel_next;
    bool cancel_asked; /* it is or was in the list of those to cancel */
    bool cancel_listed;
};

/* Calls of one kind: first come, first sent. The loop's. */
struct lane {
    struct kms_call *waiting, *sending;
    size_t sending_count;
    size_t sending_max;
};

struct kms_client {
    struct clock clock; /* monotonic */
    char *ca_file;      /* NULL: the system's */
    struct wire *wire;
    pthread_t thread;

    /* The loop's: */
    struct signer *signer;
    struct lane lanes[LANES];
    struct transfer *idle; /* ready for use */
    size_t idle_count;
    int64_t next_deadline_ms; /* no call's is before */

    /* Under the lock: */
    pthread_mutex_t lock;
    struct kms_call *inbox;
    struct kms_call *cancelled; /* cancel_prev, cancel_next */
    size_t calls[LANES];        /* started and not yet done */
    size_t calls_max[LANES];
    bool wake_sent; /* since the loop last looked */
    bool stopping;
};

/* The thread's function; the argument is the client. Returns NULL when the
 * client is stopping and each call is done. */
void *loop_run(void *client);

#endif
