/* SPDX-License-Identifier: Apache-2.0 */
#include "metrics/calls.h"
#include "metrics/process.h"
#include "test/check.h"

#include <stdio.h>

#define TOTAL "aws_encryption_provider_kms_operations_total"
#define LATENCY "aws_encryption_provider_kms_operation_latency_ms"
#define LABELS                                                                 \
    "key_arn=\"k\",operation=\"decrypt\",status=\"failure-throttle\","         \
    "version=\"v2\""

static struct metrics *
new_metrics(const char *key_id, struct metrics_key **key)
{
    struct metrics *metrics = NULL;
    assert_ok(metrics_new(&metrics));
    assert_ok(metrics_add_key(metrics, span_text(key_id), key));
    return metrics;
}

static void
record(struct metrics_key *key, int64_t duration_ms)
{
    const struct metrics_call call = { METRICS_DECRYPT, METRICS_V2,
        METRICS_THROTTLED, GRPC_CODE_RESOURCE_EXHAUSTED, 1,
        SPAN_LITERAL("eu-west-1"), duration_ms };
    metrics_record(key, &call);
}

static void
assert_line(const struct buf *text, const char *line)
{
    const char *at = strstr(buf_text(text), line);
    if (at == NULL)
        fail_msg("no line %s", line);
    assert_true(at == buf_text(text) || at[-1] == '\n');
}

static void
a_series_appears_with_its_first_call(void **state)
{
    (void)state;
    struct metrics_key *key = NULL;
    struct metrics *metrics = new_metrics("k", &key);
    struct buf text = { 0 };
    assert_ok(metrics_render(metrics, METRICS_TEXT, &text));
    assert_null(strstr(buf_text(&text), "aws_encryption_provider"));
    buf_clear(&text);
    record(key, 1);
    assert_ok(metrics_render(metrics, METRICS_TEXT, &text));
    assert_line(&text, "# TYPE " TOTAL " counter\n");
    assert_line(&text, "# TYPE " LATENCY " histogram\n");
    assert_line(&text, TOTAL "{" LABELS "} 1\n");
    assert_null(
        strstr(buf_text(&text), TOTAL "{key_arn=\"k\",operation=\"encrypt"));
    buf_reset(&text);
    metrics_free(metrics);
}

static void
buckets_count_all_that_is_not_longer(void **state)
{
    (void)state;
    struct metrics_key *key = NULL;
    struct metrics *metrics = new_metrics("k", &key);
    struct buf text = { 0 };
    static const int64_t durations_ms[] = { -5, 0, 2, 3, 4, 5, 16384, 16385,
        900000 };
    for (size_t i = 0; i < ARRAY_LEN(durations_ms); i++)
        record(key, durations_ms[i]);
    assert_ok(metrics_render(metrics, METRICS_TEXT, &text));
    assert_line(&text, LATENCY "_bucket{" LABELS ",le=\"2\"} 3\n");
    assert_line(&text, LATENCY "_bucket{" LABELS ",le=\"4\"} 5\n");
    assert_line(&text, LATENCY "_bucket{" LABELS ",le=\"8\"} 6\n");
    assert_line(&text, LATENCY "_bucket{" LABELS ",le=\"8192\"} 6\n");
    assert_line(&text, LATENCY "_bucket{" LABELS ",le=\"16384\"} 7\n");
    assert_line(&text, LATENCY "_bucket{" LABELS ",le=\"+Inf\"} 9\n");
    assert_line(&text, LATENCY "_sum{" LABELS "} 932783\n");
    assert_line(&text, LATENCY "_count{" LABELS "} 9\n");
    buf_reset(&text);
    metrics_free(metrics);
}

static void
a_label_is_escaped(void **state)
{
    (void)state;
    struct metrics_key *key = NULL;
    struct metrics *metrics = new_metrics("a\"b\\c\nd", &key);
    struct buf text = { 0 };
    record(key, 1);
    assert_ok(metrics_render(metrics, METRICS_TEXT, &text));
    assert_line(&text, TOTAL "{key_arn=\"a\\\"b\\\\c\\nd\",operation=");
    buf_reset(&text);
    metrics_free(metrics);
}

static void
keys_are_told_apart_and_keep_their_order(void **state)
{
    (void)state;
    struct metrics_key *first = NULL, *second = NULL;
    struct metrics *metrics = new_metrics("k", &first);
    struct buf text = { 0 };
    assert_ok(metrics_add_key(metrics, SPAN_LITERAL("j"), &second));
    record(second, 1);
    record(second, 1);
    record(first, 1);
    assert_ok(metrics_render(metrics, METRICS_TEXT, &text));
    const char *k = strstr(buf_text(&text), TOTAL "{key_arn=\"k\"");
    const char *j = strstr(buf_text(&text), TOTAL "{key_arn=\"j\"");
    assert_true(k != NULL && j != NULL && k < j);
    assert_line(&text, TOTAL "{" LABELS "} 1\n");
    buf_reset(&text);
    metrics_free(metrics);
}

