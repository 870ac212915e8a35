/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What KMS, STS or a proxy before them says about a request may quote the
 * request, and a program that fails its answer: a plaintext or a secret key in
 * base64. Such a quotation must not reach a log or an error.
 */
#ifndef REDACT_REDACT_H
#define REDACT_REDACT_H

#include "base/buf.h"

/* Appends the text as printable UTF-8 in one line. */
MUST_USE enum status redact_print(struct buf *out, struct span text);

/*
 * The same with "[redacted]" for each run of 20 characters of base64 or more
 * that mixes upper case, lower case and digits, unless it stands in an ARN or a
 * URL. Ids of keys and requests are hexadecimal, ids of access keys upper case:
 * both stay.
 */
MUST_USE enum status redact_append(struct buf *out, struct span text);

#endif
