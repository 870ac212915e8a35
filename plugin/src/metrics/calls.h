/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is counted of calls to KMS: the two families of kubernetes-sigs/
 * aws-encryption-provider with its names, labels and buckets, and durations in
 * seconds by cause. A series appears with its first call. Thread-safe.
 */
#ifndef METRICS_CALLS_H
#define METRICS_CALLS_H

#include "k8s/grpc_error.h"
#include "metrics/metrics.h"

struct metrics_key;

enum metrics_operation {
    METRICS_ENCRYPT,
    METRICS_DECRYPT,
    METRICS_OPERATION_COUNT
};
enum metrics_version { METRICS_V1, METRICS_V2, METRICS_VERSION_COUNT };
enum metrics_result {
    METRICS_SUCCESS,
    METRICS_FAILURE,
    METRICS_THROTTLED,
    METRICS_CORRUPTION,
    METRICS_RESULT_COUNT
};

struct metrics_call {
    enum metrics_operation operation;
    enum metrics_version version;
    enum metrics_result result;
    enum grpc_code code;
    unsigned attempts;  /* requests that were sent */
    struct span region; /* that answered; empty: none did */
    int64_t duration_ms;
};

/* The series of one key, which live as long as `metrics`; a key that was added
 * before has the same again. */
MUST_USE enum status metrics_add_key(
    struct metrics *metrics, struct span key_id, struct metrics_key **out);

/* A call is under way, and is not any more. */
void metrics_begin(struct metrics_key *key, enum metrics_operation operation);
void metrics_end(struct metrics_key *key, enum metrics_operation operation);

/* What it came to. */
void metrics_record(struct metrics_key *key, const struct metrics_call *call);

#endif
