/* SPDX-License-Identifier: Apache-2.0 */
/* AWS STS: sessions of assumed roles. */
#ifndef HTTP_STS_H
#define HTTP_STS_H

#include "http/kms.h"

struct sts_session {
    struct buf access_key_id, secret_access_key, token;
    struct buf expiration; /* 2026-11-22T12:00:00Z */
};
void sts_session_reset(struct sts_session *session);

/*
 * Reads an answer to AssumeRole; *session is unchanged on failure.
 * STATUS_DENIED: an error, STATUS_INVALID: without credentials. One line for a
 * person is appended to *problem.
 */
MUST_USE enum status sts_read(unsigned http_status, struct span body,
    struct sts_session *session, struct buf *problem);

/*
 * AssumeRole; *session must be empty. An error answer is STATUS_DENIED, one
 * that cannot be read STATUS_INVALID; other failures are those of http_send.
 * One line for a person is appended to *problem.
 */
MUST_USE enum status sts_assume_role(const struct kms_account *account,
    const char *role_arn, const char *session_name, struct sts_session *session,
    struct buf *problem);

#endif
