/* SPDX-License-Identifier: Apache-2.0 */
/* The trial of a key: Encrypt, then Decrypt of the blob it gave. What KMS says
 * of the key on the way is news for its identity. */
#ifndef HEALTH_PROBE_H
#define HEALTH_PROBE_H

#include "crypt/crypt.h"

struct probe_result {
    struct failure failure;    /* FAILURE_NONE: all is well */
    enum kms_operation failed; /* which of the two, if one did */
    struct buf *text;          /* a line for a person; may be taken */
};

/* Must not block. On KMS's thread, or within probe_start. */
typedef void probe_done_fn(void *context, const struct probe_result *result);

struct probe_options {
    const struct crypt *crypt;    /* borrowed */
    enum metrics_version version; /* under which its calls are counted */
    struct span text;             /* what is encrypted; borrowed, no secret */
    bool encrypt_only;
    int64_t limit_ms; /* for all of it */
    probe_done_fn *done;
    void *context;
};

/* Plain memory in its owner; one probe at a time. */
struct probe {
    struct probe_options options;
    /* Two: the second starts while the first's start may still return. */
    struct crypt_job encrypt, decrypt;
    uint64_t begun; /* in the order of the key's identity */
    struct buf arn; /* of Encrypt's answer */
};

void probe_init(struct probe *probe, const struct probe_options *options);
void probe_reset(struct probe *probe);
void probe_start(struct probe *probe, int64_t now_ms);

#endif
