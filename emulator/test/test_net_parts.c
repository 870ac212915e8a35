/* SPDX-License-Identifier: Apache-2.0 */
/* The small parts of net/ that are values and functions. */
#include "net/heals.h"
#include "net/raw_plan.h"
#include "net/server_name.h"
#include "net/tls.h"
#include "test/check.h"

static void
server_names_are_read_from_their_extension_only(void **context)
{
    (void)context;
    static const struct {
        struct span extension;
        const char *name;
    } rows[] = {
        { SPAN_INIT("\0\x0c\0\0\x09localhost"), "localhost" },
        { SPAN_INIT("\0\x0b\x07\0\x02xx\0\0\x03kms"), "kms" },
        { SPAN_INIT(""), "" }, { SPAN_INIT("\0\0"), "" },
        { SPAN_INIT("\0\x0c\0\0\x09local"), "" },       /* cut */
        { SPAN_INIT("\0\x0c\0\0\x09localhostx"), "" },  /* longer */
        { SPAN_INIT("\0\x0c\0\0\x0alocalhost"), "" },   /* name too long */
        { SPAN_INIT("\0\x0c\x01\0\x09localhost"), "" }, /* other kind */
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_span_text(net_server_name(rows[i].extension), rows[i].name);
}

static void
what_was_healed_since_a_moment_is_known(void **context)
{
    (void)context;
    struct net_heals heals;
    net_heals_init(&heals);
    uint64_t start = net_heals_now(&heals);
    assert_false(net_heals_since(&heals, start, 5));
    net_heals_add(&heals, 6);
    assert_false(net_heals_since(&heals, start, 5));
    assert_true(net_heals_since(&heals, start, 6));
    uint64_t later = net_heals_now(&heals);
    assert_false(net_heals_since(&heals, later, 6));
    net_heals_add(&heals, NET_RULE_NONE);
    assert_true(net_heals_since(&heals, later, 5));
    later = net_heals_now(&heals);
    for (int i = 0; i < NET_HEALS_KEPT; i++)
        net_heals_add(&heals, 6);
    assert_false(net_heals_since(&heals, later, 5));
    net_heals_add(&heals, 6); /* one more than is remembered */
    assert_true(net_heals_since(&heals, later, 5));
    net_heals_reset(&heals);
}

static void
a_rate_is_kept_and_saves_little(void **context)
{
    (void)context;
    enum { SECOND_US = 1000000 };
    uint64_t again_us = 0, now_us = 77 * (uint64_t)SECOND_US;
    struct net_rate rate = { .per_second = 0 };
    assert_true(net_rate_allows(&rate, now_us, &again_us) == SIZE_MAX);
    rate.per_second = 1000;
    size_t moved = 0;
    uint64_t end_us = now_us + 3 * (uint64_t)SECOND_US;
    while (now_us < end_us) {
        size_t bytes = net_rate_allows(&rate, now_us, &again_us);
        net_rate_moved(&rate, bytes);
        moved += bytes;
        if (bytes == 0) {
            assert_true(again_us > now_us);
            now_us = again_us;
        }
    }
    assert_in_range(moved, 2900, 3001);
    now_us += 60 * (uint64_t)SECOND_US;
    assert_in_range(net_rate_allows(&rate, now_us, &again_us), 0, 101);
    rate = (struct net_rate){ .per_second = NET_RATE_MAX };
    assert_int_equal(net_rate_allows(&rate, 1, &again_us), 0);
    assert_int_equal(net_rate_allows(&rate, 11, &again_us), 10 * 1000000);
}

static void
plans_of_another_form_are_told(void **context)
{
    (void)context;
    struct net_raw_plan plan = { .pause_count = 2 };
    assert_true(net_raw_plan_valid(&plan));
    plan.pauses[0].at = 1;
    assert_false(net_raw_plan_valid(&plan));
    plan.pauses[1].at = 1;
    assert_true(net_raw_plan_valid(&plan));
    plan.pause_count = NET_RAW_PAUSES + 1;
    assert_false(net_raw_plan_valid(&plan));
    plan = (struct net_raw_plan){ .pause_count = 1 };
    plan.pauses[0].ms = NET_WAIT_MAX_MS;
    assert_true(net_raw_plan_valid(&plan));
    plan.pauses[0].ms++;
    assert_false(net_raw_plan_valid(&plan));
    plan = (struct net_raw_plan){ .piece_ms = 1 };
    assert_false(net_raw_plan_valid(&plan));
    plan.piece = 1;
    assert_true(net_raw_plan_valid(&plan));
    plan.bytes_per_second = NET_RATE_MAX + 1;
    assert_false(net_raw_plan_valid(&plan));
    plan = (struct net_raw_plan){ .bytes = { NULL, NET_RAW_BYTES_MAX + 1, 0 } };
    assert_false(net_raw_plan_valid(&plan));
}

static void
names_for_certificates_hold_nothing_else(void **context)
{
    (void)context;
    static const char *const good[] = { "localhost", "kms.eu-west-1.test",
        "*.kms.test", "10.0.0.1", "::1", "fe80::1", "a_b" };
    static const char *const bad[] = { "", ".", "*", "*.", "*..a", "a b",
        "a,DNS:b", "a\nb", "[::1]", "::1%lo", "\xc3\xa4.test", "a*.test" };
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        assert_true(net_tls_name_valid(good[i]));
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(net_tls_name_valid(bad[i]));
    char long_name[256];
    memset(long_name, 'a', sizeof(long_name) - 1);
    long_name[sizeof(long_name) - 1] = '\0';
    assert_false(net_tls_name_valid(long_name));
}

static void
a_certificate_that_cannot_be_had_leaves_nothing(void **context)
{
    (void)context;
    struct buf problem = { 0 };
    struct net_tls *tls = NULL;
    assert_int_equal(
        net_tls_from_files("/nowhere/c", "/nowhere/k", &problem, &tls),
        STATUS_NOT_FOUND);
    assert_null(tls);
    assert_non_null(strstr(buf_text(&problem), "/nowhere/c"));
    buf_clear(&problem);
    assert_int_equal(
        net_tls_self_signed("/nowhere/at/all", NULL, 0, &problem, &tls),
        STATUS_NOT_FOUND);
    assert_null(tls);
    assert_non_null(strstr(buf_text(&problem), "/nowhere/at/all"));
    buf_reset(&problem);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(server_names_are_read_from_their_extension_only),
        cmocka_unit_test(what_was_healed_since_a_moment_is_known),
        cmocka_unit_test(a_rate_is_kept_and_saves_little),
        cmocka_unit_test(plans_of_another_form_are_told),
        cmocka_unit_test(names_for_certificates_hold_nothing_else),
        cmocka_unit_test(a_certificate_that_cannot_be_had_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
