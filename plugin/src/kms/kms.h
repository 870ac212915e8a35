/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls to AWS KMS that never hold a thread: one libcurl multi loop in a
 * thread of its own carries them all. libcurl lives in this folder only.
 *
 * Threads: kms_start and kms_cancel may be called from any thread. done is
 * called exactly once for each started call, on the loop's thread, and must
 * not block; after kms_cancel it still comes, with STATUS_CANCELLED.
 *
 * A call is one request at a time. One that fails is tried again as the AWS
 * SDKs' standard mode has it, never past the deadline; where the client has
 * failovers, at the next place, if the key is a multi-Region key.
 */
#ifndef KMS_KMS_H
#define KMS_KMS_H

#include "base/buf.h"
#include "base/clock.h"
#include "base/random.h"

struct kms_client;
struct kms_call;
struct credentials; /* credentials/credentials.h */

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
    KMS_FAILURE_CREDENTIALS, /* none could be had, or not in time */
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
    /* The answer's KeyId; that of a multi-Region key in the first place's
     * Region, whichever place answered: it is one key. */
    struct buf key_arn;
    /* Decrypt: KMS's id of the key material that opened it; empty where KMS
     * did not say (Encrypt never does). */
    struct buf key_material_id;
    struct span region; /* of the place that answered; empty: none did */
    unsigned attempts;  /* requests that were sent */
    bool used_up; /* another would have been worth it: there were as many as
                   * there may be */
    int64_t duration_ms; /* of all of them, and the pauses between */
};

typedef void kms_done_fn(void *context, struct kms_result *result);

/* Where KMS can be called. */
struct kms_place {
    struct span region, endpoint; /* as in kms_options */
};

enum { KMS_PLACES_MAX = 8 }; /* with the first */

struct kms_options {
    struct span endpoint; /* URL; empty: https://kms.REGION.amazonaws.com */
    struct span region;   /* signs; required */
    struct credentials *credentials; /* borrowed */
    struct span source_arn;     /* x-amz-source-arn and -account; empty: none */
    size_t connections_traffic; /* at most; 0: 512 */
    size_t connections_health;  /* at most; 0: 8 */
    size_t calls_traffic;       /* with those that wait, at most; 0: 4096 */
    const char *ca_file;        /* NULL: the system's */
    unsigned retry_max_attempts; /* with the first; 0: 3 */
    int64_t retry_tokens;        /* the bucket's; 0: 500 */
    /* What a retry takes of them; 0: 5, and 10 after a timeout. Each lane has
     * a bucket. */
    int64_t retry_cost;
    int64_t connection_max_age_ms; /* 0: five minutes */
    /* Where multi-Region keys are replicated, in order of preference. */
    const struct kms_place *failovers;
    size_t failover_count;
    struct random random;    /* spreads retries; empty: the system's */
    struct clock wall_clock; /* signs; empty: the machine's */
    int64_t beat_ms; /* how often the loop shows that it is alive; 0: nobody
                      * looks */
};

/* What the options take; an empty one is not asked about. */
bool kms_region_is_valid(struct span region);
bool kms_endpoint_is_valid(struct span url);
bool kms_source_arn_is_valid(struct span arn); /* its account is needed */

/* STATUS_INVALID for an endpoint that is no http or https URL of a host, or a
 * Region or source ARN that is none, or too many places. Copies the options. */
MUST_USE enum status kms_client_new(
    const struct kms_options *options, struct kms_client **out);
/* Cancels what is under way (done is called for each), joins the thread. */
void kms_client_free(struct kms_client *client);

/* What is known of a place. */
struct kms_place_facts {
    struct span region; /* borrowed from the client */
    bool is_open;       /* its breaker: calls keep away from it */
    int64_t skew_ms;    /* what is added to the wall clock to sign there */
};

/* Fills in as many as there are places, in their order, and gives how many.
 * Any thread. */
size_t kms_client_describe(const struct kms_client *client,
    struct kms_place_facts facts[KMS_PLACES_MAX]);

/* New connections believe what the CA file says from now on. Any thread. */
void kms_client_reload(struct kms_client *client);

/* Whether the loop has shown itself within that time. Any thread. */
bool kms_client_is_alive(const struct kms_client *client, int64_t within_ms);

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
