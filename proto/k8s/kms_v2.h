/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A kms provider with apiVersion v2, as kube-apiserver 1.29 and newer have
 * it. One seed, wrapped once by the plugin, seals everything written until the
 * plugin's Status names another key id; writes make no call. Each good Status
 * lets the seed write for three more minutes; reads never expire, but need one
 * Decrypt for each wrapped seed that is not in the cache.
 *
 * Nothing here runs by itself: an apiserver calls kms_v2_health when it starts,
 * then each 60 s while that is good and each 10 s while it is not, and for
 * each request of /healthz and /readyz. Thread-safe.
 */
#ifndef K8S_KMS_V2_H
#define K8S_KMS_V2_H

#include "base/clock.h"
#include "base/random.h"
#include "k8s/kms_service.h"
#include "k8s/transformer.h"

enum {
    KMS_V2_POLL_GOOD_MS = 60 * 1000,
    KMS_V2_POLL_BAD_MS = 10 * 1000,
    KMS_V2_WRITE_TTL_MS = 3 * 60 * 1000,
    KMS_V2_CACHE_TTL_MS = 24 * 60 * 60 * 1000,
};

struct kms_v2_options {
    struct span name; /* copied */
    int64_t timeout_ms;
    struct kms_service_v2 service;
    struct clock clock; /* wall time: it stands in errors */
    struct random random;
};

struct kms_v2;

MUST_USE enum status kms_v2_new(
    const struct kms_v2_options *options, struct kms_v2 **out);
void kms_v2_free(struct kms_v2 *kms);

/* Valid as long as *kms. */
struct transformer kms_v2_transformer(struct kms_v2 *kms);

/*
 * Asks Status, unless a recent result serves, and follows the key id it
 * names: a new one makes a new seed, which costs an Encrypt.
 */
MUST_USE enum status kms_v2_health(
    struct kms_v2 *kms, struct transform_error *error);

/* What the provider writes with at present, for people to see. */
struct kms_v2_view {
    struct buf key_id;
    struct buf source; /* the wrapped seed */
    struct byte_map annotations;
    struct buf uid; /* of the Encrypt that wrapped it */
    int64_t expires_ms;
    size_t cached; /* unwrapped seeds */
};

/* Replaces *view (an initialised one). STATUS_NOT_FOUND before a first seed. */
MUST_USE enum status kms_v2_look(struct kms_v2 *kms, struct kms_v2_view *view);
void kms_v2_view_reset(struct kms_v2_view *view);

#endif
