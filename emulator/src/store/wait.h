/* SPDX-License-Identifier: Apache-2.0 */
/* Waiting for a done function, for callers that may block. */
#ifndef STORE_WAIT_H
#define STORE_WAIT_H

#include "base/status.h"

#include <pthread.h>
#include <stdbool.h>

struct wait {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool finished;
    enum status status;
};

void wait_init(struct wait *wait);

/* A store_done_fn; its context is the struct wait. */
void wait_done(void *wait, enum status status);

/* Blocks until wait_done was called; ends the life of *wait. */
MUST_USE enum status wait_finish(struct wait *wait);

#endif
