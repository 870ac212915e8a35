/* SPDX-License-Identifier: Apache-2.0 */
/* What the four methods that need KMS have in common: from the bytes to be
 * encrypted or decrypted to the answer that is sent. */
#ifndef SERVICE_REQUEST_H
#define SERVICE_REQUEST_H

#include "service/service.h"

/* First byte of every ciphertext, in front of KMS's own blob. */
enum { REQUEST_STORAGE_VERSION = '1' };

struct request_kind {
    enum kms_operation operation;
    enum metrics_version version;
    /* Appends the response message around what KMS gave; for Encrypt the
     * storage version stands in front already, and v2's key_id is text that
     * ends with a NUL. */
    enum status (*encode)(
        struct span bytes, const struct buf *key_id, struct buf *out);
};

/* Takes the call. The bytes are copied. */
void request_start(struct service *service, const struct request_kind *kind,
    struct rpc_call *call, struct span bytes);

/* Takes the call, whose bytes cannot be a ciphertext of ours. */
void request_refuse(
    const struct service *service, struct rpc_call *call, struct span text);

#endif
