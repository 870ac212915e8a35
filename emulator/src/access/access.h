/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is calling: the account, from the access key, and the Region, from the
 * credential scope. A signature made with a registered access key is checked;
 * other access keys are let in as the root of the account that they name (12
 * digits) or of the default one. Thread-safe.
 *
 * Source of the refusals' words: the IAM User Guide, "Troubleshoot Signature
 * Version 4 signing", and what AWS JSON services answer.
 */
#ifndef ACCESS_ACCESS_H
#define ACCESS_ACCESS_H

#include "access/registry.h"
#include "aws/sigv4.h"
#include "base/clock.h"

enum { CALLER_REGION_MAX = 32 };

struct caller {
    char account[REGISTRY_ACCOUNT_LEN + 1];
    char region[CALLER_REGION_MAX + 1];
};

enum access_verdict {
    ACCESS_GRANTED,
    ACCESS_MISSING_TOKEN,     /* nothing that says who calls */
    ACCESS_INCOMPLETE,        /* a part of the signature is missing */
    ACCESS_INVALID_SIGNATURE, /* wrong, out of date, or for another service */
};

struct access_options {
    struct clock wire_clock;
    struct span default_account; /* 12 digits */
    struct span default_region;  /* for a scope with an empty one */
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

#endif
