/* SPDX-License-Identifier: Apache-2.0 */
/* A POST to an AWS service, signed with Signature Version 4. */
#ifndef HTTP_SIGNED_H
#define HTTP_SIGNED_H

#include "http/http.h"
#include "http/kms.h"

struct signed_call {     /* all borrowed */
    const char *service; /* as in the credential scope: "kms" */
    const char *content_type;
    const char *target; /* X-Amz-Target; NULL: none is sent */
    struct span body;
};

/* As http_send. */
MUST_USE enum status signed_send(const struct kms_account *account,
    const struct signed_call *call, struct http_answer *answer,
    struct buf *problem);

#endif
