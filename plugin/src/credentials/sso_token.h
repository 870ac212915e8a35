/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The token that `aws sso login` leaves in ~/.aws/sso/cache, in a file named
 * by the SHA-1 of the session's name (of the start URL in the old form).
 * Pure, but for sso_token_path.
 */
#ifndef CREDENTIALS_SSO_TOKEN_H
#define CREDENTIALS_SSO_TOKEN_H

#include "base/buf.h"

/* Empty where the file does not have it. */
struct sso_token {
    struct buf access_token, refresh_token;
    struct buf client_id, client_secret;
    struct buf region, start_url;
    struct buf registration_expires_at; /* as it stands there */
    int64_t expires_ms;
};
void sso_token_reset(struct sso_token *token);

/* Appends the path. STATUS_NOT_FOUND where HOME is not set. */
MUST_USE enum status sso_token_path(struct span name, struct buf *path);

/* Fills *out, which is empty before and reset by the caller in any case.
 * STATUS_INVALID, and words for *problem, for what is no such file. */
MUST_USE enum status sso_token_read(
    struct span text, struct sso_token *out, struct buf *problem);

/* Takes a CreateToken answer over into the token. */
MUST_USE enum status sso_token_renew(struct span answer, int64_t now_ms,
    struct sso_token *token, struct buf *problem);

/* Appends the file's text. */
MUST_USE enum status sso_token_write(
    const struct sso_token *token, struct buf *out);

#endif
