/* SPDX-License-Identifier: Apache-2.0 */
#include "metrics/metrics.h"

#include "base/version.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>

#define PREFIX "aws_encryption_provider_kms_"

enum {
    BUCKET_COUNT = 14, /* 2, 4, 8 … 16384 milliseconds */
};

struct series {
    uint64_t count;
    uint64_t sum_ms;
    uint64_t buckets[BUCKET_COUNT]; /* each alone, summed up when printed */
};

struct metrics_key {
    struct metrics *metrics;
    struct metrics_key *next;
    struct buf label; /* the key's id, escaped as a label's value */
    struct series series[METRICS_OPERATION_COUNT][METRICS_VERSION_COUNT]
                        [METRICS_RESULT_COUNT];
};

struct metrics {
    pthread_mutex_t lock;
    struct metrics_key *keys; /* in the order they were added */
};

static const char *const operation_names[] = { "encrypt", "decrypt" };
static const char *const version_names[] = { "v1", "v2" };
static const char *const result_names[] = { "success", "failure",
    "failure-throttle", "failure-corruption" };

enum status
metrics_new(struct metrics **out)
{
    struct metrics *metrics = calloc(1, sizeof(*metrics));
    if (metrics == NULL)
        return STATUS_NO_MEMORY;
    if (pthread_mutex_init(&metrics->lock, NULL) != 0) {
        free(metrics);
        return STATUS_NO_MEMORY;
    }
    *out = metrics;
    return STATUS_OK;
}

static void
key_free(struct metrics_key *key)
{
    buf_reset(&key->label);
    free(key);
}

void
metrics_free(struct metrics *metrics)
{
    if (metrics == NULL)
        return;
    while (metrics->keys != NULL) {
        struct metrics_key *key = metrics->keys;
        metrics->keys = key->next;
        key_free(key);
    }
    (void)pthread_mutex_destroy(&metrics->lock);
    free(metrics);
}

static enum status
escape_label(struct span text, struct buf *out)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; i < text.len && st == STATUS_OK; i++) {
        uint8_t c = text.ptr[i];
        if (c == '\n')
            st = buf_append_text(out, "\\n");
        else if (c == '"' || c == '\\')
            st = buf_printf(out, "\\%c", c);
        else
            st = buf_append_byte(out, c);
    }
    return st;
}

/* Puts the key at the end, or finds the one that has its label: no two series
 * may have the same labels. The one that is not needed is freed. */
static struct metrics_key *
add_or_find(struct metrics *metrics, struct metrics_key *key)
{
    (void)pthread_mutex_lock(&metrics->lock);
    struct metrics_key **at = &metrics->keys;
    while (*at != NULL &&
           !span_equal(buf_span(&(*at)->label), buf_span(&key->label)))
        at = &(*at)->next;
    struct metrics_key *found = *at;
    if (found == NULL)
        *at = key;
    (void)pthread_mutex_unlock(&metrics->lock);
    if (found == NULL)
        return key;
    key_free(key);
    return found;
}

enum status
metrics_add_key(
    struct metrics *metrics, struct span key_id, struct metrics_key **out)
{
    struct metrics_key *key = calloc(1, sizeof(*key));
    if (key == NULL)
        return STATUS_NO_MEMORY;
    enum status st = escape_label(key_id, &key->label);
    if (st != STATUS_OK) {
        key_free(key);
        return st;
    }
    key->metrics = metrics;
    *out = add_or_find(metrics, key);
    return STATUS_OK;
}

void
metrics_record(struct metrics_key *key, const struct metrics_call *call)
{
    struct series *s =
        &key->series[call->operation][call->version][call->result];
    uint64_t ms = call->duration_ms < 0 ? 0 : (uint64_t)call->duration_ms;
    size_t bucket = 0;
    while (bucket < BUCKET_COUNT && ms > UINT64_C(2) << bucket)
        bucket++;
    (void)pthread_mutex_lock(&key->metrics->lock);
    s->count++;
    s->sum_ms += ms;
    if (bucket < BUCKET_COUNT)
        s->buckets[bucket]++;
    (void)pthread_mutex_unlock(&key->metrics->lock);
}

