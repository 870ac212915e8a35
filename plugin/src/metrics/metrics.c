/* SPDX-License-Identifier: Apache-2.0 */
#include "metrics/metrics_internal.h"

#include <stdlib.h>

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
series_free(struct metrics_series *series)
{
    buf_reset(&series->labels);
    free(series);
}

static void
shelf_free(struct metrics_shelf *shelf)
{
    while (shelf->series != NULL) {
        struct metrics_series *series = shelf->series;
        shelf->series = series->next;
        series_free(series);
    }
    free(shelf);
}

void
metrics_free(struct metrics *metrics)
{
    if (metrics == NULL)
        return;
    while (metrics->shelves != NULL) {
        struct metrics_shelf *shelf = metrics->shelves;
        metrics->shelves = shelf->next;
        shelf_free(shelf);
    }
    while (metrics->refreshes != NULL) {
        struct metrics_refresh *refresh = metrics->refreshes;
        metrics->refreshes = refresh->next;
        free(refresh);
    }
    while (metrics->owned != NULL) {
        struct metrics_owned *owned = metrics->owned;
        metrics->owned = owned->next;
        free(owned);
    }
    (void)pthread_mutex_destroy(&metrics->lock);
    free(metrics);
}

void
metrics_keep(struct metrics *metrics, struct metrics_owned *owned)
{
    (void)pthread_mutex_lock(&metrics->lock);
    owned->next = metrics->owned;
    metrics->owned = owned;
    (void)pthread_mutex_unlock(&metrics->lock);
}

static enum status
append_escaped(struct buf *out, struct span text)
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

static enum status
append_labels(struct buf *out, const struct metrics_family *family,
    const struct span *values)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; family->labels[i] != NULL && st == STATUS_OK; i++) {
        st = buf_printf(out, "%s%s=\"", i == 0 ? "" : ",", family->labels[i]);
        if (st == STATUS_OK)
            st = append_escaped(out, values[i]);
        if (st == STATUS_OK)
            st = buf_append_byte(out, '"');
    }
    return st;
}

static struct metrics_series *
series_new(const struct metrics_family *family, const struct span *values)
{
    size_t buckets =
        family->kind == METRICS_HISTOGRAM ? family->bound_count + 1 : 0;
    struct metrics_series *series =
        calloc(1, sizeof(*series) + buckets * sizeof(series->buckets[0]));
    if (series == NULL)
        return NULL;
    series->family = family;
    if (append_labels(&series->labels, family, values) == STATUS_OK)
        return series;
    series_free(series);
    return NULL;
}

/* The place of the family's shelf in the list by name, or where it belongs. */
static struct metrics_shelf **
find_shelf(struct metrics *metrics, const struct metrics_family *family)
{
    struct metrics_shelf **at = &metrics->shelves;
    while (*at != NULL && strcmp((*at)->family->name, family->name) < 0)
        at = &(*at)->next;
    return at;
}

static struct metrics_shelf *
get_shelf(struct metrics *metrics, const struct metrics_family *family)
{
    struct metrics_shelf **at = find_shelf(metrics, family);
    if (*at != NULL && strcmp((*at)->family->name, family->name) == 0)
        return *at;
    struct metrics_shelf *shelf = calloc(1, sizeof(*shelf));
    if (shelf == NULL)
        return NULL;
    *shelf = (struct metrics_shelf){ .next = *at, .family = family };
    *at = shelf;
    return shelf;
}

/* Puts `series` at the end of its shelf, unless one with its labels stands
 * there: no two may have the same. *in is the one that does. */
static enum status
put_series(struct metrics *metrics, struct metrics_series *series,
    struct metrics_series **in)
{
    struct metrics_shelf *shelf = get_shelf(metrics, series->family);
    if (shelf == NULL)
        return STATUS_NO_MEMORY;
    struct metrics_series **at = &shelf->series;
    while (*at != NULL &&
           !span_equal(buf_span(&(*at)->labels), buf_span(&series->labels)))
        at = &(*at)->next;
    if (*at == NULL && metrics->series_count >= METRICS_SERIES_MAX)
        return STATUS_FULL;
    if (*at == NULL) {
        *at = series;
        metrics->series_count++;
    }
    *in = *at;
    return STATUS_OK;
}

enum status
metrics_series(struct metrics *metrics, const struct metrics_family *family,
    const struct span *values, struct metrics_series **out)
{
    if (metrics == NULL) {
        *out = NULL;
        return STATUS_OK;
    }
    struct metrics_series *series = series_new(family, values);
    if (series == NULL)
        return STATUS_NO_MEMORY;
    struct metrics_series *in = NULL;
    (void)pthread_mutex_lock(&metrics->lock);
    enum status st = put_series(metrics, series, &in);
    (void)pthread_mutex_unlock(&metrics->lock);
    if (in != series)
        series_free(series);
    if (st == STATUS_OK)
        *out = in;
    return st;
}

void
metrics_add(struct metrics_series *series, int64_t amount)
{
    if (series == NULL)
        return;
    series->value += amount;
    series->used = true;
}

void
metrics_set(struct metrics_series *series, int64_t value)
{
    if (series == NULL)
        return;
    series->value = value;
    series->used = true;
}

void
metrics_observe(struct metrics_series *series, int64_t value)
{
    if (series == NULL)
        return;
    const struct metrics_family *family = series->family;
    if (value < 0)
        value = 0; /* a clock that was set back */
    size_t bucket = 0;
    while (bucket < family->bound_count && value > family->bounds[bucket])
        bucket++;
    series->buckets[bucket]++;
    series->value += value;
    series->used = true;
}

int64_t
metrics_read(const struct metrics_series *series)
{
    if (series == NULL)
        return 0;
    if (series->family->kind != METRICS_HISTOGRAM)
        return series->value;
    uint64_t count = 0;
    for (size_t i = 0; i <= series->family->bound_count; i++)
        count += series->buckets[i];
    return (int64_t)count;
}

enum status
metrics_on_render(
    struct metrics *metrics, metrics_render_fn *refresh, void *context)
{
    struct metrics_refresh *item = calloc(1, sizeof(*item));
    if (item == NULL)
        return STATUS_NO_MEMORY;
    item->call = refresh;
    item->context = context;
    (void)pthread_mutex_lock(&metrics->lock);
    item->next = metrics->refreshes;
    metrics->refreshes = item;
    (void)pthread_mutex_unlock(&metrics->lock);
    return STATUS_OK;
}
