/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The client's state: what kms.c (any thread) and loop.c (its own thread)
 * share, and what belongs to the loop alone.
 */
#ifndef KMS_CLIENT_H
#define KMS_CLIENT_H

#include "kms/kms.h"
#include "kms/place.h"
#include "kms/retry.h"
#include "kms/wire.h"

#include <pthread.h>

enum { LANES = 2 }; /* enum kms_lane */

/* Each is a list of its lane. */
enum call_state {
    CALL_WAITING, /* for a connection */
    CALL_PAUSING, /* before a retry, or until there are credentials */
    CALL_SENDING,
};
enum { CALL_STATES = 3 };

struct kms_call {
    struct kms_call *prev, *next; /* in the inbox, then in its lane */
    enum kms_operation operation;
    enum kms_lane lane;
    struct buf body;
    int64_t deadline_ms, started_ms;
    kms_done_fn *done;
    void *context;

    /* The loop's: */
    enum call_state state;
    /* When a pause ends, or an attempt that is not the last is given up;
     * INT64_MAX: not before the deadline. */
    int64_t due_ms;
    bool wants_credentials;    /* it pauses until there are some */
    struct transfer *transfer; /* while it is sent */
    unsigned attempts;
    int64_t retry_cost; /* what its last retry took of the bucket */
    size_t place;       /* of the last attempt */
    unsigned tried;     /* places since the last pause, a bit for each */
    bool trial;         /* of a place's breaker */
    int64_t sent_ms;    /* the last attempt */
    int64_t skew_ms;    /* that it was signed with */
    bool fresh;         /* the next one takes a new connection */
    bool skew_retried, credentials_retried;
    struct buf moved; /* the body for another place */

    /* Under the client's lock: */
    struct kms_call *cancel_prev, *cancel_next;
    bool cancel_asked; /* it is or was in the list of those to cancel */
    bool cancel_listed;
};

/* Calls of one kind: first come, first sent. The loop's. */
struct lane {
    struct kms_call *calls[CALL_STATES];
    size_t sending_count;
    size_t sending_max;
    struct retry_bucket bucket;
};

struct kms_client {
    struct clock clock; /* monotonic */
    struct clock wall_clock;
    struct random random;
    struct credentials *credentials; /* borrowed */
    unsigned attempts_max;
    char *ca_file; /* NULL: the system's */
    struct wire *wire;
    pthread_t thread;
    int64_t beat_ms; /* 0: nobody looks */
    _Atomic int64_t beat_at_ms;
    _Atomic int64_t reload_ms; /* a CA file read before is out of date */

    /* The loop's: */
    struct place places[KMS_PLACES_MAX];
    size_t place_count;
    struct lane lanes[LANES];
    int64_t next_due_ms; /* no deadline, pause or attempt ends before */

    /* Under the lock: */
    pthread_mutex_t lock;
    struct kms_call *inbox;
    struct kms_call *cancelled; /* cancel_prev, cancel_next */
    size_t calls[LANES];        /* started and not yet done */
    size_t calls_max[LANES];
    bool credentials_news;
    bool asleep; /* the loop: who brings something wakes it */
    bool stopping;
};

/* The thread's function; the argument is the client. Returns NULL when the
 * client is stopping and each call is done. */
void *loop_run(void *client);

#endif
