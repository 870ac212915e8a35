/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The HTTP health checks over all keys: 200 "OK", or 500 and what is wrong
 * with the first key that cannot be used, or whose socket cannot be found.
 * With ?verbose a line for each key: "[+]KEY ok" or "[-]KEY what is wrong".
 */
#ifndef CHECKS_H
#define CHECKS_H

#include "http/http_server.h"
#include "instance.h"

struct checks {
    struct instance *const *instances; /* borrowed */
    size_t count;
    enum metrics_version version; /* the API that is asked about */
    /* Whether the socket's file must be there. */
    bool reaches;
    /* Throttling, and what the key's owner did, are no reason to restart the
     * plugin: a liveness check. */
    bool forgiving;
    /* A readiness check: calls must be taken, and a key that was good once
     * stays so. */
    bool lasting;
};

/* An http_route handler; its context is a struct checks. */
void checks_handle(void *context, struct http_reply *reply);

#endif
