/* SPDX-License-Identifier: Apache-2.0 */
/* What a KMS v2 provider still does while parts of its plugin fail. */
#include "support_v2.h"
#include "test/check.h"

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };

enum outcome { GOOD, BAD };

static const struct situation {
    const char *name;
    enum grpc_code status_code, encrypt_code, decrypt_code;
    const char *healthz, *key_id, *encrypt_key_id;
    bool restarted;
    enum outcome warm, cold, write_soon, write_late, healthy;
} matrix[] = {
    { "all is well", 0, 0, 0, NULL, "key-1", NULL, false, GOOD, GOOD, GOOD,
        GOOD, GOOD },
    { "no Status", GRPC_CODE_UNAVAILABLE, GRPC_CODE_UNAVAILABLE,
        GRPC_CODE_UNAVAILABLE, NULL, "key-1", NULL, false, GOOD, BAD, GOOD, BAD,
        BAD },
    { "Status says it is sick", 0, GRPC_CODE_UNAVAILABLE, GRPC_CODE_UNAVAILABLE,
        "err", "key-1", NULL, false, GOOD, BAD, GOOD, GOOD, BAD },
    { "no Encrypt, same key id", 0, GRPC_CODE_UNAVAILABLE, 0, NULL, "key-1",
        NULL, false, GOOD, GOOD, GOOD, GOOD, GOOD },
    { "no Encrypt, new key id", 0, GRPC_CODE_UNAVAILABLE, 0, NULL, "key-2",
        NULL, false, GOOD, GOOD, GOOD, BAD, BAD },
    { "Status and Encrypt disagree", 0, 0, 0, NULL, "key-2", "key-1", false,
        GOOD, GOOD, GOOD, BAD, BAD },
    { "no Decrypt", 0, 0, GRPC_CODE_UNAVAILABLE, NULL, "key-1", NULL, false,
        GOOD, BAD, GOOD, GOOD, GOOD },
    { "restarted without the plugin", GRPC_CODE_UNAVAILABLE,
        GRPC_CODE_UNAVAILABLE, GRPC_CODE_UNAVAILABLE, NULL, "key-1", NULL, true,
        BAD, BAD, BAD, BAD, BAD },
    { "restarted without Encrypt", 0, GRPC_CODE_UNAVAILABLE, 0, NULL, "key-1",
        NULL, true, BAD, BAD, BAD, BAD, BAD },
};

static void
break_as(struct support_v2 *b, const struct situation *s)
{
    b->fake.status_code = s->status_code;
    b->fake.encrypt_code = s->encrypt_code;
    b->fake.decrypt_code = s->decrypt_code;
    b->fake.healthz = s->healthz;
    b->fake.key_id = s->key_id;
    b->fake.encrypt_key_id = s->encrypt_key_id;
}

static enum outcome
outcome_of(enum status st)
{
    return st == STATUS_OK ? GOOD : BAD;
}

static void
run_situation(struct support_v2 *b, const struct situation *s)
{
    struct buf cold, warm, stored = { 0 };
    bool stale = false;
    print_message("# %s\n", s->name);
    assert_ok(support_v2_health(b));
    cold = support_v2_sealed(b);
    support_v2_restart(b);
    b->time.now_ms += MINUTE;
    assert_ok(support_v2_health(b));
    warm = support_v2_sealed(b);

    break_as(b, s);
    if (s->restarted)
        support_v2_restart(b);
    b->time.now_ms += MINUTE;
    assert_int_equal(outcome_of(support_v2_health(b)), s->healthy);
    assert_int_equal(outcome_of(support_v2_seal(b, &stored)), s->write_soon);
    for (int i = 0; i < 3; i++) {
        b->time.now_ms += MINUTE;
        assert_int_equal(outcome_of(support_v2_health(b)), s->healthy);
    }
    assert_int_equal(outcome_of(support_v2_seal(b, &stored)), s->write_late);
    assert_int_equal(outcome_of(support_v2_open(b, &warm, &stale)), s->warm);
    assert_int_equal(outcome_of(support_v2_open(b, &cold, &stale)), s->cold);
    buf_reset(&cold);
    buf_reset(&warm);
    buf_reset(&stored);
}

static void
outages_have_the_effects_that_kube_apiserver_shows(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(matrix); i++) {
        void *fresh = NULL;
        assert_int_equal(support_v2_setup(&fresh), 0);
        run_situation(fresh, &matrix[i]);
        assert_int_equal(support_v2_teardown(&fresh), 0);
    }
}

/* ---- the cache ---------------------------------------------------------- */

static void
a_seed_of_a_day_ago_goes_at_the_next_write(void **state)
{
    struct support_v2 *b = *state;
    bool stale = false;
    assert_ok(support_v2_health(b));
    struct buf old = support_v2_sealed(b);
    support_v2_restart(b);
    assert_ok(support_v2_health(b));
    assert_ok(support_v2_open(b, &old, &stale));
    b->fake.decrypt_code = GRPC_CODE_UNAVAILABLE;

    b->time.now_ms += 24 * HOUR;
    assert_ok(support_v2_health(b));
    assert_ok(support_v2_open(b, &old, &stale)); /* a look-up drops nothing */
    struct buf fresh = support_v2_sealed(b);
    assert_int_equal(support_v2_open(b, &old, &stale), STATUS_UNAVAILABLE);
    assert_ok(support_v2_open(b, &fresh, &stale));
    buf_reset(&old);
    buf_reset(&fresh);
}

int
main(void)
{
#define WITH(test)                                                             \
    cmocka_unit_test_setup_teardown(test, support_v2_setup, support_v2_teardown)
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(outages_have_the_effects_that_kube_apiserver_shows),
        WITH(a_seed_of_a_day_ago_goes_at_the_next_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
