/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls to a v1 plugin: before the first, inside the same time limit, the
 * plugin's version is asked for and must be v1beta1; once it was, it is never
 * asked for again. Thread-safe.
 */
#ifndef K8S_KMS_V1_CLIENT_H
#define K8S_KMS_V1_CLIENT_H

#include "base/clock.h"
#include "k8s/kms_service.h"
#include "k8s/transform_error.h"

struct kms_v1_client;

MUST_USE enum status kms_v1_client_new(const struct kms_service_v1 *service,
    int64_t timeout_ms, const struct clock *clock, struct kms_v1_client **out);
void kms_v1_client_free(struct kms_v1_client *client);

/* Both append; the words of a failure are kube-apiserver's. */
MUST_USE enum status kms_v1_client_encrypt(struct kms_v1_client *client,
    struct span plaintext, struct buf *ciphertext,
    struct transform_error *error);
MUST_USE enum status kms_v1_client_decrypt(struct kms_v1_client *client,
    struct span ciphertext, struct buf *plaintext,
    struct transform_error *error);

#endif
