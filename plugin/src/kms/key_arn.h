/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the ARNs of keys tell: a multi-Region key ("key/mrk-…") is the same key
 * in each Region that it was replicated to. Pure.
 */
#ifndef KMS_KEY_ARN_H
#define KMS_KEY_ARN_H

#include "base/buf.h"

/* Whether the text is the ARN of a multi-Region key. */
bool key_arn_is_multi_region(struct span text);

/* Sets *out to the same ARN with another Region; STATUS_INVALID where the text
 * is no ARN. */
MUST_USE enum status key_arn_in_region(
    struct span text, struct span region, struct buf *out);

/*
 * Whether a key that KMS names by its ARN can be the one that was asked for,
 * which may be an id, an ARN or an alias (behind which any key may be).
 */
bool key_arn_answers(struct span asked, struct span named);

#endif
