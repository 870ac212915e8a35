/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Kubernetes KMS APIs v1beta1 and v2 for one key, as handlers of gRPC
 * calls. Bytes, versions and ids are those of kubernetes-sigs/
 * aws-encryption-provider, so that either reads what the other wrote.
 */
#ifndef SERVICE_SERVICE_H
#define SERVICE_SERVICE_H

#include "crypt/crypt.h"
#include "grpc/rpc_server.h"
#include "health/health.h"

/* What Status does when the key cannot be used. */
enum service_status_failure {
    /* An RPC error: kube-apiserver stops writing after three minutes. */
    SERVICE_STATUS_ERROR,
    /* healthz "err": it goes on writing for ever, kubernetes#138950. */
    SERVICE_STATUS_HEALTHZ,
};

/* All borrowed; kept as long as the server calls the methods. */
struct service {
    const struct crypt *crypt;
    struct health *health;
    enum service_status_failure status_failure;
    _Atomic size_t in_flight; /* Encrypts and Decrypts; starts at 0 */
};

enum {
    SERVICE_METHOD_COUNT = 6,
    SERVICE_MESSAGE_MAX = 64 * 1024, /* annotations alone may have 32 KiB */
    SERVICE_IN_FLIGHT_MAX = 4096,    /* more are refused */
    SERVICE_DEADLINE_MS = 10 * 1000, /* for callers that set none */
    SERVICE_STATUS_WAIT_MS = 50,     /* how long Status waits for a probe */
};

/* Their context is a struct service. */
extern const struct rpc_method service_methods[SERVICE_METHOD_COUNT];

#endif
