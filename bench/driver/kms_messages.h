/* SPDX-License-Identifier: Apache-2.0 */
/* The requests that a load sends to a KMS v2 plugin again and again. */
#ifndef DRIVER_KMS_MESSAGES_H
#define DRIVER_KMS_MESSAGES_H

#include "base/buf.h"

/* As many calls of Decrypt under way ask for different bytes: a plugin may
 * share one KMS call among those that ask for the same. */
enum { KMS_MESSAGES = 32 };

struct kms_messages {
    struct buf encrypt; /* EncryptRequest of a seed */
    /* DecryptRequests of what the plugin made of it, each time another. */
    struct buf decrypt[KMS_MESSAGES];
};

/* Asks the plugin at `endpoint`. On failure one line in *problem. */
MUST_USE enum status kms_messages_make(
    const char *endpoint, struct kms_messages *out, struct buf *problem);
void kms_messages_reset(struct kms_messages *messages);

#endif
