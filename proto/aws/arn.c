/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/arn.h"

#include "aws/partition.h"

enum { ACCOUNT_LEN = 12 };

bool
arn_is_account(struct span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
    return text.len == ACCOUNT_LEN;
}

enum status
arn_parse(struct span text, struct arn *out)
{
    struct arn arn;
    struct span scheme;
    if (text.len > ARN_MAX || !span_cut(text, ':', &scheme, &text) ||
        !span_equal_text(scheme, "arn") ||
        !span_cut(text, ':', &arn.partition, &text) ||
        !span_cut(text, ':', &arn.service, &text) ||
        !span_cut(text, ':', &arn.region, &text) ||
        !span_cut(text, ':', &arn.account, &arn.resource))
        return STATUS_INVALID;
    if (arn.partition.len == 0 || arn.service.len == 0 || arn.resource.len == 0)
        return STATUS_INVALID;
    if (arn.account.len > 0 && !arn_is_account(arn.account))
        return STATUS_INVALID;
    *out = arn;
    return STATUS_OK;
}

enum status
arn_format(const struct arn *arn, struct buf *out)
{
    return buf_printf(out, "arn:%.*s:%.*s:%.*s:%.*s:%.*s",
        SPAN_ARG(arn->partition), SPAN_ARG(arn->service), SPAN_ARG(arn->region),
        SPAN_ARG(arn->account), SPAN_ARG(arn->resource));
}

struct span
arn_partition(struct span region)
{
    return span_text(partition_of(region)->name);
}

enum status
arn_append_key(struct span region, struct span account, struct span key_id,
    struct buf *out)
{
    return buf_printf(out, "arn:%.*s:kms:%.*s:%.*s:key/%.*s",
        SPAN_ARG(arn_partition(region)), SPAN_ARG(region), SPAN_ARG(account),
        SPAN_ARG(key_id));
}

enum status
arn_append_alias(
    struct span region, struct span account, struct span alias, struct buf *out)
{
    return buf_printf(out, "arn:%.*s:kms:%.*s:%.*s:%.*s",
        SPAN_ARG(arn_partition(region)), SPAN_ARG(region), SPAN_ARG(account),
        SPAN_ARG(alias));
}
