/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One caller of a plugin: it makes calls of all kinds one after another, good
 * ones and hostile ones, and judges each answer. Used by one thread.
 */
#ifndef SOAK_CALLER_H
#define SOAK_CALLER_H

#include "base/random.h"
#include "http/kms.h"
#include "rpc/rpc_kms.h"

enum caller_call {
    CALLER_V2_ENCRYPT,
    CALLER_V2_DECRYPT,
    CALLER_V2_STATUS,
    CALLER_V1_ENCRYPT,
    CALLER_V1_DECRYPT,
    CALLER_HURRIED, /* a Decrypt with a few milliseconds of time */
    CALLER_DAMAGED, /* a Decrypt of a ciphertext with a bit turned */
    CALLER_FOREIGN, /* a Decrypt of bytes that no plugin wrote */
    CALLER_DIRECT,  /* KMS itself opens what the plugin sealed */
    CALLER_GARBAGE, /* bytes on the socket that are no gRPC */
    CALLER_CALL_COUNT,
};

extern const char *const caller_names[CALLER_CALL_COUNT];

enum caller_verdict {
    CALLER_GOOD,   /* the right answer */
    CALLER_FAILED, /* an error that a fault of KMS explains */
    CALLER_WRONG,  /* never right: *why says what */
    CALLER_VERDICT_COUNT,
};

enum { CALLER_KEPT = 32, CALLER_TIMEOUT_MS = 3000 };

struct caller_kept {
    struct buf plaintext, ciphertext;
    bool v1;
};

struct caller {
    const char *socket; /* path; borrowed */
    const char *key;    /* ARN; borrowed */
    struct kms_account direct;
    struct rpc_channel *channel;
    struct random_seeded seed;
    struct caller_kept kept[CALLER_KEPT]; /* what was sealed before */
    size_t kept_count;
};

MUST_USE enum status caller_init(struct caller *caller, const char *socket,
    const char *key, const struct kms_account *direct, uint64_t seed);
void caller_reset(struct caller *caller);

/* The next call by the draw of its seed. */
enum caller_call caller_draw(struct caller *caller);

/* Makes it. *why gets a line where the verdict is not CALLER_GOOD. */
enum caller_verdict caller_make(
    struct caller *caller, enum caller_call call, struct buf *why);

#endif
