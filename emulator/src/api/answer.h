/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Filling in answers. Each function replaces what stood in the answer. When
 * memory is too short for a body, the answer becomes a bare 500.
 */
#ifndef API_ANSWER_H
#define API_ANSWER_H

#include "api/service.h"
#include "aws/kms_error.h"

/* A body of JSON, moved out of *body; empty: an answer without a body. */
void answer_json(
    struct service_answer *answer, unsigned http_status, struct buf *body);

/* {"__type":…,"message":…}; an empty message is left out. */
void answer_error(
    struct service_answer *answer, enum kms_error error, struct span message);

/* A body of XML, moved out of *body. */
void answer_xml(
    struct service_answer *answer, unsigned http_status, struct buf *body);

/*
 * What AWS sends before it knows which protocol is spoken: <TYPE/>, or TYPE
 * with a message inside. `type` is static.
 */
void answer_bare_error(struct service_answer *answer, unsigned http_status,
    const char *type, const char *message);

/* Memory is short, or worse: 500 without a body. */
void answer_failure(struct service_answer *answer);

#endif
