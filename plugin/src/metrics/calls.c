/* SPDX-License-Identifier: Apache-2.0 */
#include "metrics/calls.h"

#include "metrics/metrics_internal.h"

#include <stdlib.h>

enum { CODE_COUNT = GRPC_CODE_UNAUTHENTICATED + 1 };

/* Those of the other plugin: milliseconds, 2 to 16384. */
static const int64_t bounds_ms[] = { 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024,
    2048, 4096, 8192, 16384 };
/* Of our own: 1 ms to 10 s, the apiserver's 3 s among them. */
static const int64_t bounds_s[] = { 1, 2, 5, 10, 25, 50, 100, 250, 500, 1000,
    2000, 3000, 5000, 10000 };

static const struct metrics_family operations = {
    .name = "aws_encryption_provider_kms_operations",
    .help = "Calls to KMS",
    .kind = METRICS_COUNTER,
    .quiet = true,
    .labels = { "key_arn", "operation", "status", "version" },
};
static const struct metrics_family latency = {
    .name = "aws_encryption_provider_kms_operation_latency_ms",
    .help = "Duration of calls to KMS in milliseconds, with their retries",
    .kind = METRICS_HISTOGRAM,
    .quiet = true,
    .labels = { "key_arn", "operation", "status", "version" },
    .bounds = bounds_ms,
    .bound_count = ARRAY_LEN(bounds_ms),
};
static const struct metrics_family duration = {
    .name = "aws_kms_plugin_call_duration_seconds",
    .help = "Duration of calls to KMS, with their retries, by gRPC code",
    .kind = METRICS_HISTOGRAM,
    .decimals = 3,
    .quiet = true,
    .labels = { "code", "key", "operation" },
    .bounds = bounds_s,
    .bound_count = ARRAY_LEN(bounds_s),
};
static const struct metrics_family in_flight = {
    .name = "aws_kms_plugin_calls_in_flight",
    .help = "Calls to KMS under way",
    .kind = METRICS_GAUGE,
    .labels = { "key", "operation" },
};

static const struct metrics_family requests = {
    .name = "aws_kms_plugin_requests",
    .help = "HTTP requests to KMS, those of retries counted",
    .kind = METRICS_COUNTER,
    .labels = { "key", "operation" },
};
static const struct metrics_family answers = {
    .name = "aws_kms_plugin_answers",
    .help = "Calls that KMS answered, by Region",
    .kind = METRICS_COUNTER,
    .labels = { "region" },
};

static const char *const operation_names[] = { "encrypt", "decrypt" };
static const char *const version_names[] = { "v1", "v2" };
static const char *const result_names[] = { "success", "failure",
    "failure-throttle", "failure-corruption" };

struct pair {
    struct metrics_series *count, *latency;
};

struct metrics_key {
    struct metrics_owned owned;
    struct metrics *metrics;
    struct pair pairs[METRICS_OPERATION_COUNT][METRICS_VERSION_COUNT]
                     [METRICS_RESULT_COUNT];
    struct metrics_series *durations[METRICS_OPERATION_COUNT][CODE_COUNT];
    struct metrics_series *in_flight[METRICS_OPERATION_COUNT];
    struct metrics_series *requests[METRICS_OPERATION_COUNT];
};

static enum status
make_pairs(struct metrics *metrics, struct span key_id,
    enum metrics_operation operation, struct metrics_key *key)
{
    enum status st = STATUS_OK;
    for (size_t v = 0; v < METRICS_VERSION_COUNT; v++)
        for (size_t r = 0; r < METRICS_RESULT_COUNT; r++) {
            struct pair *pair = &key->pairs[operation][v][r];
            const struct span values[] = { key_id,
                span_text(operation_names[operation]),
                span_text(result_names[r]), span_text(version_names[v]) };
            if (st == STATUS_OK)
                st = metrics_series(metrics, &operations, values, &pair->count);
            if (st == STATUS_OK)
                st = metrics_series(metrics, &latency, values, &pair->latency);
        }
    return st;
}

static enum status
make_durations(struct metrics *metrics, struct span key_id,
    enum metrics_operation operation, struct metrics_key *key)
{
    enum status st = STATUS_OK;
    for (size_t c = 0; c < CODE_COUNT && st == STATUS_OK; c++) {
        const struct span values[] = { span_text(grpc_error_code_name(
                                           (enum grpc_code)c)),
            key_id, span_text(operation_names[operation]) };
        st = metrics_series(
            metrics, &duration, values, &key->durations[operation][c]);
    }
    const struct span values[] = { key_id,
        span_text(operation_names[operation]) };
    if (st == STATUS_OK)
        st = metrics_series(
            metrics, &in_flight, values, &key->in_flight[operation]);
    if (st == STATUS_OK)
        st = metrics_series(
            metrics, &requests, values, &key->requests[operation]);
    return st;
}

enum status
metrics_add_key(
    struct metrics *metrics, struct span key_id, struct metrics_key **out)
{
    struct metrics_key *key = calloc(1, sizeof(*key));
    if (key == NULL)
        return STATUS_NO_MEMORY;
    key->metrics = metrics;
    enum status st = STATUS_OK;
    for (size_t i = 0; i < METRICS_OPERATION_COUNT && st == STATUS_OK; i++) {
        enum metrics_operation operation = (enum metrics_operation)i;
        st = make_pairs(metrics, key_id, operation, key);
        if (st == STATUS_OK)
            st = make_durations(metrics, key_id, operation, key);
    }
    if (st != STATUS_OK) {
        free(key);
        return st;
    }
    metrics_keep(metrics, &key->owned);
    *out = key;
    return STATUS_OK;
}

void
metrics_begin(struct metrics_key *key, enum metrics_operation operation)
{
    metrics_add(key->in_flight[operation], 1);
}

void
metrics_end(struct metrics_key *key, enum metrics_operation operation)
{
    metrics_add(key->in_flight[operation], -1);
}

/* Regions are few: those of the command line. */
static void
count_answer(struct metrics *metrics, struct span region)
{
    struct metrics_series *series = NULL;
    if (region.len > 0 &&
        metrics_series(metrics, &answers, &region, &series) == STATUS_OK)
        metrics_add(series, 1);
}

void
metrics_record(struct metrics_key *key, const struct metrics_call *call)
{
    const struct pair *pair =
        &key->pairs[call->operation][call->version][call->result];
    metrics_add(pair->count, 1);
    metrics_add(key->requests[call->operation], call->attempts);
    count_answer(key->metrics, call->region);
    metrics_observe(pair->latency, call->duration_ms);
    metrics_observe(
        key->durations[call->operation][call->code], call->duration_ms);
}
