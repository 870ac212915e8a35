/* SPDX-License-Identifier: Apache-2.0 */
/* The order in which evidence of a key's identity counts. */
#include "identity/identity.h"

#include "base/log.h"
#include "test/check.h"

#include <pthread.h>

#define ARN "arn:aws:kms:eu-west-1:111122223333:key/a"
#define OTHER "arn:aws:kms:eu-west-1:111122223333:key/b"

enum { NOW_MS = 1000000 };

static struct clock_manual now;

static struct identity *
open_identity(enum identity_mode mode)
{
    struct identity *i = NULL;
    now.now_ms = NOW_MS;
    const struct identity_options options = { mode, SPAN_LITERAL("alias/a"),
        clock_manual(&now), NULL };
    assert_ok(identity_new(&options, &i));
    assert_int_equal(identity_mode(i), mode);
    return i;
}

static enum status
learn(struct identity *i, uint64_t begun, const char *arn, const char *material)
{
    const struct identity_evidence evidence = { span_text(arn),
        span_text(material) };
    struct buf answered = { 0 }, told = { 0 };
    enum status st = identity_learn(i, begun, &evidence, &answered);
    if (st == STATUS_OK) {
        assert_ok(identity_get(i, &told));
        assert_string_equal(buf_text(&answered), buf_text(&told));
    } else
        assert_int_equal(answered.len, 0);
    buf_reset(&answered);
    buf_reset(&told);
    return st;
}

static void
assert_is(struct identity *i, const char *id)
{
    struct buf told = { 0 };
    assert_ok(identity_get(i, &told));
    assert_string_equal(buf_text(&told), id);
    buf_reset(&told);
}

static void
the_flag_is_said_as_it_stands_whatever_kms_says(void **state)
{
    (void)state;
    struct identity *i = open_identity(IDENTITY_FLAG);
    assert_is(i, "alias/a");
    assert_ok(learn(i, identity_begin(i), ARN, "m1"));
    assert_is(i, "alias/a");
    identity_free(i);
}

static void
nothing_is_said_before_anything_is_learnt(void **state)
{
    (void)state;
    struct identity *i = open_identity(IDENTITY_ARN);
    struct buf told = { 0 };
    assert_int_equal(identity_get(i, &told), STATUS_NOT_FOUND);
    assert_int_equal(told.len, 0);
    assert_ok(learn(i, identity_begin(i), ARN, "m1"));
    assert_is(i, ARN);
    identity_free(i);
}

static void
an_alias_that_points_elsewhere_is_another_identity(void **state)
{
    (void)state;
    struct identity *i = open_identity(IDENTITY_ARN);
    assert_ok(learn(i, identity_begin(i), ARN, ""));
    assert_ok(learn(i, identity_begin(i), OTHER, ""));
    assert_is(i, OTHER);
    identity_free(i);
}

static void
material_is_part_of_the_identity_once_it_is_known(void **state)
{
    (void)state;
    struct identity *i = open_identity(IDENTITY_MATERIAL);
    assert_ok(learn(i, identity_begin(i), ARN, ""));
    assert_is(i, ARN);
    assert_ok(learn(i, identity_begin(i), ARN, "m1"));
    assert_is(i, ARN "#m1");
    assert_ok(learn(i, identity_begin(i), ARN, "m2"));
    assert_is(i, ARN "#m2");
    identity_free(i);
}

static void
not_knowing_the_material_for_a_while_changes_nothing(void **state)
{
    (void)state;
    struct identity *i = open_identity(IDENTITY_MATERIAL);
    assert_ok(learn(i, identity_begin(i), ARN, "m1"));
    assert_ok(learn(i, identity_begin(i), ARN, ""));
    assert_is(i, ARN "#m1");
    now.now_ms += 10 * IDENTITY_SETTLE_MS;
    assert_ok(learn(i, identity_begin(i), ARN, ""));
    assert_is(i, ARN "#m1");
    /* But of another key nothing is known. */
    assert_ok(learn(i, identity_begin(i), OTHER, ""));
    assert_is(i, OTHER);
    identity_free(i);
}

static void
a_call_from_before_a_change_does_not_undo_it(void **state)
{
    (void)state;
    struct identity *i = open_identity(IDENTITY_MATERIAL);
    assert_ok(learn(i, identity_begin(i), ARN, "m1"));
    now.now_ms += 10 * IDENTITY_SETTLE_MS;
    uint64_t early = identity_begin(i), late = identity_begin(i);
    assert_ok(learn(i, late, ARN, "m2"));
    assert_int_equal(learn(i, early, ARN, "m1"), STATUS_CONFLICT);
    assert_is(i, ARN "#m2");
    /* Nor is its blob called new where its material is not known. */
    assert_int_equal(learn(i, early, ARN, ""), STATUS_CONFLICT);
    assert_ok(learn(i, early, ARN, "m2"));
    assert_ok(learn(i, identity_begin(i), ARN, ""));
    identity_free(i);
}

