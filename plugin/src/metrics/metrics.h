/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counters of calls to KMS, with the names, labels and buckets that
 * kubernetes-sigs/aws-encryption-provider has. A series appears with its first
 * call. Thread-safe.
 */
#ifndef METRICS_METRICS_H
#define METRICS_METRICS_H

#include "base/buf.h"

struct metrics;
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
    int64_t duration_ms;
};

MUST_USE enum status metrics_new(struct metrics **out);
void metrics_free(struct metrics *metrics);

/* The series of one key, which live as long as `metrics`; a key that was added
 * before has the same again. */
MUST_USE enum status metrics_add_key(
    struct metrics *metrics, struct span key_id, struct metrics_key **out);

void metrics_record(struct metrics_key *key, const struct metrics_call *call);

/* Appends the text format of Prometheus (version 0.0.4). */
MUST_USE enum status metrics_render(struct metrics *metrics, struct buf *out);

#endif
