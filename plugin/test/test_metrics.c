/* SPDX-License-Identifier: Apache-2.0 */
#include "metrics/metrics.h"
#include "test/check.h"

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
        METRICS_THROTTLED, duration_ms };
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
    assert_ok(metrics_render(metrics, &text));
    assert_null(strstr(buf_text(&text), "key_arn"));
    assert_line(&text, "# TYPE " TOTAL " counter\n");
    assert_line(&text, "# TYPE " LATENCY " histogram\n");
    buf_clear(&text);
    record(key, 1);
    assert_ok(metrics_render(metrics, &text));
    assert_line(&text, TOTAL "{" LABELS "} 1\n");
    assert_null(strstr(buf_text(&text), "encrypt\""));
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
    assert_ok(metrics_render(metrics, &text));
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
    assert_ok(metrics_render(metrics, &text));
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
    assert_ok(metrics_render(metrics, &text));
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
    assert_ok(metrics_render(metrics, &text));
    assert_line(&text, TOTAL "{" LABELS "} 2\n");
    assert_null(
        strstr(strstr(buf_text(&text), TOTAL "{") + 1, TOTAL "{" LABELS));
    buf_reset(&text);
    metrics_free(metrics);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_series_appears_with_its_first_call),
        cmocka_unit_test(buckets_count_all_that_is_not_longer),
        cmocka_unit_test(a_label_is_escaped),
        cmocka_unit_test(keys_are_told_apart_and_keep_their_order),
        cmocka_unit_test(a_key_that_is_added_twice_has_one_series),
    };
    return cmocka_run_group_tests_name("metrics", tests, NULL, NULL);
}
