/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Kubernetes KMS APIs v1beta1 and v2 for one key, as handlers of gRPC
 * calls. Bytes, versions and ids are those of kubernetes-sigs/
 * aws-encryption-provider, so that either reads what the other wrote.
 */
#ifndef SERVICE_SERVICE_H
#define SERVICE_SERVICE_H

#include "compat/behaviour.h"
#include "crypt/coalesce.h"
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
    const struct behaviour *behaviour;
    const struct crypt *crypt;
    struct health *health;
    struct coalesce *decrypts;
    enum service_status_failure status_failure;
    _Atomic size_t in_flight; /* Encrypts and Decrypts; starts at 0 */
};

enum {
    SERVICE_METHOD_COUNT = 6,
    SERVICE_IN_FLIGHT_MAX = 4096, /* more are refused */
    SERVICE_STATUS_WAIT_MS = 50,  /* how long Status waits for a probe */
    /* The same where a probe may teach another key_id: an apiserver that got
     * the old one asks again only after a minute. */
    SERVICE_STATUS_LEARN_MS = 1000,
    SERVICE_STATUS_PATIENT_MS = 6000, /* and where behaviour has it wait */
};

/* Their context is a struct service. */
extern const struct rpc_method service_methods[SERVICE_METHOD_COUNT];

#endif
