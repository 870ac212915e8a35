/* SPDX-License-Identifier: Apache-2.0 */
/* What an answer tells of the machine's clock. */
#include "kms/skew.h"
#include "test/check.h"

enum { MINUTE_MS = 60 * 1000 };

static void
dates_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ms;
    } good[] = {
        { "Thu, 01 Jan 1970 00:00:00 GMT", 0 },
        { "Sun, 06 Nov 1994 08:49:37 GMT", 784111777000 },
        { "Sun, 22 Nov 2026 15:04:05 GMT", 1795359845000 },
        { "Tue, 29 Feb 2028 23:59:59 GMT", 1835481599000 },
    };
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        int64_t ms = -1;
        assert_ok(skew_read_date(span_text(good[i].text), &ms));
        assert_int_equal(ms, good[i].ms);
    }
}

static void
other_dates_are_invalid(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
        "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 08:49:37 GMT ",
        "Sun, 06 NOV 1994 08:49:37 GMT",
        "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 06 ovD 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT",
        "Sun, 06 Nov 1994 08:4x:37 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT",
        "Sun, -6 Nov 1994 08:49:37 GMT",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        int64_t ms = -1;
        if (skew_read_date(span_text(bad[i]), &ms) != STATUS_INVALID)
            fail_msg("%s", bad[i]);
        assert_int_equal(ms, -1);
    }
}

static void
kms_tells_that_a_time_is_wrong(void **state)
{
    (void)state;
    static const struct {
        enum kms_failure failure;
        const char *type, *message;
        bool told;
    } cases[] = {
        { KMS_FAILURE_ANSWER, "InvalidSignatureException",
            "Signature expired: 20151120T200815Z is now earlier than "
            "20151120T201846Z (20151120T202346Z - 5 min.)",
            true },
        { KMS_FAILURE_ANSWER, "InvalidSignatureException",
            "Signature not yet current: 20151120T202815Z is still later than "
            "20151120T202346Z (20151120T201846Z + 5 min.)",
            true },
        { KMS_FAILURE_ANSWER, "SignatureDoesNotMatch", "Signature expired",
            true },
        { KMS_FAILURE_ANSWER, "RequestTimeTooSkewed", "", true },
        { KMS_FAILURE_ANSWER, "RequestExpired", "", true },
        { KMS_FAILURE_ANSWER, "RequestInTheFuture", "", true },
        { KMS_FAILURE_ANSWER, "InvalidSignatureException",
            "The request signature we calculated does not match", false },
        { KMS_FAILURE_ANSWER, "AccessDeniedException", "Signature expired",
            false },
        { KMS_FAILURE_TRANSPORT, "RequestExpired", "", false },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct kms_result result = { .failure = cases[i].failure,
            .error_type = span_text(cases[i].type),
            .message = span_text(cases[i].message) };
        if (skew_is_told(&result) != cases[i].told)
            fail_msg("%s: %s", cases[i].type, cases[i].message);
    }
}

static void
other_refusals_may_come_of_a_wrong_time(void **state)
{
    (void)state;
    static const struct {
        enum kms_failure failure;
        const char *type;
        bool suspected;
    } rows[] = {
        { KMS_FAILURE_ANSWER, "InvalidSignatureException", true },
        { KMS_FAILURE_ANSWER, "SignatureDoesNotMatch", true },
        { KMS_FAILURE_ANSWER, "AuthFailure", true },
        { KMS_FAILURE_ANSWER, "AccessDeniedException", true },
        { KMS_FAILURE_ANSWER, "NotFoundException", false },
        { KMS_FAILURE_BAD_ANSWER, "AuthFailure", false },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct kms_result result = { .failure = rows[i].failure,
            .error_type = span_text(rows[i].type) };
        assert_int_equal(skew_is_suspected(&result), rows[i].suspected);
    }
}

static void
the_offset_follows_what_is_far_off(void **state)
{
    (void)state;
    static const struct {
        int64_t offset, date; /* the machine's clock shows 0; minutes */
        bool told;
        int64_t offset_after;
        bool changed;
    } cases[] = {
        { 0, 0, false, 0, false },
        { 0, 4, false, 0, false },
        { 0, -4, false, 0, false },
        { 0, 6, false, 6, true },
        { 0, -6, false, -6, true },
        { 0, 3, true, 3, true },
        { 6, 6, true, 6, false },
        { 6, 8, false, 6, false },
        { 6, -6, false, -6, true },
        { 6, 1, false, 0, true }, /* the machine's clock was set right */
        { 6, 1, true, 0, true },
        { 6, 7, true, 7, true },
        { 0, 24 * 60, true, 24 * 60, true },
        { 0, 24 * 60 + 1, true, 0, false },
        { 6, -24 * 60 - 1, true, 6, false },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int64_t offset_ms = cases[i].offset * MINUTE_MS;
        bool changed = skew_learn(&offset_ms, 1000000,
            1000000 + cases[i].date * MINUTE_MS, cases[i].told);
        if (changed != cases[i].changed)
            fail_msg("case %zu", i);
        assert_int_equal(offset_ms, cases[i].offset_after * MINUTE_MS);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_are_read),
        cmocka_unit_test(other_dates_are_invalid),
        cmocka_unit_test(kms_tells_that_a_time_is_wrong),
        cmocka_unit_test(other_refusals_may_come_of_a_wrong_time),
        cmocka_unit_test(the_offset_follows_what_is_far_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
