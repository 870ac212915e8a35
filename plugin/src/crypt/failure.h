/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a failed call to KMS means for those who asked: the gRPC code for the
 * apiserver, the class that health and metrics go by (the classes of
 * kubernetes-sigs/aws-encryption-provider), and a line for a person. One
 * table; no state.
 */
#ifndef CRYPT_FAILURE_H
#define CRYPT_FAILURE_H

#include "k8s/grpc_error.h"
#include "kms/kms.h"

enum failure_kind {
    FAILURE_NONE,       /* it succeeded */
    FAILURE_USER,       /* what the key's owner or the caller did */
    FAILURE_THROTTLED,  /* KMS answers, but not so often */
    FAILURE_CORRUPTION, /* these bytes are no ciphertext of KMS */
    FAILURE_OTHER,
};

struct failure {
    enum failure_kind kind;
    enum grpc_code code;
    const char *advice; /* what to do; never NULL */
};

struct failure failure_of(const struct kms_result *result);

enum { FAILURE_TEXT_MAX = 1024 };

/*
 * Appends one line: operation, key, what KMS said, its request id, what to
 * do. Valid UTF-8 without control characters, at most FAILURE_TEXT_MAX bytes.
 */
MUST_USE enum status failure_describe(const struct failure *failure,
    const struct kms_result *result, enum kms_operation operation,
    struct span key_id, struct buf *out);

/* The code that aws-encryption-provider would send: UNKNOWN, but what is due
 * to the caller's context. */
enum grpc_code failure_plain_code(const struct failure *failure);

/* Cuts at the last whole character that fits. */
void failure_cut_text(struct buf *text, size_t max);

/* "user-induced", "throttled", "corruption", "other"; "" for none: the classes
 * in aws-encryption-provider's log. */
const char *failure_class_name(enum failure_kind kind);

/* "encrypt" or "decrypt". */
const char *failure_operation_name(enum kms_operation operation);

#endif
