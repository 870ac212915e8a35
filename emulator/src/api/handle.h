/* SPDX-License-Identifier: Apache-2.0 */
/* One request from its bytes to its answer. */
#ifndef API_HANDLE_H
#define API_HANDLE_H

#include "api/parts.h"
#include "api/service.h"

/* As service_handle. */
void handle_request(const struct parts *parts,
    const struct service_request *request, service_done_fn *done,
    void *context);

#endif
