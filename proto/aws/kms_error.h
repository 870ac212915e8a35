/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The errors of AWS KMS as they are on the wire, in one table for the side
 * that answers and the side that reads. Constant data; thread-safe.
 */
#ifndef AWS_KMS_ERROR_H
#define AWS_KMS_ERROR_H

#include "base/buf.h"

enum kms_error {
    KMS_ERROR_NONE, /* no error; it has no type and no status */
#define KMS_ERROR(symbol, type, status, member, text) KMS_ERROR_##symbol,
#include "aws/kms_error.def"
#undef KMS_ERROR
    KMS_ERROR_COUNT,
};

/* The bare type as in "__type", e.g. "NotFoundException"; NULL for NONE. */
const char *kms_error_type(enum kms_error error);

/* 400 for nearly all; 0 for NONE. */
unsigned kms_error_http_status(enum kms_error error);

/* What AWS always says with this error; "" where there is no such text. */
const char *kms_error_text(enum kms_error error);

/*
 * Finds an error by what a service sent as "__type" or x-amzn-ErrorType:
 * a prefix up to '#' and a suffix from ':' do not count. KMS_ERROR_NONE for
 * a type that is not in the table.
 */
enum kms_error kms_error_from_type(struct span type);

/*
 * Appends the JSON body: {"__type":"…","message":"…"}. The member is called
 * "Message" for the few types where AWS does so, and is left out when
 * `message` is empty, as AWS does for InvalidCiphertextException.
 */
MUST_USE enum status kms_error_write(
    enum kms_error error, struct span message, struct buf *out);

#endif
