/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Amazon Resource Names: arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE, where
 * a resource may itself hold colons. Values are spans that borrow.
 */
#ifndef AWS_ARN_H
#define AWS_ARN_H

#include "base/buf.h"

enum { ARN_MAX = 2048 };

struct arn {
    struct span partition; /* "aws", "aws-cn", "aws-us-gov", … */
    struct span service;
    struct span region;   /* may be empty (IAM) */
    struct span account;  /* may be empty; else 12 digits */
    struct span resource; /* all after the fifth colon: "key/1234abcd-…" */
};

/* STATUS_INVALID for what has not the six parts, or an account not of 12
 * digits; *out borrows from text. */
MUST_USE enum status arn_parse(struct span text, struct arn *out);

/* Appends the text of an ARN. */
MUST_USE enum status arn_format(const struct arn *arn, struct buf *out);

/* The partition a Region is in: "aws-cn" for "cn-north-1". Static text. */
struct span arn_partition(struct span region);

/* Appends arn:PARTITION:kms:REGION:ACCOUNT:key/ID. */
MUST_USE enum status arn_append_key(struct span region, struct span account,
    struct span key_id, struct buf *out);

/* Appends arn:PARTITION:kms:REGION:ACCOUNT:ALIAS, where the alias is given
 * with its prefix: "alias/name". */
MUST_USE enum status arn_append_alias(struct span region, struct span account,
    struct span alias, struct buf *out);

/* Whether the text is 12 decimal digits. */
bool arn_is_account(struct span text);

#endif
