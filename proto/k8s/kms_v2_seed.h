/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A seed that writes: its secret, and the record that goes beside everything
 * it seals. Counted by its holders; immutable; thread-safe.
 */
#ifndef K8S_KMS_V2_SEED_H
#define K8S_KMS_V2_SEED_H

#include "k8s/dek.h"
#include "k8s/encrypted_object.h"
#include "k8s/kms_service.h"

struct kms_v2_seed {
    struct encrypted_object record; /* its data is empty */
    uint8_t digest[ENCRYPTED_OBJECT_DIGEST];
    struct buf uid;
    struct dek *dek;
    _Atomic size_t holders;
};

/*
 * Draws a seed, has the plugin wrap it under `uid`, and checks the answer.
 * Held once, for the caller.
 */
MUST_USE enum status kms_v2_seed_generate(const struct kms_service_v2 *service,
    int64_t timeout_ms, const struct random *random, struct span uid,
    struct kms_v2_seed **out, struct transform_error *error);

struct kms_v2_seed *kms_v2_seed_hold(struct kms_v2_seed *seed);

/* Takes NULL. */
void kms_v2_seed_release(struct kms_v2_seed *seed);

#endif
