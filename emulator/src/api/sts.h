/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AWS STS on the same port, in the query protocol (form or query in, XML out),
 * with headers or as a presigned URL: GetCallerIdentity, AssumeRole and
 * AssumeRoleWithWebIdentity.
 */
#ifndef API_STS_H
#define API_STS_H

#include "api/parts.h"
#include "api/service.h"

/* Whether a request is for STS: a form, or a GET whose query has an Action. */
bool sts_is_meant(const struct service_request *request);

void sts_answer(const struct parts *parts,
    const struct service_request *request, struct service_answer *answer);

#endif