static void
calls_side_by_side_agree_on_who_came_first(void **state)
{
    (void)state;
    struct identity *i = open_identity(IDENTITY_MATERIAL);
    uint64_t early = identity_begin(i), late = identity_begin(i);
    assert_ok(learn(i, early, ARN, "m2"));
    /* KMS may have answered the later one first. */
    assert_int_equal(learn(i, late, ARN, "m1"), STATUS_CONFLICT);
    assert_is(i, ARN "#m2");
    assert_ok(learn(i, identity_begin(i), ARN, "m2"));
    identity_free(i);
}

static void
what_was_replaced_does_not_come_back_at_once(void **state)
{
    (void)state;
    struct identity *i = open_identity(IDENTITY_ARN);
    assert_ok(learn(i, identity_begin(i), ARN, ""));
    assert_ok(learn(i, identity_begin(i), OTHER, ""));
    now.now_ms += IDENTITY_SETTLE_MS - 1;
    assert_int_equal(learn(i, identity_begin(i), ARN, ""), STATUS_CONFLICT);
    assert_is(i, OTHER);
    now.now_ms++;
    assert_ok(learn(i, identity_begin(i), ARN, ""));
    assert_is(i, ARN);
    identity_free(i);
}

static void
what_an_apiserver_refuses_is_no_identity(void **state)
{
    (void)state;
    struct identity *i = open_identity(IDENTITY_MATERIAL);
    static char longest[IDENTITY_MAX + 1], longer[IDENTITY_MAX + 2];
    memset(longest, 'a', IDENTITY_MAX);
    memset(longer, 'a', IDENTITY_MAX + 1);
    static const char *const broken[] = { "", "a b", "a\nb", "\xff", "a\x7f" };
    for (size_t n = 0; n < ARRAY_LEN(broken); n++)
        assert_int_equal(
            learn(i, identity_begin(i), broken[n], "m"), STATUS_INVALID);
    assert_int_equal(learn(i, identity_begin(i), longest, "m"), STATUS_INVALID);
    assert_int_equal(learn(i, identity_begin(i), longer, ""), STATUS_INVALID);
    struct buf told = { 0 };
    assert_int_equal(identity_get(i, &told), STATUS_NOT_FOUND);
    assert_ok(learn(i, identity_begin(i), longest, ""));
    identity_free(i);
}

/* ---- many threads across a rotation ---- */

enum { THREADS = 8, ROUNDS = 2000 };

static struct identity *shared;
static _Atomic int material; /* of KMS: 1, then 2 */

static void *
encrypt_again_and_again(void *context)
{
    bool seen_new = false;
    for (int n = 0; n < ROUNDS; n++) {
        uint64_t begun = identity_begin(shared);
        int sealed_by = material;
        const struct identity_evidence evidence = { SPAN_LITERAL(ARN),
            sealed_by == 1 ? SPAN_LITERAL("m1") : SPAN_LITERAL("m2") };
        struct buf id = { 0 };
        if (identity_learn(shared, begun, &evidence, &id) == STATUS_OK) {
            bool is_new = span_ends_with(buf_span(&id), SPAN_LITERAL("m2"));
            /* The label is the blob's own, and never goes back. */
            if (is_new != (sealed_by == 2) || (seen_new && !is_new))
                *(bool *)context = false;
            seen_new = is_new;
        }
        buf_reset(&id);
        if (n == ROUNDS / 2)
            material = 2;
    }
    return NULL;
}

static void
a_rotation_under_load_is_seen_once(void **state)
{
    (void)state;
    pthread_t threads[THREADS];
    bool well[THREADS];
    shared = open_identity(IDENTITY_MATERIAL);
    material = 1;
    for (size_t n = 0; n < THREADS; n++) {
        well[n] = true;
        assert_int_equal(pthread_create(&threads[n], NULL,
                             encrypt_again_and_again, &well[n]),
            0);
    }
    for (size_t n = 0; n < THREADS; n++) {
        assert_int_equal(pthread_join(threads[n], NULL), 0);
        assert_true(well[n]);
    }
    assert_is(shared, ARN "#m2");
    identity_free(shared);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_flag_is_said_as_it_stands_whatever_kms_says),
        cmocka_unit_test(nothing_is_said_before_anything_is_learnt),
        cmocka_unit_test(an_alias_that_points_elsewhere_is_another_identity),
        cmocka_unit_test(material_is_part_of_the_identity_once_it_is_known),
        cmocka_unit_test(not_knowing_the_material_for_a_while_changes_nothing),
        cmocka_unit_test(a_call_from_before_a_change_does_not_undo_it),
        cmocka_unit_test(calls_side_by_side_agree_on_who_came_first),
        cmocka_unit_test(what_was_replaced_does_not_come_back_at_once),
        cmocka_unit_test(what_an_apiserver_refuses_is_no_identity),
        cmocka_unit_test(a_rotation_under_load_is_seen_once),
    };
    log_init("test_identity", LOG_ERROR, LOG_TEXT);
    return cmocka_run_group_tests_name("identity", tests, NULL, NULL);
}