/* Two sockets may serve one key, and no two series may have one name. */
static void
a_key_that_is_added_twice_has_one_series(void **state)
{
    (void)state;
    struct metrics_key *first = NULL, *again = NULL;
    struct metrics *metrics = new_metrics("k", &first);
    struct buf text = { 0 };
    assert_ok(metrics_add_key(metrics, SPAN_LITERAL("k"), &again));
    record(first, 1);
    record(again, 1);
    assert_ok(metrics_render(metrics, METRICS_TEXT, &text));
    assert_line(&text, TOTAL "{" LABELS "} 2\n");
    assert_null(
        strstr(strstr(buf_text(&text), TOTAL "{") + 1, TOTAL "{" LABELS));
    buf_reset(&text);
    metrics_free(metrics);
}

static const struct metrics_family gauge = {
    .name = "test_gauge",
    .help = "A gauge",
    .kind = METRICS_GAUGE,
    .decimals = 3,
    .labels = { "a", "b" },
};
static const struct metrics_family counter = {
    .name = "test_things",
    .help = "Things",
    .kind = METRICS_COUNTER,
    .quiet = true,
};
static const int64_t bounds[] = { 5, 1500 };
static const struct metrics_family histogram = {
    .name = "test_seconds",
    .help = "Seconds",
    .kind = METRICS_HISTOGRAM,
    .decimals = 3,
    .bounds = bounds,
    .bound_count = ARRAY_LEN(bounds),
};

static void
numbers_are_shown_in_their_unit(void **state)
{
    (void)state;
    static const struct {
        int64_t value;
        const char *shown;
    } rows[] = {
        { 0, "0" },
        { 1500, "1.5" },
        { -1500, "-1.5" },
        { 7, "0.007" },
        { -7, "-0.007" },
        { 1000, "1" },
        { INT64_MAX, "9223372036854775.807" },
        { INT64_MIN, "-9223372036854775.808" },
    };
    const struct span values[] = { SPAN_LITERAL("x"), SPAN_LITERAL("y") };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct metrics *metrics = NULL;
        struct metrics_series *series = NULL;
        struct buf text = { 0 }, line = { 0 };
        assert_ok(metrics_new(&metrics));
        assert_ok(metrics_series(metrics, &gauge, values, &series));
        metrics_set(series, rows[i].value);
        assert_ok(metrics_render(metrics, METRICS_TEXT, &text));
        assert_ok(buf_printf(
            &line, "test_gauge{a=\"x\",b=\"y\"} %s\n", rows[i].shown));
        assert_line(&text, buf_text(&line));
        buf_reset(&text);
        buf_reset(&line);
        metrics_free(metrics);
    }
}

static void
openmetrics_has_its_own_names_bounds_and_end(void **state)
{
    (void)state;
    struct metrics *metrics = NULL;
    struct metrics_series *things = NULL, *seconds = NULL;
    struct buf text = { 0 };
    assert_ok(metrics_new(&metrics));
    assert_ok(metrics_series(metrics, &counter, NULL, &things));
    assert_ok(metrics_series(metrics, &histogram, NULL, &seconds));
    metrics_add(things, 2);
    metrics_observe(seconds, 5);
    metrics_observe(seconds, 2000);
    assert_ok(metrics_render(metrics, METRICS_OPENMETRICS, &text));
    assert_string_equal(buf_text(&text),
        "# HELP test_seconds Seconds\n# TYPE test_seconds histogram\n"
        "test_seconds_bucket{le=\"0.005\"} 1\n"
        "test_seconds_bucket{le=\"1.5\"} 1\n"
        "test_seconds_bucket{le=\"+Inf\"} 2\n"
        "test_seconds_sum 2.005\ntest_seconds_count 2\n"
        "# HELP test_things Things\n# TYPE test_things counter\n"
        "test_things_total 2\n# EOF\n");
    assert_int_equal(metrics_read(seconds), 2);
    buf_reset(&text);
    metrics_free(metrics);
}

static void
a_quiet_family_is_not_shown_before_it_is_used(void **state)
{
    (void)state;
    struct metrics *metrics = NULL;
    struct metrics_series *things = NULL, *again = NULL;
    struct buf text = { 0 };
    assert_ok(metrics_new(&metrics));
    assert_ok(metrics_series(metrics, &counter, NULL, &things));
    assert_ok(metrics_series(metrics, &counter, NULL, &again));
    assert_ptr_equal(things, again);
    assert_ok(metrics_render(metrics, METRICS_TEXT, &text));
    assert_int_equal(text.len, 0);
    buf_reset(&text);
    metrics_free(metrics);
}

