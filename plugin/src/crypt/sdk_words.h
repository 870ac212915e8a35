/* SPDX-License-Identifier: Apache-2.0 */
/* A failure in the words of aws-encryption-provider, which passes on those of
 * the AWS SDK for Go v2: for --compat aep, as people search logs for them. */
#ifndef CRYPT_SDK_WORDS_H
#define CRYPT_SDK_WORDS_H

#include "kms/kms.h"

/* Appends "failed to encrypt operation error KMS: Encrypt, …". Valid UTF-8
 * without control characters and secrets, at most FAILURE_TEXT_MAX bytes. */
MUST_USE enum status sdk_words_describe(const struct kms_result *result,
    enum kms_operation operation, struct buf *out);

#endif
