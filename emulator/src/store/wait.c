/* SPDX-License-Identifier: Apache-2.0 */
#include "store/wait.h"

void
wait_init(struct wait *wait)
{
    *wait = (struct wait){ .status = STATUS_OK };
    (void)pthread_mutex_init(&wait->lock, NULL);
    (void)pthread_cond_init(&wait->changed, NULL);
}

void
wait_done(void *context, enum status status)
{
    struct wait *wait = context;
    (void)pthread_mutex_lock(&wait->lock);
    wait->status = status;
    wait->finished = true;
    /* Inside the lock: the waiter may end the wait's life right after it. */
    (void)pthread_cond_signal(&wait->changed);
    (void)pthread_mutex_unlock(&wait->lock);
}

enum status
wait_finish(struct wait *wait)
{
    (void)pthread_mutex_lock(&wait->lock);
    while (!wait->finished)
        (void)pthread_cond_wait(&wait->changed, &wait->lock);
    enum status st = wait->status;
    (void)pthread_mutex_unlock(&wait->lock);
    (void)pthread_cond_destroy(&wait->changed);
    (void)pthread_mutex_destroy(&wait->lock);
    return st;
}
