/* SPDX-License-Identifier: Apache-2.0 */
#include "access/caller.h"

#include "aws/arn.h"

enum status
caller_arn(const struct caller *caller, struct buf *out)
{
    if (caller->role.role[0] != '\0')
        return session_role_arn(&caller->role, out);
    return buf_printf(out, "arn:%.*s:iam::%s:root",
        SPAN_ARG(arn_partition(span_text(caller->region))), caller->account);
}

enum status
caller_user_id(const struct caller *caller, struct buf *out)
{
    if (caller->role.role[0] != '\0')
        return session_role_id(&caller->role, out);
    return buf_append_text(out, caller->account);
}
