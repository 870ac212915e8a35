/* SPDX-License-Identifier: Apache-2.0 */
#include "k8s/cipher.h"
#include "k8s/kms_v1.h"
#include "test/check.h"
#include "test/support_kms.h"

#include <stdlib.h>

#define KEY SPAN_LITERAL("/registry/secrets/default/s1")
#define DOWN "rpc error: code = Unavailable desc = scripted"

struct bench {
    struct fake_kms fake;
    struct clock_manual time;
    struct kms_v1 *kms;
    struct transformer t;
    struct transform_error error;
};

static void
make(struct bench *b, int32_t cache_size)
{
    struct kms_v1_options options = {
        .name = SPAN_LITERAL("p"),
        .timeout_ms = 3000,
        .cache_size = cache_size,
        .service = support_kms_v1(&b->fake),
        .clock = clock_manual(&b->time),
        .random = random_system(),
    };
    kms_v1_free(b->kms);
    b->kms = NULL;
    assert_ok(kms_v1_new(&options, &b->kms));
    b->t = kms_v1_transformer(b->kms);
}

static int
setup(void **state)
{
    struct bench *b = calloc(1, sizeof(*b));
    assert_non_null(b);
    support_kms_init(&b->fake);
    make(b, 10);
    *state = b;
    return 0;
}

static int
teardown(void **state)
{
    struct bench *b = *state;
    kms_v1_free(b->kms);
    transform_error_reset(&b->error);
    support_kms_reset(&b->fake);
    free(b);
    return 0;
}

static enum status
seal(struct bench *b, struct buf *stored)
{
    transform_error_reset(&b->error);
    return transformer_write(
        &b->t, KEY, SPAN_LITERAL("text"), stored, &b->error);
}

static enum status
open_stored(struct bench *b, const struct buf *stored, bool *stale)
{
    struct buf plain = { 0 };
    transform_error_reset(&b->error);
    enum status st = transformer_read(
        &b->t, KEY, buf_span(stored), &plain, stale, &b->error);
    if (st == STATUS_OK)
        assert_span_text(buf_span(&plain), "text");
    else
        assert_int_equal(plain.len, 0);
    buf_reset(&plain);
    return st;
}

static void
assert_words(struct bench *b, const char *words)
{
    assert_string_equal(buf_text(&b->error.text), words);
}

static void
each_write_has_a_dek_of_its_own_which_reads_find_cached(void **state)
{
    struct bench *b = *state;
    bool stale = true;
    for (unsigned i = 1; i <= 3; i++) {
        struct buf stored = { 0 };
        assert_ok(seal(b, &stored));
        assert_int_equal(b->fake.encrypt_calls, i);
        assert_int_equal(kms_v1_cached(b->kms), i);
        assert_ok(open_stored(b, &stored, &stale));
        assert_false(stale);
        buf_reset(&stored);
    }
    assert_int_equal(b->fake.decrypt_calls, 0);
    assert_int_equal(b->fake.version_calls, 1);
}

static void
the_least_recently_used_dek_goes_first(void **state)
{
    struct bench *b = *state;
    struct buf stored[3] = { { 0 }, { 0 }, { 0 } };
    bool stale = false;
    make(b, 2);
    assert_ok(seal(b, &stored[0]));
    assert_ok(seal(b, &stored[1]));
    assert_ok(open_stored(b, &stored[0], &stale));
    assert_ok(seal(b, &stored[2])); /* pushes out the second */
    assert_int_equal(kms_v1_cached(b->kms), 2);
    assert_ok(open_stored(b, &stored[0], &stale));
    assert_ok(open_stored(b, &stored[2], &stale));
    assert_int_equal(b->fake.decrypt_calls, 0);
    assert_ok(open_stored(b, &stored[1], &stale));
    assert_int_equal(b->fake.decrypt_calls, 1);
    for (size_t i = 0; i < ARRAY_LEN(stored); i++)
        buf_reset(&stored[i]);
}

