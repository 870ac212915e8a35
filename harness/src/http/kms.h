/* SPDX-License-Identifier: Apache-2.0 */
/* AWS KMS operations, signed: what the harness needs to make and list keys. */
#ifndef HTTP_KMS_H
#define HTTP_KMS_H

#include "base/buf.h"

/* Whom to ask, and as whom. Borrowed texts. */
struct kms_account {
    const char *endpoint; /* URL */
    const char *region;
    const char *access_key_id;
    const char *secret_access_key;
};

/*
 * Sends `operation` (e.g. "CreateKey") with a JSON body and appends the JSON
 * of the answer. An error answer of KMS is STATUS_DENIED; other failures are
 * those of http_send. One line for a person is appended to *problem.
 */
MUST_USE enum status kms_call(const struct kms_account *account,
    const char *operation, struct span body, struct buf *answer,
    struct buf *problem);

/* The same for operations that need a KeyId (id, ARN or alias) alone. */
MUST_USE enum status kms_call_on_key(const struct kms_account *account,
    const char *operation, const char *key, struct buf *answer,
    struct buf *problem);

/* CreateKey with a description; appends the new key's ARN. */
MUST_USE enum status kms_create_key(const struct kms_account *account,
    const char *description, struct buf *arn, struct buf *problem);

/* DescribeKey of an id, ARN or alias; appends the key's ARN. */
MUST_USE enum status kms_find_key(const struct kms_account *account,
    const char *key, struct buf *arn, struct buf *problem);

/* Points an alias that is there to a key. */
MUST_USE enum status kms_point_alias(const struct kms_account *account,
    const char *alias, const char *key, struct buf *problem);

/* Appends the ARN of the key that `alias` ("alias/…") points at; where there
 * is no such alias, makes it and a key for it. */
MUST_USE enum status kms_ensure_alias(const struct kms_account *account,
    const char *alias, struct buf *arn, struct buf *problem);

#endif
