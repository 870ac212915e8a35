/* SPDX-License-Identifier: Apache-2.0 */
#include "grpc/traceparent.h"
#include "test/check.h"

#define TRACE "4bf92f3577b34da6a3ce929d0e0e4736"
#define SPAN "00f067aa0ba902b7"

static void
ids_are_read_from_this_and_from_later_versions(void **state)
{
    (void)state;
    static const char *const good[] = { "00-" TRACE "-" SPAN "-01",
        "00-" TRACE "-" SPAN "-ff", "01-" TRACE "-" SPAN "-00",
        "fe-" TRACE "-" SPAN "-00-more" };
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        struct traceparent trace = { "", "" };
        assert_ok(traceparent_parse(span_text(good[i]), &trace));
        assert_string_equal(trace.trace_id, TRACE);
        assert_string_equal(trace.span_id, SPAN);
    }
}

static void
what_the_standard_has_ignored_is_refused_and_changes_nothing(void **state)
{
    (void)state;
    static const char *const bad[] = { "", "00", "00-" TRACE "-" SPAN "-0",
        "00-" TRACE "-" SPAN "-01-", "00-" TRACE "-" SPAN "-011",
        "ff-" TRACE "-" SPAN "-01", "0g-" TRACE "-" SPAN "-01",
        "01-" TRACE "-" SPAN "-01x", "00_" TRACE "-" SPAN "-01",
        "00-" TRACE "_" SPAN "-01", "00-" TRACE "-" SPAN "_01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-" SPAN "-01",
        "00-" TRACE "-00F067AA0BA902B7-01", "00-" TRACE "-" SPAN "-0x",
        "00-00000000000000000000000000000000-" SPAN "-01",
        "00-" TRACE "-0000000000000000-01", " 00-" TRACE "-" SPAN "-01" };
    struct traceparent trace = { "", "" };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(
            traceparent_parse(span_text(bad[i]), &trace), STATUS_INVALID);
    /* Nor is what follows it in memory looked at. */
    struct span whole = SPAN_LITERAL("01-" TRACE "-" SPAN "-01-");
    assert_int_equal(
        traceparent_parse(span_first(whole, whole.len - 2), &trace),
        STATUS_INVALID);
    assert_string_equal(trace.trace_id, "");
    assert_string_equal(trace.span_id, "");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_are_read_from_this_and_from_later_versions),
        cmocka_unit_test(
            what_the_standard_has_ignored_is_refused_and_changes_nothing),
    };
    return cmocka_run_group_tests_name("traceparent", tests, NULL, NULL);
}
