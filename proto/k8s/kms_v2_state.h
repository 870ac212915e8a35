/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which seed a KMS v2 provider writes with, and until when: what one good
 * Status after another makes of it. Looking is free for all threads;
 * kms_v2_state_follow is called by one thread at a time.
 */
#ifndef K8S_KMS_V2_STATE_H
#define K8S_KMS_V2_STATE_H

#include "k8s/kms_v2.h"
#include "k8s/kms_v2_seed.h"

struct kms_v2_state;

/* The name in the options is not used here. */
MUST_USE enum status kms_v2_state_new(
    const struct kms_v2_options *options, struct kms_v2_state **out);
void kms_v2_state_free(struct kms_v2_state *state);

/*
 * The present seed, held for the caller, and the end of its time to write.
 * Fails before the first one: "got unexpected nil transformer".
 */
MUST_USE enum status kms_v2_state_current(struct kms_v2_state *state,
    struct kms_v2_seed **seed, int64_t *expires_ms,
    struct transform_error *error);

/* The same, where the seed must still be allowed to write. */
MUST_USE enum status kms_v2_state_writable(struct kms_v2_state *state,
    struct kms_v2_seed **seed, struct transform_error *error);

/*
 * Status has named a valid key id. The same as before: the seed's time moves
 * on. Another: a new seed, taken if the plugin wrapped it under that very key
 * id; if not, the old seed stays with the time it had left.
 */
MUST_USE enum status kms_v2_state_follow(struct kms_v2_state *state,
    struct span key_id, struct transform_error *error);

/* Appends "sha256:" and 64 digits, as errors and metrics name a key id. */
MUST_USE enum status kms_v2_state_hash(struct span key_id, struct buf *out);

#endif
