/* SPDX-License-Identifier: Apache-2.0 */
/* Requests with their own signature, and what can be wrong with them. */
#ifndef TEST_SUPPORT_SIGN_H
#define TEST_SUPPORT_SIGN_H

#include "support_api.h"

#define SIGN_KEY_ID "AKIDEXAMPLE"
#define SIGN_SECRET "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
#define SIGN_REQUEST_ID "5e3a7f0c-1111-4222-8333-0123456789ab"

enum { SIGN_HEADERS = 6 };

struct signed_request {
    const char *method, *query, *body, *service;
    const char *key_id;       /* NULL: SIGN_KEY_ID */
    const char *secret;       /* signed with; NULL: the right one */
    const char *token;        /* of a session; NULL: none */
    const char *sent_body;    /* other than what was signed */
    const char *content_type; /* NULL: that of JSON, for ListKeys */
    int64_t skew_ms;          /* of the date it says */
};

/* Signs it, asks, and returns the HTTP status. */
unsigned ask_signed(struct asker *asker, const struct signed_request *made);

#endif
