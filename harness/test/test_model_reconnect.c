/* SPDX-License-Identifier: Apache-2.0 */
/* The connection to a plugin that goes away and comes back. */
#include "model/reconnect.h"
#include "test/check.h"
#include "test/support_kms.h"

#include <stdlib.h>

enum { SECOND = 1000 };

struct lab {
    struct fake_kms fake;
    struct clock_manual time;
    bool listens;
    struct reconnect *link;
};

static bool
answers(void *context)
{
    const struct lab *lab = context;
    return lab->listens;
}

static int
set_up(void **state)
{
    struct lab *lab = calloc(1, sizeof(*lab));
    assert_non_null(lab);
    support_kms_init(&lab->fake);
    lab->listens = true;
    const struct reconnect_options options = {
        .answers = answers,
        .context = lab,
        .clock = clock_manual(&lab->time),
        .v1 = support_kms_v1(&lab->fake),
        .v2 = support_kms_v2(&lab->fake),
    };
    assert_ok(reconnect_new(&options, &lab->link));
    *state = lab;
    return 0;
}

static int
tear_down(void **state)
{
    struct lab *lab = *state;
    reconnect_free(lab->link);
    support_kms_reset(&lab->fake);
    free(lab);
    return 0;
}

static enum grpc_code
ask_status(struct lab *lab)
{
    struct kms_service_v2 v2 = reconnect_v2(lab->link);
    struct kms_v2_status status = { 0 };
    struct grpc_error error = { 0 };
    enum status st = v2.status(v2.context, 3 * SECOND, &status, &error);
    enum grpc_code code = error.code;
    assert_int_equal(st, grpc_error_status(code));
    kms_v2_status_reset(&status);
    grpc_error_reset(&error);
    return code;
}

/* Asks each second; the seconds that pass until Status is answered. */
static int
seconds_until_answered(struct lab *lab)
{
    for (int i = 0; i < 600; i++, lab->time.now_ms += SECOND)
        if (ask_status(lab) == GRPC_CODE_OK)
            return i;
    fail_msg("it is never answered");
    return -1;
}

static void
be_away(struct lab *lab, int seconds)
{
    lab->listens = false;
    for (int i = 0; i < seconds; i++, lab->time.now_ms += SECOND)
        assert_int_equal(ask_status(lab), GRPC_CODE_DEADLINE_EXCEEDED);
    lab->listens = true;
}

static void
a_plugin_that_listens_is_called(void **state)
{
    struct lab *lab = *state;
    struct kms_service_v1 v1 = reconnect_v1(lab->link);
    struct buf wrapped = { 0 }, plain = { 0 };
    struct kms_v1_version version = { 0 };
    struct grpc_error error = { 0 };
    assert_int_equal(ask_status(lab), GRPC_CODE_OK);
    assert_ok(v1.version(v1.context, SECOND, &version, &error));
    assert_ok(
        v1.encrypt(v1.context, SECOND, SPAN_LITERAL("ping"), &wrapped, &error));
    assert_ok(
        v1.decrypt(v1.context, SECOND, buf_span(&wrapped), &plain, &error));
    assert_span_text(buf_span(&plain), "ping");
    kms_v1_version_reset(&version);
    buf_reset(&wrapped);
    buf_reset(&plain);
}

static void
what_a_plugin_answers_is_passed_on(void **state)
{
    struct lab *lab = *state;
    lab->fake.status_code = GRPC_CODE_PERMISSION_DENIED;
    assert_int_equal(ask_status(lab), GRPC_CODE_PERMISSION_DENIED);
}

static void
after_a_short_absence_it_is_found_at_once(void **state)
{
    struct lab *lab = *state;
    be_away(lab, 1);
    assert_int_equal(seconds_until_answered(lab), 0);
}

/* Tries come 1, 2.6, 5.2, 9.3, 15.8, … 181.5, 291.5 s after it went. */
static void
after_a_long_absence_it_is_found_long_after(void **state)
{
    struct lab *lab = *state;
    be_away(lab, 215);
    assert_int_equal(seconds_until_answered(lab), 292 - 215);
}

static void
pauses_have_a_limit(void **state)
{
    struct lab *lab = *state;
    be_away(lab, 1200);
    assert_in_range(seconds_until_answered(lab), 1, 120);
}

static void
once_found_the_next_absence_begins_anew(void **state)
{
    struct lab *lab = *state;
    be_away(lab, 100);
    assert_int_not_equal(seconds_until_answered(lab), 0);
    be_away(lab, 1);
    assert_int_equal(seconds_until_answered(lab), 0);
}

int
main(void)
{
#define WITH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    static const struct CMUnitTest tests[] = {
        WITH(a_plugin_that_listens_is_called),
        WITH(what_a_plugin_answers_is_passed_on),
        WITH(after_a_short_absence_it_is_found_at_once),
        WITH(after_a_long_absence_it_is_found_long_after),
        WITH(pauses_have_a_limit),
        WITH(once_found_the_next_absence_begins_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
