/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is calling: the account, from the access key, and the Region, from the
 * credential scope. A signature made with a registered access key, or with that
 * of a session, is checked; other access keys are let in as the root of the
 * account that they name (12 digits) or of the default one. Thread-safe.
 *
 * Source of the refusals' words: the IAM User Guide, "Troubleshoot Signature
 * Version 4 signing", and what AWS JSON services answer.
 */
#ifndef ACCESS_ACCESS_H
#define ACCESS_ACCESS_H

#include "access/caller.h"
#include "aws/sigv4.h"
#include "base/clock.h"

enum access_verdict {
    ACCESS_GRANTED,
    ACCESS_MISSING_TOKEN,     /* nothing that says who calls */
    ACCESS_INCOMPLETE,        /* a part of the signature is missing */
    ACCESS_INVALID_SIGNATURE, /* wrong, out of date, or for another service */
    ACCESS_INVALID_TOKEN,     /* not the session token of that access key */
    ACCESS_EXPIRED_TOKEN,     /* of a session that is over */
};

struct access_options {
    struct clock wire_clock;
    struct span default_account; /* 12 digits */
    struct span default_region;  /* for a scope with an empty one */
    struct span root_key;        /* 32 bytes; seals session tokens */
    struct random random;
    int64_t session_seconds; /* the most that a session lasts; 0: as asked */
};

struct access;

/* STATUS_INVALID for an account or Region that is not of its form. */
MUST_USE enum status access_new(
    const struct access_options *options, struct access **out);
void access_free(struct access *access);

/* Whether a text can be a Region: 1 to 32 of a-z, 0-9 and '-'. */
bool access_is_region(struct span text);

/* As registry_add. */
MUST_USE enum status access_register(struct access *access,
    struct span access_key_id, struct span secret, struct span account);

/*
 * Tells who signed a request for `service` ("kms"). *verdict is set, and
 * *caller when it is ACCESS_GRANTED; else what AWS says is appended to
 * *message. Another status than STATUS_OK: it could not be told.
 */
MUST_USE enum status access_check(struct access *access,
    const struct sigv4_request *request, struct span body, const char *service,
    struct caller *caller, enum access_verdict *verdict, struct buf *message);

/* Makes a session that lasts so many seconds of wire time, or as long as the
 * options allow, and appends its token. The caller resets it. */
MUST_USE enum status access_issue(struct access *access,
    const struct session_role *role, int64_t seconds, struct session *out,
    struct buf *token);

/* Wire time. */
int64_t access_now_ms(const struct access *access);

#endif
