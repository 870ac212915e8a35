/* SPDX-License-Identifier: Apache-2.0 */
#include "metrics/metrics_internal.h"

#include <inttypes.h>

/* One rendering. Errors stick. */
struct page {
    struct buf *out; /* borrowed */
    enum metrics_format format;
    enum status status;
};

static void put(struct page *page, const char *format, ...) PRINTF_LIKE(2, 3);

static void
put(struct page *page, const char *format, ...)
{
    if (page->status != STATUS_OK)
        return;
    va_list args;
    va_start(args, format);
    page->status = buf_vprintf(page->out, format, args);
    va_end(args);
}

/* 1500 with three decimals is 1.5, and 2 with none is 2, or 2.0 where a
 * fraction is wanted. */
static void
put_number(struct page *page, int64_t value, unsigned decimals, bool fraction)
{
    enum { DIGITS = 24 };
    char digits[DIGITS];
    uint64_t rest = value < 0 ? (uint64_t)0 - (uint64_t)value : (uint64_t)value;
    size_t at = DIGITS - 1;
    bool nonzero = false;
    digits[at] = '\0';
    for (unsigned i = 0; i < decimals; i++, rest /= 10) {
        nonzero = nonzero || rest % 10 != 0;
        if (nonzero)
            digits[--at] = (char)('0' + rest % 10);
    }
    const char *tail = nonzero ? &digits[at] : fraction ? "0" : "";
    put(page, "%s%" PRIu64 "%s%s", value < 0 ? "-" : "", rest,
        *tail == '\0' ? "" : ".", tail);
}

/* The name and labels of a sample, before its value. */
static void
put_sample(
    struct page *page, const struct metrics_series *series, const char *suffix)
{
    const char *labels = buf_text(&series->labels);
    bool any = *labels != '\0';
    put(page, "%s%s%s%s%s ", series->family->name, suffix, any ? "{" : "",
        labels, any ? "}" : "");
}

static void
put_value(struct page *page, const struct metrics_series *series)
{
    put_number(page, series->value, series->family->decimals, false);
    put(page, "\n");
}

static void
put_bucket(struct page *page, const struct metrics_series *series, size_t index,
    uint64_t up_to)
{
    const struct metrics_family *family = series->family;
    const char *labels = buf_text(&series->labels);
    put(page, "%s_bucket{%s%sle=\"", family->name, labels,
        *labels == '\0' ? "" : ",");
    if (index == family->bound_count)
        put(page, "+Inf");
    else
        put_number(page, family->bounds[index], family->decimals,
            page->format == METRICS_OPENMETRICS);
    put(page, "\"} %" PRIu64 "\n", up_to);
}

static void
put_histogram(struct page *page, const struct metrics_series *series)
{
    uint64_t up_to = 0;
    for (size_t i = 0; i <= series->family->bound_count; i++) {
        up_to += series->buckets[i];
        put_bucket(page, series, i, up_to);
    }
    put_sample(page, series, "_sum");
    put_value(page, series);
    put_sample(page, series, "_count");
    put(page, "%" PRIu64 "\n", up_to);
}

static void
put_series(struct page *page, const struct metrics_series *series)
{
    switch (series->family->kind) {
    case METRICS_COUNTER:
        put_sample(page, series, "_total");
        put_value(page, series);
        return;
    case METRICS_GAUGE:
        put_sample(page, series, "");
        put_value(page, series);
        return;
    case METRICS_HISTOGRAM:
        put_histogram(page, series);
        return;
    }
}

/* OpenMetrics names a counter's family without its "_total". */
static void
put_head(struct page *page, const struct metrics_family *family)
{
    static const char *const kinds[] = { [METRICS_COUNTER] = "counter",
        [METRICS_GAUGE] = "gauge",
        [METRICS_HISTOGRAM] = "histogram" };
    const char *suffix =
        family->kind == METRICS_COUNTER && page->format == METRICS_TEXT
            ? "_total"
            : "";
    put(page, "# HELP %s%s %s\n# TYPE %s%s %s\n", family->name, suffix,
        family->help, family->name, suffix, kinds[family->kind]);
}

static void
put_shelf(struct page *page, const struct metrics_shelf *shelf)
{
    bool headed = false;
    for (const struct metrics_series *s = shelf->series; s != NULL;
         s = s->next) {
        if (shelf->family->quiet && !s->used)
            continue;
        if (!headed)
            put_head(page, shelf->family);
        headed = true;
        put_series(page, s);
    }
}

static void
refresh_all(struct metrics *metrics)
{
    (void)pthread_mutex_lock(&metrics->lock);
    const struct metrics_refresh *refresh = metrics->refreshes;
    (void)pthread_mutex_unlock(&metrics->lock);
    for (; refresh != NULL; refresh = refresh->next)
        refresh->call(refresh->context);
}

enum status
metrics_render(
    struct metrics *metrics, enum metrics_format format, struct buf *out)
{
    struct buf text = { 0 };
    struct page page = { .out = &text, .format = format };
    refresh_all(metrics);
    (void)pthread_mutex_lock(&metrics->lock);
    for (const struct metrics_shelf *shelf = metrics->shelves; shelf != NULL;
         shelf = shelf->next)
        put_shelf(&page, shelf);
    (void)pthread_mutex_unlock(&metrics->lock);
    if (format == METRICS_OPENMETRICS)
        put(&page, "# EOF\n");
    if (page.status == STATUS_OK)
        page.status = buf_append(out, buf_span(&text));
    buf_reset(&text);
    return page.status;
}
