/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The HTTP health checks over all keys: 200 "OK", or 500 and what is wrong
 * with the first key that cannot be used, or whose socket cannot be found.
 */
#ifndef CHECKS_H
#define CHECKS_H

#include "http/http_server.h"
#include "instance.h"

struct checks {
    struct instance *const *instances; /* borrowed */
    size_t count;
    /* Throttling, and what the key's owner did, are no reason to restart the
     * plugin: a liveness check. */
    bool forgiving;
};

/* An http_route handler; its context is a struct checks. */
void checks_handle(void *context, struct http_reply *reply);

#endif
