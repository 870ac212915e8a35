/* SPDX-License-Identifier: Apache-2.0 */
/* The endpoints' own work, and what they share. For services.c. */
#ifndef METADATA_HANDLERS_H
#define METADATA_HANDLERS_H

#include "base/json_writer.h"
#include "metadata/services.h"

#define TYPE_JSON "application/json"
#define TYPE_TEXT "text/plain"

typedef void handler_fn(const struct services *services,
    const struct server_request *request, struct server_answer *answer);

handler_fn imds_token, imds_token_method, imds_role, imds_credentials,
    imds_identity, imds_region;
handler_fn container_credentials;
handler_fn sso_role_credentials, sso_create_token;

/* Whether a request of IMDS may be answered; else the answer is filled in. */
bool imds_admits(const struct services *services,
    const struct server_request *request, struct server_answer *answer);

/* An answer of text, replacing what stood there. */
void answer_text(struct server_answer *answer, unsigned status,
    const char *content_type, const char *text);

/* Answers with what was written to the answer's body; `status` is that of the
 * writing. */
void answer_written(
    struct server_answer *answer, struct json_writer *w, enum status status);

/*
 * Gets a session; false, and the answer is a 500 that says why, where there
 * is none to be had.
 */
bool session_new(const struct services *services, const char *name,
    struct sts_session *session, struct server_answer *answer);

#endif
