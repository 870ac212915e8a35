/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One key and its socket: what answers gRPC calls there. Several run side by
 * side over one client of KMS. Started and stopped by one thread.
 */
#ifndef INSTANCE_H
#define INSTANCE_H

#include "health/health.h"
#include "service/service.h"

struct instance;

struct instance_options {
    const char *path;   /* borrowed */
    struct crypt crypt; /* what it holds is borrowed */
    enum service_status_failure status_failure;
    enum metrics_version health_version;
    int64_t health_cache_ms;
};

/* Claims the socket. On failure *problem gets one line for a person. */
MUST_USE enum status instance_new(const struct instance_options *options,
    struct instance **out, struct buf *problem);

/* Starts the first health probe, and takes calls from here on. */
MUST_USE enum status instance_accept(struct instance *i);

struct health *instance_health(const struct instance *i);

/* Whether its socket's file is still there. Any thread. */
bool instance_is_reachable(const struct instance *i);

/* Gives the socket up and takes no more calls; those under way go on. */
void instance_refuse(struct instance *i);

/* As rpc_server_stop; then health is stopped too. After instance_refuse. */
MUST_USE enum status instance_stop(
    struct instance *i, int64_t grace_ms, int64_t cancel_ms);

/* After instance_stop said STATUS_OK and the client of KMS was freed. */
void instance_free(struct instance *i);

#endif
