/* SPDX-License-Identifier: Apache-2.0 */
#include "k8s/kms_probe.h"

#include <pthread.h>
#include <stdlib.h>

struct kms_probe {
    kms_probe_check_fn *check;
    void *context;
    struct clock clock;
    pthread_mutex_t lock; /* held for the whole check */
    bool asked;
    int64_t received_ms;
    enum status result;
    struct transform_error cause;
};

enum status
kms_probe_new(kms_probe_check_fn *check, void *context,
    const struct clock *clock, struct kms_probe **out)
{
    struct kms_probe *probe = calloc(1, sizeof(*probe));
    if (probe == NULL)
        return STATUS_NO_MEMORY;
    probe->check = check;
    probe->context = context;
    probe->clock = *clock;
    if (pthread_mutex_init(&probe->lock, NULL) != 0) {
        free(probe);
        return STATUS_NO_MEMORY;
    }
    *out = probe;
    return STATUS_OK;
}

void
kms_probe_free(struct kms_probe *probe)
{
    if (probe == NULL)
        return;
    transform_error_reset(&probe->cause);
    pthread_mutex_destroy(&probe->lock);
    free(probe);
}

static bool
still_valid(const struct kms_probe *probe)
{
    int64_t ttl_ms = probe->result == STATUS_OK ? KMS_PROBE_GOOD_TTL_MS
                                                : KMS_PROBE_BAD_TTL_MS;
    return probe->asked &&
           clock_ms(&probe->clock) - probe->received_ms < ttl_ms;
}

enum status
kms_probe_ask(struct kms_probe *probe, struct transform_error *error)
{
    enum status st;
    pthread_mutex_lock(&probe->lock);
    if (still_valid(probe)) {
        if (probe->result != STATUS_OK)
            transform_error_copy(error, &probe->cause);
    } else {
        transform_error_reset(&probe->cause);
        probe->result = probe->check(probe->context, &probe->cause, error);
        probe->received_ms = clock_ms(&probe->clock);
        probe->asked = true;
    }
    st = probe->result;
    pthread_mutex_unlock(&probe->lock);
    return st;
}
