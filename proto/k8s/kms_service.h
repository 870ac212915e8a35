/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A KMS plugin as an apiserver sees it: synchronous calls bounded by
 * timeout_ms. The harness fills these tables with a gRPC client, tests with
 * scripted answers.
 *
 * A call returns STATUS_OK and its outputs, or any other status, then with
 * code and message in *error (grpc_error_status gives the fitting status) and
 * the outputs unchanged. Spans are borrowed for the call. The tables are
 * plain values; whoever made one keeps `context` alive as long as it is used.
 * Calls may come from several threads at once.
 */
#ifndef K8S_KMS_SERVICE_H
#define K8S_KMS_SERVICE_H

#include "base/byte_map.h"
#include "k8s/grpc_error.h"

/* StatusResponse. */
struct kms_v2_status {
    struct buf version;
    struct buf healthz;
    struct buf key_id;
};

/* EncryptResponse. */
struct kms_v2_encrypted {
    struct buf ciphertext;
    struct buf key_id;
    struct byte_map annotations;
};

/* DecryptRequest. */
struct kms_v2_decrypt {
    struct span ciphertext;
    struct span uid;
    struct span key_id;
    const struct byte_map *annotations; /* never NULL */
};

struct kms_service_v2 {
    enum status (*status)(void *context, int64_t timeout_ms,
        struct kms_v2_status *out, struct grpc_error *error);
    enum status (*encrypt)(void *context, int64_t timeout_ms,
        struct span plaintext, struct span uid, struct kms_v2_encrypted *out,
        struct grpc_error *error);
    enum status (*decrypt)(void *context, int64_t timeout_ms,
        const struct kms_v2_decrypt *request, struct buf *plaintext,
        struct grpc_error *error);
    void *context;
};

/* VersionResponse. */
struct kms_v1_version {
    struct buf version;
    struct buf runtime_name;
    struct buf runtime_version;
};

/* The caller sends "v1beta1" as the version in every request. */
struct kms_service_v1 {
    enum status (*version)(void *context, int64_t timeout_ms,
        struct kms_v1_version *out, struct grpc_error *error);
    enum status (*encrypt)(void *context, int64_t timeout_ms,
        struct span plaintext, struct buf *ciphertext,
        struct grpc_error *error);
    enum status (*decrypt)(void *context, int64_t timeout_ms,
        struct span ciphertext, struct buf *plaintext,
        struct grpc_error *error);
    void *context;
};

static inline void
kms_v2_status_reset(struct kms_v2_status *status)
{
    buf_reset(&status->version);
    buf_reset(&status->healthz);
    buf_reset(&status->key_id);
}

static inline void
kms_v2_encrypted_reset(struct kms_v2_encrypted *encrypted)
{
    buf_reset(&encrypted->ciphertext);
    buf_reset(&encrypted->key_id);
    byte_map_reset(&encrypted->annotations);
}

static inline void
kms_v1_version_reset(struct kms_v1_version *version)
{
    buf_reset(&version->version);
    buf_reset(&version->runtime_name);
    buf_reset(&version->runtime_version);
}

#endif
