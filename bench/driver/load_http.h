/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A closed loop of HTTP requests over kept connections of 127.0.0.1: each
 * sends the same bytes, waits for the answer, and sends again.
 */
#ifndef DRIVER_LOAD_HTTP_H
#define DRIVER_LOAD_HTTP_H

#include "driver/measure.h"

struct load_http {
    uint16_t port;
    struct span request; /* whole, as it goes over the wire */
    size_t connections;
    uint64_t requests; /* in all */
    pid_t server;      /* whose CPU time counts */
};

/* The port at the end of "http://HOST:PORT". STATUS_INVALID without one. */
MUST_USE enum status load_http_port(const char *url, uint16_t *port);

/* Every answer must be a 200. On failure one line in *problem. */
MUST_USE enum status load_http_run(
    const struct load_http *load, struct measure *out, struct buf *problem);

#endif
