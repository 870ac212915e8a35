/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The second listener, for those who run the emulator: metrics, reset, the
 * resource clock. It blocks while a change becomes durable, so it has an HTTP
 * server of its own with one thread. Answers are JSON, errors
 * {"error":"..."}; metrics are Prometheus' text.
 *
 *   GET  /health
 *   GET  /metrics
 *   POST /reset[?account=N]                  forget, and seed again
 *   GET  /clock[?account=N]                  {"now":"2026-11-22T12:00:00Z"}
 *   POST /clock?advance=9600h[&account=N]    the same, after the step
 *   /faults…                                 see admin/fault_routes.h
 */
#ifndef ADMIN_ADMIN_H
#define ADMIN_ADMIN_H

#include "api/service.h"
#include "http/metrics.h"

struct faults;

struct admin {
    struct service *service;            /* borrowed */
    struct faults *faults;              /* borrowed; NULL: none can be asked */
    const struct http_metrics *metrics; /* of the main listener; borrowed */
};

/* An http_handler_fn whose context is a struct admin. */
void admin_handle(void *admin, const struct service_request *request,
    service_done_fn *done, void *done_context);

#endif
