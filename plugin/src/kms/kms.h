/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls to AWS KMS that never hold a thread: one libcurl multi loop in a
 * thread of its own carries them all. libcurl lives in this folder only.
 *
 * Threads: kms_start and kms_cancel may be called from any thread. done is
 * called exactly once for each started call, on the loop's thread, and must
 * not block; after kms_cancel it still comes, with STATUS_CANCELLED.
 */
#ifndef KMS_KMS_H
#define KMS_KMS_H

#include "base/buf.h"
#include "base/clock.h"

struct kms_client;
struct kms_call;
struct credentials; /* kms/credentials.h */

enum kms_operation { KMS_ENCRYPT, KMS_DECRYPT };

/* Calls of health probes and Status have capacity of their own, so that they
 * never wait behind traffic. */
enum kms_lane { KMS_LANE_TRAFFIC, KMS_LANE_HEALTH };

enum { KMS_INPUT_MAX = 64 * 1024 }; /* of bytes, key id and context */

struct kms_context_pair {
    struct span key, value;
};

struct kms_input {
    enum kms_operation operation;
    enum kms_lane lane;
    struct span key_id; /* Encrypt: id, ARN or alias. Decrypt: none is sent */
    struct span bytes;  /* Encrypt: plaintext. Decrypt: ciphertext blob */
    const struct kms_context_pair *context; /* the encryption context */
    size_t context_count;
    int64_t deadline_ms; /* on the monotonic clock */
}; /* copied by kms_start; plaintext into a wiping buffer */

enum kms_failure {
    KMS_FAILURE_NONE,
    KMS_FAILURE_ANSWER,    /* KMS answered with an error: see error_type */
    KMS_FAILURE_TRANSPORT, /* refused, reset, torn, TLS, DNS */
    KMS_FAILURE_TIMEOUT,   /* the deadline passed */
    KMS_FAILURE_CANCELLED,
    KMS_FAILURE_CREDENTIALS, /* none could be had */
    KMS_FAILURE_BAD_ANSWER,  /* not what KMS answers: HTML, no JSON, no field */
    KMS_FAILURE_INTERNAL,    /* out of memory and the like */
};

/* Borrowed for the call of done, but bytes: the receiver may buf_take it. */
struct kms_result {
    enum kms_failure failure;
    unsigned http_status;   /* 0 when there was no answer */
    struct span error_type; /* e.g. "ThrottlingException", prefix removed */
    struct span message;    /* a line for a person; no secrets */
    struct span request_id; /* x-amzn-RequestId; empty if none */
    struct buf bytes;       /* Encrypt: ciphertext blob. Decrypt: plaintext */
    struct buf key_arn;     /* the answer's KeyId */
    int64_t duration_ms;
};

typedef void kms_done_fn(void *context, struct kms_result *result);

struct kms_options {
    struct span endpoint; /* URL; empty: https://kms.REGION.amazonaws.com */
    struct span region;   /* signs; required */
    struct credentials *credentials; /* borrowed */
    struct span source_arn;     /* x-amz-source-arn and -account; empty: none */
    size_t connections_traffic; /* at most; 0: 512 */
    size_t connections_health;  /* at most; 0: 8 */
    size_t calls_traffic;       /* with those that wait, at most; 0: 4096 */
    const char *ca_file;        /* NULL: the system's */
    struct clock wall_clock;    /* signs; empty: the machine's */
};

/* STATUS_INVALID for an endpoint that is no http or https URL of a host, or a
 * Region or source ARN that is none. Copies the options. */
MUST_USE enum status kms_client_new(
    const struct kms_options *options, struct kms_client **out);
/* Cancels what is under way (done is called for each), joins the thread. */
void kms_client_free(struct kms_client *client);

/*
 * Starts a call. On anything but STATUS_OK nothing started and done is never
 * called: STATUS_UNAVAILABLE above calls_traffic (health: the same again) and
 * while the client is freed, STATUS_TOO_LARGE above KMS_INPUT_MAX bytes,
 * STATUS_INVALID for a key id or context that is not UTF-8. *call is valid
 * until done returns; it may be NULL if the caller never cancels.
 */
MUST_USE enum status kms_start(struct kms_client *client,
    const struct kms_input *input, kms_done_fn *done, void *context,
    struct kms_call **call);

/*
 * Ends a call early: its HTTP request is closed within a loop turn. The caller
 * makes sure that done has not returned yet (it holds its own lock).
 */
void kms_cancel(struct kms_client *client, struct kms_call *call);

#endif
