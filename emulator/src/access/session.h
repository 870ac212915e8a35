/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sessions of assumed roles: temporary access keys. Nothing of a session is
 * kept: its token holds all there is to know, the secret too, sealed under a
 * key that follows from the root key. So sessions outlive a restart and cost
 * no memory, and whoever has another root key cannot read them. Thread-safe.
 *
 * A token: base64 of a sealed record (keys/seal.h) of the lines that
 * session_make writes.
 */
#ifndef ACCESS_SESSION_H
#define ACCESS_SESSION_H

#include "base/random.h"

enum {
    SESSION_KEY_ID_LEN = 20, /* "ASIA" and 16 of A-Z2-7 */
    SESSION_SECRET_LEN = 40,
    SESSION_NAME_MAX = 64, /* of a role, and of a session */
    SESSION_PARTITION_MAX = 15,
    SESSION_TOKEN_MAX = 1024,
};

/* Whose session it is: nobody's (all empty), or a role's. */
struct session_role {
    char partition[SESSION_PARTITION_MAX + 1];
    char account[12 + 1];
    char role[SESSION_NAME_MAX + 1]; /* without its path */
    char name[SESSION_NAME_MAX + 1]; /* of the session */
};

/*
 * Reads the ARN of an IAM role. STATUS_INVALID for another text, or a session
 * name that is empty, too long or has other letters than \w+=,.@-.
 */
MUST_USE enum status session_role_of(
    struct span role_arn, struct span name, struct session_role *out);

/* Appends arn:PARTITION:sts::ACCOUNT:assumed-role/ROLE/SESSION. */
MUST_USE enum status session_role_arn(
    const struct session_role *role, struct buf *out);

/* Appends AROA…:SESSION; the first half is the same for a role always. */
MUST_USE enum status session_role_id(
    const struct session_role *role, struct buf *out);

struct session {
    struct session_role role;
    int64_t expires_ms;
    char access_key_id[SESSION_KEY_ID_LEN + 1];
    char secret[SESSION_SECRET_LEN + 1];
};
/* Wipes. */
void session_reset(struct session *session);

struct session_sealer;

/* `root_key`: 32 bytes; only what follows from them is kept. */
MUST_USE enum status session_sealer_new(
    struct span root_key, struct random random, struct session_sealer **out);
void session_sealer_free(struct session_sealer *sealer);

/* Makes a session, and appends its token. */
MUST_USE enum status session_make(struct session_sealer *sealer,
    const struct session_role *role, int64_t expires_ms, struct session *out,
    struct buf *token);

/* Reads a token, expired or not. STATUS_AUTHENTIC for what is no token made
 * under this root key. */
MUST_USE enum status session_open(
    struct session_sealer *sealer, struct span token, struct session *out);

/* Whether an access key id is one of a session. */
bool session_is_key_id(struct span access_key_id);

#endif
