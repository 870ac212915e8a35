/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The connection from an apiserver to its plugin's socket as grpc-go keeps it:
 * while nobody listens it is tried again after 1 s, then each time 1.6 times
 * later, 120 s at most. Calls that come between two tries fail with
 * DeadlineExceeded, also when the plugin is back already: a plugin that was
 * away for four minutes can be without callers for another two. (grpc-go adds
 * 20 % to each pause or takes them off, by chance; here there is no chance.)
 * Used by one thread.
 */
#ifndef MODEL_RECONNECT_H
#define MODEL_RECONNECT_H

#include "base/clock.h"
#include "k8s/kms_service.h"

struct reconnect;

struct reconnect_options {
    /* Whether somebody accepts connections on the socket now. */
    bool (*answers)(void *context);
    void *context;
    struct clock clock; /* the model's */
    /* The plugin behind it; the tables are copied. */
    struct kms_service_v1 v1;
    struct kms_service_v2 v2;
};

MUST_USE enum status reconnect_new(
    const struct reconnect_options *options, struct reconnect **out);
void reconnect_free(struct reconnect *link);

/* The plugin as it is seen through the connection; valid as long as *link. */
struct kms_service_v1 reconnect_v1(struct reconnect *link);
struct kms_service_v2 reconnect_v2(struct reconnect *link);

#endif
