/* SPDX-License-Identifier: Apache-2.0 */
#include "faults/quota.h"

#include <pthread.h>
#include <stdlib.h>

struct quota {
    pthread_mutex_t lock;
    int64_t window_ms, allowed;
    int64_t window, used; /* of the present window */
};

enum status
quota_new(double rate, struct quota **out)
{
    struct quota *quota = calloc(1, sizeof(*quota));
    if (quota == NULL || pthread_mutex_init(&quota->lock, NULL) != 0) {
        free(quota);
        return STATUS_NO_MEMORY;
    }
    bool often = rate >= 1;
    quota->window_ms = often ? 1000 : (int64_t)(1000 / rate);
    quota->allowed = often ? (int64_t)rate : 1;
    quota->window = INT64_MIN;
    *out = quota;
    return STATUS_OK;
}

void
quota_free(struct quota *quota)
{
    if (quota == NULL)
        return;
    (void)pthread_mutex_destroy(&quota->lock);
    free(quota);
}

bool
quota_take(struct quota *quota, int64_t now_ms)
{
    int64_t window = now_ms / quota->window_ms;
    (void)pthread_mutex_lock(&quota->lock);
    if (window != quota->window) {
        quota->window = window;
        quota->used = 0;
    }
    bool allowed = quota->used < quota->allowed;
    if (allowed)
        quota->used++;
    (void)pthread_mutex_unlock(&quota->lock);
    return allowed;
}
