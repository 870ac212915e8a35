/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How each endpoint misbehaves, as told by a text such as
 *
 *   imds-token:hang,imds:status=500*2,container:torn,sso:delay=300
 *
 * An item is ENDPOINT:KIND, or ENDPOINT:KIND*N for the next N requests only. A
 * name before the first '-' ("imds") means all endpoints that begin with it.
 * Several items may be of one endpoint. Thread-safe.
 */
#ifndef METADATA_FAULTS_H
#define METADATA_FAULTS_H

#include "base/buf.h"

enum endpoint {
    ENDPOINT_IMDS_TOKEN,
    ENDPOINT_IMDS_ROLE,
    ENDPOINT_IMDS_CREDENTIALS,
    ENDPOINT_IMDS_IDENTITY,
    ENDPOINT_IMDS_REGION,
    ENDPOINT_CONTAINER,
    ENDPOINT_SSO,
    ENDPOINT_OIDC,
    ENDPOINT_COUNT,
};

/* "imds-token" and so on. */
const char *endpoint_name(enum endpoint endpoint);

enum fault_kind {
    FAULT_HANG,    /* no answer until the server ends */
    FAULT_DELAY,   /* milliseconds before the answer */
    FAULT_STATUS,  /* this HTTP status, without the answer */
    FAULT_TORN,    /* half a body */
    FAULT_TYPE,    /* the right body as text/html */
    FAULT_GARBAGE, /* status 200 with a body that is a web page */
    FAULT_EMPTY,   /* status 200 without a body */
    FAULT_COUNT,
};

/* What is to go wrong with one request: for each kind its number (1 where the
 * kind has none), or 0. */
struct fault_set {
    int64_t numbers[FAULT_COUNT];
};

struct faults;

MUST_USE enum status faults_new(struct faults **out);
void faults_free(struct faults *faults);

/* Replaces all; the empty text is good behaviour. STATUS_INVALID, and *problem
 * names the item, for what is not as above: then nothing changes. */
MUST_USE enum status faults_set(
    struct faults *faults, struct span text, struct buf *problem);

/* What is to go wrong with the next request of an endpoint. Counts it. */
struct fault_set faults_next(struct faults *faults, enum endpoint endpoint);

/* Requests of an endpoint so far. */
int64_t faults_requests(struct faults *faults, enum endpoint endpoint);

/* Waits; ends early once faults_release was called. */
void faults_wait(struct faults *faults, int64_t ms);
void faults_release(struct faults *faults);

#endif
