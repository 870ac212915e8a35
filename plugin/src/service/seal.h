/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An Encrypt to its answer: the blob, and the key_id that goes with it. Where
 * the key_id names the key material, the blob is decrypted first, because only
 * that tells the material; it must give the same bytes again. Where a blob
 * turns out to be of another key or material than Status names by now (see
 * identity.h), it is made again, SEAL_TRIES times in all; then the call fails.
 */
#ifndef SERVICE_SEAL_H
#define SERVICE_SEAL_H

#include "service/service.h"

#include <pthread.h>

enum { SEAL_TRIES = 3 };

struct seal;

/*
 * Good when failure->kind is FAILURE_NONE: seal->blob and seal->key_id then
 * hold the answer. `real`: it is what KMS said or failed to say. On KMS's
 * thread; must not block.
 */
typedef void seal_done_fn(void *context, const struct failure *failure,
    const struct kms_result *result, bool real);

/* Embedded by the caller, who keeps it until `done` has returned. */
struct seal {
    const struct service *service; /* borrowed */
    struct identity *identity;     /* borrowed; NULL: without a key_id */
    seal_done_fn *done;
    void *context;
    struct buf blob, key_id; /* the answer */
    struct crypt_job encrypt, decrypt;
    struct buf plaintext; /* kept only where it may be sealed again */
    struct buf arn;
    uint64_t begun;
    unsigned tries;
    pthread_mutex_t lock;
    struct crypt_job *running; /* under lock */
    bool cancelled;            /* under lock */
};

struct seal_options {
    const struct service *service;
    enum metrics_version version; /* only v2's answers have a key_id */
    int64_t deadline_ms;
    seal_done_fn *done;
    void *context;
};

MUST_USE enum status seal_init(
    struct seal *seal, const struct seal_options *options);
void seal_reset(struct seal *seal);

/* On anything but STATUS_OK nothing was started and done is not called. */
MUST_USE enum status seal_start(struct seal *seal, struct span plaintext);

/* `done` still comes. The caller makes sure that it has not returned yet. */
void seal_cancel(struct seal *seal);

#endif