static void
a_negative_size_keeps_no_dek(void **state)
{
    struct bench *b = *state;
    struct buf stored = { 0 };
    bool stale = false;
    make(b, -1);
    assert_ok(seal(b, &stored));
    assert_ok(open_stored(b, &stored, &stale));
    assert_ok(open_stored(b, &stored, &stale));
    assert_int_equal(b->fake.decrypt_calls, 2);
    assert_int_equal(kms_v1_cached(b->kms), 0);
    buf_reset(&stored);
}

static void
an_outage_stops_writes_at_once_and_cold_reads(void **state)
{
    struct bench *b = *state;
    struct buf stored = { 0 }, more = { 0 };
    bool stale = false;
    assert_ok(seal(b, &stored));
    b->fake.encrypt_code = b->fake.decrypt_code = GRPC_CODE_UNAVAILABLE;
    assert_ok(buf_append_text(&more, "kept"));
    assert_int_equal(seal(b, &more), STATUS_UNAVAILABLE);
    assert_words(b, DOWN);
    assert_string_equal(buf_text(&more), "kept");
    assert_ok(open_stored(b, &stored, &stale));
    make(b, 10);
    assert_int_equal(open_stored(b, &stored, &stale), STATUS_UNAVAILABLE);
    assert_words(b, DOWN);
    buf_reset(&stored);
    buf_reset(&more);
}

/* What Kubernetes up to 1.24 wrote: the wrapped DEK, then AES-CBC. */
static void
a_value_of_cbc_is_read_and_stale(void **state)
{
    struct bench *b = *state;
    static const char dek[] = "0123456789abcdef0123456789abcdef";
    static const char wrapped[] = "wrapped:fedcba9876543210fedcba9876543210";
    struct random random = random_system();
    struct buf stored = { 0 };
    bool stale = false;
    assert_ok(buf_append_u16(&stored, sizeof(wrapped) - 1));
    assert_ok(buf_append_text(&stored, wrapped));
    assert_ok(cipher_aes_cbc.write(span_text(dek), &random, KEY,
        SPAN_LITERAL("text"), &stored, &b->error));
    assert_ok(open_stored(b, &stored, &stale));
    assert_true(stale);

    stored.ptr[stored.len - 1] ^= 1;
    assert_int_equal(open_stored(b, &stored, &stale), STATUS_AUTHENTIC);
    size_t at;
    assert_true(span_search(buf_span(&b->error.text),
        SPAN_LITERAL("[cipher: message authentication failed, "), &at));
    buf_reset(&stored);
}

static const struct {
    const char *stored;
    size_t len;
    const char *words;
} broken[] = {
    { "", 0,
        "invalid data encountered by envelope transformer: failed to read "
        "uint16 length prefixed data" },
    { "\x00", 1,
        "invalid data encountered by envelope transformer: failed to read "
        "uint16 length prefixed data" },
    { "\x00\x03xy", 4,
        "invalid data encountered by envelope transformer: failed to read "
        "uint16 length prefixed data" },
    { "\x00\x01xrest", 7,
        "rpc error: code = InvalidArgument desc = not wrapped by this key" },
    { "\x00\x0cwrapped:abcd", 14, "crypto/aes: invalid key size 4" },
    { "\x00\x18wrapped:0123456789abcdef", 26,
        "the stored data was shorter than the required size" },
};

static void
broken_values_are_refused_in_kube_apiservers_words(void **state)
{
    struct bench *b = *state;
    for (size_t i = 0; i < ARRAY_LEN(broken); i++) {
        struct buf stored = { 0 };
        bool stale = false;
        assert_ok(
            buf_append(&stored, span_of(broken[i].stored, broken[i].len)));
        assert_int_equal(open_stored(b, &stored, &stale), STATUS_INVALID);
        assert_words(b, broken[i].words);
        buf_reset(&stored);
    }
}

