/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The health of one KMS provider as an apiserver asks for it: one check at a
 * time, its result used again for 20 s when good and for 3 s when bad. A
 * result that is used again says only the innermost cause, as kube-apiserver
 * does. Thread-safe; a caller waits for the check that is under way.
 */
#ifndef K8S_KMS_PROBE_H
#define K8S_KMS_PROBE_H

#include "base/clock.h"
#include "k8s/transform_error.h"

enum {
    KMS_PROBE_GOOD_TTL_MS = 20 * 1000,
    KMS_PROBE_BAD_TTL_MS = 3 * 1000,
};

/*
 * The check itself. When bad, *cause gets the words that are kept, and *error
 * those of this first answer.
 */
typedef enum status kms_probe_check_fn(void *context,
    struct transform_error *cause, struct transform_error *error);

struct kms_probe;

MUST_USE enum status kms_probe_new(kms_probe_check_fn *check, void *context,
    const struct clock *clock, struct kms_probe **out);
void kms_probe_free(struct kms_probe *probe);

/* STATUS_OK when healthy. */
MUST_USE enum status kms_probe_ask(
    struct kms_probe *probe, struct transform_error *error);

#endif
