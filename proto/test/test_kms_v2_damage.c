/* SPDX-License-Identifier: Apache-2.0 */
/* Stored KMS v2 values with a part changed, and plugins that unwrap nonsense.
 */
#include "k8s/encrypted_object.h"
#include "support_v2.h"
#include "test/check.h"

/* ---- damage ---------------------------------------------------------------
 */

enum region { KEY_ID, SOURCE, ANNOTATION, TYPE, INFO, NONCE, TEXT, TAG };

static void
turn(struct encrypted_object *o, enum region region)
{
    static const size_t at[] = {
        [INFO] = 0, [NONCE] = 32, [TEXT] = 44, [TAG] = 48
    };
    if (region == KEY_ID)
        o->key_id.ptr[0] ^= 1;
    else if (region == SOURCE)
        o->source.ptr[o->source.len - 1] ^= 1;
    else if (region == ANNOTATION)
        assert_ok(byte_map_set(
            &o->annotations, SPAN_LITERAL("a.b"), SPAN_LITERAL("added")));
    else if (region == TYPE)
        o->type = ENCRYPTED_OBJECT_AES_GCM_KEY;
    else
        o->data.ptr[at[region]] ^= 1;
}

#define MAC "cipher: message authentication failed"

static const struct {
    enum region region;
    const char *words; /* NULL: it is read, as stale where the key id moved */
    unsigned decrypts;
} damages[] = {
    { KEY_ID, NULL, 1 }, /* judging it is the plugin's duty */
    { SOURCE, MAC, 1 },  /* the script unwraps to another seed */
    { ANNOTATION, NULL, 1 },
    { TYPE, MAC, 1 },
    { INFO, MAC, 0 },
    { NONCE, MAC, 0 },
    { TEXT, MAC, 0 },
    { TAG, MAC, 0 },
};

static void
damage_shows_where_it_is_bound(void **state)
{
    struct support_v2 *b = *state;
    assert_ok(support_v2_health(b));
    for (size_t i = 0; i < ARRAY_LEN(damages); i++) {
        struct encrypted_object o = { 0 };
        struct buf damaged = { 0 };
        bool stale = false;
        unsigned before = b->fake.decrypt_calls;
        struct buf stored = support_v2_sealed(b);
        assert_ok(encrypted_object_decode(buf_span(&stored), &o, &b->error));
        turn(&o, damages[i].region);
        assert_ok(encrypted_object_encode(&o, &damaged));
        enum status st = support_v2_open(b, &damaged, &stale);
        assert_words(b, damages[i].words == NULL ? "" : damages[i].words);
        assert_int_equal(
            st, damages[i].words == NULL ? STATUS_OK : STATUS_AUTHENTIC);
        assert_int_equal(stale, damages[i].region == KEY_ID);
        assert_int_equal(b->fake.decrypt_calls - before, damages[i].decrypts);
        encrypted_object_reset(&o);
        buf_reset(&damaged);
        buf_reset(&stored);
    }
}

static void
a_value_moved_to_another_object_is_refused(void **state)
{
    struct support_v2 *b = *state;
    bool stale = false;
    assert_ok(support_v2_health(b));
    struct buf stored = support_v2_sealed(b);
    assert_int_equal(
        support_v2_open_at(
            b, SPAN_LITERAL("/registry/secrets/default/s2"), &stored, &stale),
        STATUS_AUTHENTIC);
    assert_words(b, MAC);
    buf_reset(&stored);
}

/* A source whose unwrapping the script knows, and what it is. */
static const struct {
    int32_t type;
    const char *plain;
    const char *words;
} bad_secrets[] = {
    { ENCRYPTED_OBJECT_SEED, "short",
        "invalid seed length 5 used for key generation" },
    { ENCRYPTED_OBJECT_SEED, "",
        "invalid seed length 0 used for key generation" },
    { ENCRYPTED_OBJECT_AES_GCM_KEY, "seventeen bytes!!",
        "crypto/aes: invalid key size 17" },
};

static void
a_secret_of_the_wrong_size_is_refused_and_not_kept(void **state)
{
    struct support_v2 *b = *state;
    struct fake_unwrap unwrap = { { 0 }, { 0 } };
    assert_ok(support_v2_health(b));
    assert_ok(buf_append_text(&unwrap.wrapped, "s"));
    b->fake.unwraps = &unwrap;
    b->fake.unwrap_count = 1;
    for (size_t i = 0; i < ARRAY_LEN(bad_secrets); i++) {
        struct encrypted_object o = { .type = bad_secrets[i].type };
        struct buf stored = { 0 };
        bool stale = false;
        unsigned before = b->fake.decrypt_calls;
        assert_ok(buf_set(&unwrap.plain, span_text(bad_secrets[i].plain)));
        assert_ok(buf_append_text(&o.data, "data"));
        assert_ok(buf_append_text(&o.key_id, "key-1"));
        assert_ok(buf_append_text(&o.source, "s"));
        assert_ok(encrypted_object_encode(&o, &stored));
        for (int twice = 0; twice < 2; twice++) {
            assert_int_equal(
                support_v2_open(b, &stored, &stale), STATUS_INVALID);
            assert_words(b, bad_secrets[i].words);
        }
        assert_int_equal(b->fake.decrypt_calls - before, 2);
        encrypted_object_reset(&o);
        buf_reset(&stored);
    }
    buf_reset(&unwrap.wrapped);
    buf_reset(&unwrap.plain);
}

int
main(void)
{
#define WITH(test)                                                             \
    cmocka_unit_test_setup_teardown(test, support_v2_setup, support_v2_teardown)
    static const struct CMUnitTest tests[] = {
        WITH(damage_shows_where_it_is_bound),
        WITH(a_value_moved_to_another_object_is_refused),
        WITH(a_secret_of_the_wrong_size_is_refused_and_not_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