static void
a_wrapped_dek_of_more_than_16_bits_of_length_cannot_be_stored(void **state)
{
    struct bench *b = *state;
    struct buf stored = { 0 };
    b->fake.wrapped_len = 65536;
    assert_int_equal(seal(b, &stored), STATUS_TOO_LARGE);
    assert_words(b,
        "cryptobyte: pending child length 65536 exceeds 2-byte length prefix");
    assert_int_equal(stored.len, 0);
    buf_reset(&stored);
}

static void
the_version_is_asked_until_it_was_right_once(void **state)
{
    struct bench *b = *state;
    struct buf stored = { 0 };
    b->fake.version_code = GRPC_CODE_UNAVAILABLE;
    assert_int_equal(seal(b, &stored), STATUS_UNAVAILABLE);
    assert_words(b, "failed get version from remote KMS provider: " DOWN);
    b->fake.version_code = GRPC_CODE_OK;
    b->fake.v1_version = "v2";
    assert_int_equal(seal(b, &stored), STATUS_UNSUPPORTED);
    assert_words(b,
        "KMS provider api version v2 is not supported, only v1beta1 is "
        "supported now");
    assert_int_equal(b->fake.encrypt_calls, 0);
    b->fake.v1_version = NULL;
    assert_ok(seal(b, &stored));
    b->fake.v1_version = "v2";
    assert_ok(seal(b, &stored));
    assert_int_equal(b->fake.version_calls, 3);
    buf_reset(&stored);
}

static void
the_version_check_and_the_call_share_a_deadline(void **state)
{
    struct bench *b = *state;
    struct buf stored = { 0 };
    b->fake.clock = &b->time;
    b->fake.call_ms = 3000;
    assert_int_equal(seal(b, &stored), STATUS_TIMEOUT);
    assert_words(b,
        "rpc error: code = DeadlineExceeded desc = context deadline exceeded");
    assert_int_equal(b->fake.encrypt_calls, 0);
    buf_reset(&stored);
}

static void
health_is_an_encrypt_and_a_decrypt_now_and_then(void **state)
{
    struct bench *b = *state;
    assert_ok(kms_v1_health(b->kms, &b->error));
    assert_ok(kms_v1_health(b->kms, &b->error));
    assert_int_equal(b->fake.encrypt_calls, 1);
    assert_int_equal(b->fake.decrypt_calls, 1);
    b->fake.decrypt_code = GRPC_CODE_UNAVAILABLE;
    b->time.now_ms += 20000;
    assert_int_equal(kms_v1_health(b->kms, &b->error), STATUS_UNAVAILABLE);
    assert_words(b,
        "failed to perform decrypt section of the healthz check for KMS "
        "Provider p, error: " DOWN);
    assert_int_equal(kms_v1_health(b->kms, &b->error), STATUS_UNAVAILABLE);
    assert_words(b, DOWN);
    b->fake.encrypt_code = GRPC_CODE_UNAVAILABLE;
    b->time.now_ms += 3000;
    assert_int_equal(kms_v1_health(b->kms, &b->error), STATUS_UNAVAILABLE);
    assert_words(b,
        "failed to perform encrypt section of the healthz check for KMS "
        "Provider p, error: " DOWN);
}

int
main(void)
{
#define WITH(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    static const struct CMUnitTest tests[] = {
        WITH(each_write_has_a_dek_of_its_own_which_reads_find_cached),
        WITH(the_least_recently_used_dek_goes_first),
        WITH(a_negative_size_keeps_no_dek),
        WITH(an_outage_stops_writes_at_once_and_cold_reads),
        WITH(a_value_of_cbc_is_read_and_stale),
        WITH(broken_values_are_refused_in_kube_apiservers_words),
        WITH(a_wrapped_dek_of_more_than_16_bits_of_length_cannot_be_stored),
        WITH(the_version_is_asked_until_it_was_right_once),
        WITH(the_version_check_and_the_call_share_a_deadline),
        WITH(health_is_an_encrypt_and_a_decrypt_now_and_then),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
