/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The key_id of one key: what Status says, and what the answer to an Encrypt
 * carries. kube-apiserver takes data for stale whose key_id is another than
 * Status's, and takes no new seed whose key_id is not Status's.
 *
 * There is one identity at any time. What an Encrypt's answer carries is what
 * Status says from that moment on. Three ways to have one:
 *   flag      the text of --key, whatever KMS says; never changes;
 *   arn       the key that KMS's answer to Encrypt names, so that an alias
 *             which is pointed to another key makes data stale;
 *   material  that and the key's material, ARN#ID, so that a rotation does too.
 *             Where the material could not be learnt, the ARN alone; but once
 *             it is known, not knowing it for a while changes nothing.
 *
 * Order. KMS answers calls that run side by side in any order, and tells of a
 * change at different times in different places. So an identity is replaced
 * only by a call that was started after it was published, and one that was
 * replaced does not come back for IDENTITY_SETTLE_MS. A call with evidence of
 * another identity which may not be published is told so (STATUS_CONFLICT): an
 * Encrypt is then made again, a probe's evidence is dropped. Its blob is not
 * given out under the present id: sealed with older material it would never be
 * found stale.
 *
 * Thread-safe; takes no other lock.
 */
#ifndef IDENTITY_IDENTITY_H
#define IDENTITY_IDENTITY_H

#include "base/buf.h"
#include "base/clock.h"
#include "metrics/metrics.h"

struct identity;

enum identity_mode { IDENTITY_FLAG, IDENTITY_ARN, IDENTITY_MATERIAL };

enum {
    IDENTITY_MAX = 1024, /* what kube-apiserver takes as a key_id */
    IDENTITY_SETTLE_MS = 30 * 1000,
};

struct identity_options {
    enum identity_mode mode;
    struct span flag;        /* the text of --key; copied */
    struct clock clock;      /* monotonic */
    struct metrics *metrics; /* borrowed; NULL: not counted */
};

/* What calls to KMS told of the key behind a blob. */
struct identity_evidence {
    struct span arn;      /* of Encrypt's answer */
    struct span material; /* of Decrypt's; empty: not learnt */
};

MUST_USE enum status identity_new(
    const struct identity_options *options, struct identity **out);
void identity_free(struct identity *identity);

enum identity_mode identity_mode(const struct identity *identity);

/* Called right before an Encrypt is started: its place in the order. */
uint64_t identity_begin(struct identity *identity);

/*
 * What that Encrypt, and the Decrypt of its blob, came to. STATUS_OK: appends
 * the key_id that the blob goes with, which Status says too. STATUS_CONFLICT:
 * see above. STATUS_INVALID: the evidence makes no key_id.
 */
MUST_USE enum status identity_learn(struct identity *identity, uint64_t begun,
    const struct identity_evidence *evidence, struct buf *key_id);

/* Appends the key_id. STATUS_NOT_FOUND before anything was learnt. */
MUST_USE enum status identity_get(
    struct identity *identity, struct buf *key_id);

#endif
