/* SPDX-License-Identifier: Apache-2.0 */
#include "proxy/tally.h"

#include "k8s/grpc_error.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROWS_MAX = 64, METHOD_MAX = 128, NUMBER_BYTES = 64 };

struct row {
    char method[METHOD_MAX + 1];
    int code;
    uint64_t count;
    double sum_ms, min_ms, max_ms;
};

struct tally {
    pthread_mutex_t lock;
    size_t count;
    struct row rows[ROWS_MAX]; /* the last is of all that found no row */
};

enum status
tally_new(struct tally **out)
{
    struct tally *tally = calloc(1, sizeof(*tally));

    if (tally == NULL)
        return STATUS_NO_MEMORY;
    (void)pthread_mutex_init(&tally->lock, NULL);
    *out = tally;
    return STATUS_OK;
}

void
tally_free(struct tally *tally)
{
    if (tally == NULL)
        return;
    (void)pthread_mutex_destroy(&tally->lock);
    free(tally);
}

static struct row *
find_row(struct tally *tally, struct span method, int code)
{
    struct row *row;

    method = span_first(method, METHOD_MAX);
    for (size_t i = 0; i < tally->count; i++) {
        row = &tally->rows[i];
        if (row->code == code && span_equal_text(method, row->method))
            return row;
    }
    if (tally->count == ROWS_MAX)
        return &tally->rows[ROWS_MAX - 1];
    row = &tally->rows[tally->count++];
    if (tally->count == ROWS_MAX)
        method = SPAN_LITERAL("other");
    row->code = code;
    span_to_text(method, row->method);
    return row;
}

void
tally_add(struct tally *tally, struct span method, int code, double took_ms)
{
    (void)pthread_mutex_lock(&tally->lock);
    struct row *row = find_row(tally, method, code);
    if (row->count == 0 || took_ms < row->min_ms)
        row->min_ms = took_ms;
    if (took_ms > row->max_ms)
        row->max_ms = took_ms;
    row->sum_ms += took_ms;
    row->count++;
    (void)pthread_mutex_unlock(&tally->lock);
}

uint64_t
tally_count(struct tally *tally, struct span method, int code)
{
    uint64_t count = 0;

    (void)pthread_mutex_lock(&tally->lock);
    for (size_t i = 0; i < tally->count; i++) {
        const struct row *row = &tally->rows[i];

        if ((method.len == 0 || span_equal_text(method, row->method)) &&
            (code < 0 || code == row->code))
            count += row->count;
    }
    (void)pthread_mutex_unlock(&tally->lock);
    return count;
}

static void
write_ms(struct json_writer *writer, const char *key, double ms)
{
    char text[NUMBER_BYTES];

    (void)snprintf(text, sizeof(text), "%.3f", ms);
    json_write_key(writer, key);
    json_write_raw(writer, span_text(text));
}

void
tally_write(struct tally *tally, struct json_writer *writer)
{
    json_write_array_begin(writer);
    (void)pthread_mutex_lock(&tally->lock);
    for (size_t i = 0; i < tally->count; i++) {
        const struct row *row = &tally->rows[i];

        json_write_object_begin(writer);
        json_write_key_text(writer, "method", row->method);
        json_write_key_text(writer, "code",
            grpc_error_code_name(grpc_error_code_from_wire(row->code)));
        json_write_key_int(writer, "count", (int64_t)row->count);
        write_ms(writer, "min_ms", row->min_ms);
        write_ms(writer, "mean_ms", row->sum_ms / (double)row->count);
        write_ms(writer, "max_ms", row->max_ms);
        json_write_object_end(writer);
    }
    (void)pthread_mutex_unlock(&tally->lock);
    json_write_array_end(writer);
}
