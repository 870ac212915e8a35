/* SPDX-License-Identifier: Apache-2.0 */
/* What stands on the main port: /health, and the service for all else. */
#ifndef HTTP_FRONT_H
#define HTTP_FRONT_H

#include "api/service.h"

/* An http_handler_fn whose context is the struct service. */
void http_front_handle(void *service, const struct service_request *request,
    service_done_fn *done, void *done_context);

/* 200 {"status":"ok","version":...}, appended to the answer's empty body. */
void http_front_health(struct service_answer *answer);

#endif
