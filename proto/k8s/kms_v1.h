/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A kms provider with apiVersion v1: a new DEK and one Encrypt for each write,
 * one Decrypt for each DEK that is not among the last used. Stored: length of
 * the wrapped DEK (16 bits), the wrapped DEK, nonce, AES-GCM, tag. What
 * Kubernetes up to 1.24 wrote (AES-CBC) is read too, and stale.
 * Thread-safe.
 */
#ifndef K8S_KMS_V1_H
#define K8S_KMS_V1_H

#include "base/clock.h"
#include "base/random.h"
#include "k8s/kms_service.h"
#include "k8s/transformer.h"

struct kms_v1_options {
    struct span name; /* copied */
    int64_t timeout_ms;
    int32_t cache_size; /* DEKs kept; negative: none */
    struct kms_service_v1 service;
    struct clock clock;
    struct random random;
};

struct kms_v1;

MUST_USE enum status kms_v1_new(
    const struct kms_v1_options *options, struct kms_v1 **out);
void kms_v1_free(struct kms_v1 *kms);

/* Valid as long as *kms. */
struct transformer kms_v1_transformer(struct kms_v1 *kms);

/* Encrypts "ping" and decrypts it, unless a recent result serves. */
MUST_USE enum status kms_v1_health(
    struct kms_v1 *kms, struct transform_error *error);

/* DEKs in the cache. */
size_t kms_v1_cached(struct kms_v1 *kms);

#endif