static void
series_are_bounded_and_a_refusal_changes_nothing(void **state)
{
    (void)state;
    struct metrics *metrics = NULL;
    struct metrics_series *series = NULL;
    assert_ok(metrics_new(&metrics));
    for (int i = 0; i < METRICS_SERIES_MAX; i++) {
        char name[16];
        (void)snprintf(name, sizeof(name), "%d", i);
        const struct span values[] = { span_text(name), SPAN_LITERAL("b") };
        assert_ok(metrics_series(metrics, &gauge, values, &series));
    }
    struct metrics_series *last = series;
    const struct span more[] = { SPAN_LITERAL("more"), SPAN_LITERAL("b") };
    assert_int_equal(
        metrics_series(metrics, &gauge, more, &series), STATUS_FULL);
    assert_ptr_equal(series, last);
    metrics_free(metrics);
}

static void
without_metrics_nothing_is_counted(void **state)
{
    (void)state;
    struct metrics_series *series = NULL;
    assert_ok(metrics_series(NULL, &counter, NULL, &series));
    assert_null(series);
    metrics_add(series, 1);
    metrics_set(series, 1);
    metrics_observe(series, 1);
    assert_int_equal(metrics_read(series), 0);
}

static void
set_from_outside(void *context)
{
    metrics_set(context, 42000);
}

static void
what_is_looked_up_is_looked_up_for_each_rendering(void **state)
{
    (void)state;
    struct metrics *metrics = NULL;
    struct metrics_series *series = NULL;
    struct buf text = { 0 };
    const struct span values[] = { SPAN_LITERAL("x"), SPAN_LITERAL("y") };
    assert_ok(metrics_new(&metrics));
    assert_ok(metrics_series(metrics, &gauge, values, &series));
    assert_ok(metrics_on_render(metrics, set_from_outside, series));
    assert_ok(metrics_render(metrics, METRICS_TEXT, &text));
    assert_line(&text, "test_gauge{a=\"x\",b=\"y\"} 42\n");
    buf_reset(&text);
    metrics_free(metrics);
}

static void
the_process_is_told_of(void **state)
{
    (void)state;
    struct metrics *metrics = NULL;
    struct buf text = { 0 };
    assert_ok(metrics_new(&metrics));
    assert_ok(metrics_add_process(metrics));
    assert_ok(metrics_render(metrics, METRICS_TEXT, &text));
    static const char *const lines[] = { "\nprocess_cpu_seconds_total ",
        "\nprocess_max_fds ", "\nprocess_open_fds ",
        "\nprocess_resident_memory_bytes ", "\nprocess_start_time_seconds 1",
        "\nprocess_virtual_memory_bytes ",
        "\naws_kms_plugin_build_info{version=\"" };
    for (size_t i = 0; i < ARRAY_LEN(lines); i++)
        assert_non_null(strstr(buf_text(&text), lines[i]));
    buf_reset(&text);
    metrics_free(metrics);
}

static void
the_format_is_the_one_that_is_asked_for(void **state)
{
    (void)state;
    static const struct {
        const char *accept;
        enum metrics_format format;
    } rows[] = {
        { "", METRICS_TEXT },
        { "*/*", METRICS_TEXT },
        { "text/plain", METRICS_TEXT },
        { "application/openmetrics-text", METRICS_OPENMETRICS },
        { "Application/OpenMetrics-Text; version=1.0.0", METRICS_OPENMETRICS },
        { "application/openmetrics-text;version=1.0.0;q=0.6,"
          "application/openmetrics-text;version=0.0.1;q=0.5,"
          "text/plain;version=0.0.4;q=0.4,*/*;q=0.3",
            METRICS_OPENMETRICS },
        { "text/plain, application/openmetrics-text;q=0.9", METRICS_TEXT },
        { "text/plain;q=0.2, application/openmetrics-text;q=0.25",
            METRICS_OPENMETRICS },
        { "application/openmetrics-text;q=0", METRICS_TEXT },
        { "application/openmetrics-text;q=0.000", METRICS_TEXT },
        { "application/openmetrics-text;q=", METRICS_OPENMETRICS },
        { "application/openmetrics-textile", METRICS_TEXT },
        { ",;,;;q=1,", METRICS_TEXT },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_int_equal(
            metrics_format_accepted(span_text(rows[i].accept)), rows[i].format);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_shown_in_their_unit),
        cmocka_unit_test(openmetrics_has_its_own_names_bounds_and_end),
        cmocka_unit_test(a_quiet_family_is_not_shown_before_it_is_used),
        cmocka_unit_test(series_are_bounded_and_a_refusal_changes_nothing),
        cmocka_unit_test(without_metrics_nothing_is_counted),
        cmocka_unit_test(what_is_looked_up_is_looked_up_for_each_rendering),
        cmocka_unit_test(the_process_is_told_of),
        cmocka_unit_test(the_format_is_the_one_that_is_asked_for),
        cmocka_unit_test(a_series_appears_with_its_first_call),
        cmocka_unit_test(buckets_count_all_that_is_not_longer),
        cmocka_unit_test(a_label_is_escaped),
        cmocka_unit_test(keys_are_told_apart_and_keep_their_order),
        cmocka_unit_test(a_key_that_is_added_twice_has_one_series),
    };
    return cmocka_run_group_tests_name("metrics", tests, NULL, NULL);
}
