/* SPDX-License-Identifier: Apache-2.0 */
#include "kms/key_arn.h"

#include "aws/arn.h"

#define KEY "key/"

bool
key_arn_is_multi_region(struct span text)
{
    struct arn arn;
    return arn_parse(text, &arn) == STATUS_OK &&
           span_equal_text(arn.service, "kms") &&
           span_starts_with(arn.resource, SPAN_LITERAL(KEY "mrk-"));
}

enum status
key_arn_in_region(struct span text, struct span region, struct buf *out)
{
    struct arn arn;
    struct buf made = { 0 };
    enum status st = arn_parse(text, &arn);
    if (st != STATUS_OK)
        return st;
    arn.region = region;
    st = arn_format(&arn, &made);
    if (st == STATUS_OK)
        buf_take(out, &made);
    return st;
}

static bool
same_key(const struct arn *asked, const struct arn *named, bool any_region)
{
    return span_equal(asked->resource, named->resource) &&
           span_equal(asked->account, named->account) &&
           (any_region || span_equal(asked->region, named->region));
}

bool
key_arn_answers(struct span asked, struct span named)
{
    struct arn want, have;
    bool is_arn = arn_parse(asked, &want) == STATUS_OK;
    struct span resource = is_arn ? want.resource : asked;
    if (asked.len == 0 || span_starts_with(resource, SPAN_LITERAL("alias/")))
        return true;
    if (arn_parse(named, &have) != STATUS_OK)
        return false;
    if (is_arn)
        return same_key(&want, &have, key_arn_is_multi_region(asked));
    return span_starts_with(have.resource, SPAN_LITERAL(KEY)) &&
           span_equal(span_skip(have.resource, strlen(KEY)), asked);
}
