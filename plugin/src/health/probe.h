/* SPDX-License-Identifier: Apache-2.0 */
/* The trial of a key: Encrypt, then Decrypt of the blob it gave. */
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

/* Plain memory in its owner; one probe at a time. */
struct probe {
    const struct crypt *crypt;
    probe_done_fn *done;
    void *context;
    /* Two: the second starts while the first's start may still return. */
    struct crypt_job encrypt, decrypt;
};

void probe_init(struct probe *probe, const struct crypt *crypt,
    enum metrics_version version, probe_done_fn *done, void *context);
void probe_start(struct probe *probe, int64_t deadline_ms);

#endif