/* Labels in alphabetical order, as Go's client prints them. */
struct labels {
    const struct metrics_key *key;
    const char *operation, *result, *version;
};

#define LABELS_FORMAT                                                          \
    "key_arn=\"%s\",operation=\"%s\",status=\"%s\",version=\"%s\""
#define LABELS_ARG(l)                                                          \
    buf_text(&(l)->key->label), (l)->operation, (l)->result, (l)->version

typedef enum status print_fn(
    struct buf *out, const struct labels *labels, const struct series *series);

static enum status
print_counter(
    struct buf *out, const struct labels *labels, const struct series *series)
{
    return buf_printf(out,
        PREFIX "operations_total{" LABELS_FORMAT "} %" PRIu64 "\n",
        LABELS_ARG(labels), series->count);
}

static enum status
print_histogram(
    struct buf *out, const struct labels *labels, const struct series *series)
{
    enum status st = STATUS_OK;
    uint64_t up_to = 0;
    for (size_t i = 0; i < BUCKET_COUNT && st == STATUS_OK; i++) {
        up_to += series->buckets[i];
        st = buf_printf(out,
            PREFIX "operation_latency_ms_bucket{" LABELS_FORMAT
                   ",le=\"%d\"} %" PRIu64 "\n",
            LABELS_ARG(labels), 2 << i, up_to);
    }
    if (st == STATUS_OK)
        st = buf_printf(out,
            PREFIX "operation_latency_ms_bucket{" LABELS_FORMAT
                   ",le=\"+Inf\"} %" PRIu64 "\n",
            LABELS_ARG(labels), series->count);
    if (st == STATUS_OK)
        st = buf_printf(out,
            PREFIX "operation_latency_ms_sum{" LABELS_FORMAT "} %" PRIu64 "\n",
            LABELS_ARG(labels), series->sum_ms);
    if (st == STATUS_OK)
        st = buf_printf(out,
            PREFIX "operation_latency_ms_count{" LABELS_FORMAT "} %" PRIu64
                   "\n",
            LABELS_ARG(labels), series->count);
    return st;
}

static enum status
print_key(struct buf *out, const struct metrics_key *key, print_fn *print)
{
    enum status st = STATUS_OK;
    for (size_t o = 0; o < METRICS_OPERATION_COUNT; o++)
        for (size_t v = 0; v < METRICS_VERSION_COUNT; v++)
            for (size_t r = 0; r < METRICS_RESULT_COUNT; r++) {
                const struct series *s = &key->series[o][v][r];
                struct labels labels = { key, operation_names[o],
                    result_names[r], version_names[v] };
                if (s->count > 0 && st == STATUS_OK)
                    st = print(out, &labels, s);
            }
    return st;
}

static const struct family {
    const char *head;
    print_fn *print;
} families[] = {
    { "# HELP " PREFIX "operation_latency_ms Duration of calls to KMS in "
      "milliseconds\n"
      "# TYPE " PREFIX "operation_latency_ms histogram\n",
        print_histogram },
    { "# HELP " PREFIX "operations_total Calls to KMS\n"
      "# TYPE " PREFIX "operations_total counter\n",
        print_counter },
};

enum status
metrics_render(struct metrics *metrics, struct buf *out)
{
    struct buf text = { 0 };
    enum status st = buf_printf(&text,
        "# HELP aws_kms_plugin_build_info The version that runs\n"
        "# TYPE aws_kms_plugin_build_info gauge\n"
        "aws_kms_plugin_build_info{version=\"%s\"} 1\n",
        project_version);
    (void)pthread_mutex_lock(&metrics->lock);
    for (size_t i = 0; i < ARRAY_LEN(families) && st == STATUS_OK; i++) {
        st = buf_append_text(&text, families[i].head);
        for (const struct metrics_key *key = metrics->keys;
             key != NULL && st == STATUS_OK; key = key->next)
            st = print_key(&text, key, families[i].print);
    }
    (void)pthread_mutex_unlock(&metrics->lock);
    if (st == STATUS_OK)
        st = buf_append(out, buf_span(&text));
    buf_reset(&text);
    return st;
}
