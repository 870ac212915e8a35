/* SPDX-License-Identifier: Apache-2.0 */
/* Credentials in the JSON of programs and servers. Pure. */
#ifndef CREDENTIALS_ANSWER_JSON_H
#define CREDENTIALS_ANSWER_JSON_H

#include "credentials/provider.h"

enum answer_form {
    ANSWER_OF_PROCESS,   /* credential_process: Version 1 */
    ANSWER_OF_CONTAINER, /* ECS and EKS */
    ANSWER_OF_INSTANCE,  /* IMDS: with a Code */
    ANSWER_OF_SSO,       /* roleCredentials, time in milliseconds */
};

/*
 * Replaces *out. STATUS_INVALID for what is not of that form; *problem then
 * gets words to go behind the place: "its answer lacks AccessKeyId". An
 * instance's own failure (Code) is STATUS_UNAVAILABLE.
 */
MUST_USE enum status answer_json_read(struct span text, enum answer_form form,
    struct provided *out, struct buf *problem);

/*
 * Appends what an error's JSON says of itself: "code" or "error", "message"
 * or "error_description", shortened, printable. Nothing where it is none.
 */
void answer_json_say_error(struct span text, struct buf *out);

/* Appends at most 200 characters, control characters and such as '?'. */
void answer_say_text(struct span text, struct buf *out);

#endif
