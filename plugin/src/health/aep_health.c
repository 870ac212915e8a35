/* SPDX-License-Identifier: Apache-2.0 */
#include "health/aep_health.h"

#include <pthread.h>
#include <stdlib.h>

struct aep_health {
    pthread_mutex_t lock;
    bool known;
    int64_t recorded_ms;
    struct failure failure;
    struct buf text;
};

enum status
aep_health_new(struct aep_health **out)
{
    struct aep_health *aep = calloc(1, sizeof(*aep));
    if (aep == NULL)
        return STATUS_NO_MEMORY;
    if (pthread_mutex_init(&aep->lock, NULL) != 0) {
        free(aep);
        return STATUS_NO_MEMORY;
    }
    *out = aep;
    return STATUS_OK;
}

void
aep_health_free(struct aep_health *aep)
{
    if (aep == NULL)
        return;
    (void)pthread_mutex_destroy(&aep->lock);
    buf_reset(&aep->text);
    free(aep);
}

void
aep_health_record(struct aep_health *aep, const struct failure *failure,
    struct span text, int64_t now_ms)
{
    (void)pthread_mutex_lock(&aep->lock);
    aep->known = true;
    aep->recorded_ms = now_ms;
    aep->failure = *failure;
    buf_clear(&aep->text);
    /* Without memory for words the code has to do. */
    (void)!buf_append(&aep->text, text);
    (void)pthread_mutex_unlock(&aep->lock);
}

bool
aep_health_is_fresh(struct aep_health *aep, int64_t now_ms)
{
    (void)pthread_mutex_lock(&aep->lock);
    bool fresh = aep->known && now_ms - aep->recorded_ms < AEP_HEALTH_AGE_MS;
    (void)pthread_mutex_unlock(&aep->lock);
    return fresh;
}

enum status
aep_health_view(
    struct aep_health *aep, struct buf *text, struct health_view *view)
{
    static const struct failure no_news = { FAILURE_OTHER,
        GRPC_CODE_UNAVAILABLE, "" };
    struct health_view now = { HEALTH_UNKNOWN, no_news, { NULL, 0 } };
    (void)pthread_mutex_lock(&aep->lock);
    if (aep->known) {
        now.failure = aep->failure;
        now.state =
            aep->failure.kind == FAILURE_NONE ? HEALTH_GOOD : HEALTH_BAD;
    }
    enum status st = buf_append(text, buf_span(&aep->text));
    (void)pthread_mutex_unlock(&aep->lock);
    if (st != STATUS_OK)
        return st;
    now.text = buf_span(text);
    *view = now;
    return STATUS_OK;
}
