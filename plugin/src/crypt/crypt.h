/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Encrypt and Decrypt under one KMS key, for the gRPC services and for the
 * health probe alike: adds the key and the encryption context, counts the
 * call, and says what a failure means.
 */
#ifndef CRYPT_CRYPT_H
#define CRYPT_CRYPT_H

#include "crypt/failure.h"
#include "identity/identity.h"
#include "metrics/calls.h"

/* All borrowed. */
struct crypt {
    struct kms_client *kms;
    struct span key_id;
    const struct kms_context_pair *context;
    size_t context_count;
    struct metrics_key *metrics;
    bool plain_errors; /* crypt_explain: as aws-encryption-provider */
    struct identity *identity;
};

/* failure->kind is FAILURE_NONE where result->bytes holds what was asked for;
 * the receiver may buf_take them. On KMS's thread: must not block. */
typedef void crypt_done_fn(
    void *context, const struct failure *failure, struct kms_result *result);

/* Embedded by the caller, who keeps it until `done` has returned. */
struct crypt_job {
    const struct crypt *crypt;
    enum kms_operation operation;
    enum kms_lane lane;
    enum metrics_version version;
    int64_t deadline_ms; /* on the monotonic clock */
    crypt_done_fn *done;
    void *context;
    struct kms_call *call;
};

/* On anything but STATUS_OK nothing was started and done is not called. The
 * bytes are copied. */
MUST_USE enum status crypt_start(struct crypt_job *job, struct span bytes);

/* What the caller of a call that failed is told: the code, and a line that is
 * appended to *text as far as memory allows. */
enum grpc_code crypt_explain(const struct crypt *crypt,
    const struct failure *failure, const struct kms_result *result,
    enum kms_operation operation, struct buf *text);

/* `done` still comes. The caller makes sure that it has not returned yet. */
void crypt_cancel(struct crypt_job *job);

#endif
