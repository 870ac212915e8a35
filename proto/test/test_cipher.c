/* SPDX-License-Identifier: Apache-2.0 */
#include "base/encode.h"
#include "k8s/cipher.h"
#include "test/check.h"

static const char aad[] = "/registry/secrets/default/s1";

static struct buf
from_hex(const char *text)
{
    struct buf bytes = { 0 };
    assert_ok(hex_decode(span_text(text), &bytes));
    return bytes;
}

/* Kubernetes' own test data for both forms. */
static const struct vector {
    const struct cipher *cipher;
    const char *secret, *sealed;
} published[] = {
    { &cipher_aes_gcm, "736e6f726c61785f617765736f6d6573",
        "9f27c8fcea8a58c467d8e437dbf2d85955f9b4bd912f4ef967d788a0cb07797dac0a3f"
        "0a0845605ca85ac8562b4ae1" },
    { &cipher_extended_nonce,
        "5d40323a820ff95561675e3b95e81867c5fdd561d35a88a2d08b08aa9d4fcf5c",
        "2442759e33945fbad709db577a0f037fd8a709fc76979b8942209debcecb9d57efe3d6"
        "ff6a1ef6ee9a5003b9833b3043cec1e47b35175b151107a8d2416b0e296bbf66b5d102"
        "fcefdf9a78f293d271" },
};

static void
published_vectors_open(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(published); i++) {
        struct transform_error error = { 0 };
        struct buf plain = { 0 };
        struct buf secret = from_hex(published[i].secret);
        struct buf sealed = from_hex(published[i].sealed);
        assert_ok(published[i].cipher->read(buf_span(&secret),
            SPAN_LITERAL("bamboo"), buf_span(&sealed), &plain, &error));
        assert_string_equal(buf_text(&plain), "pandas are the best");
        buf_reset(&plain);
        buf_reset(&secret);
        buf_reset(&sealed);
    }
}

/* Every byte that a vector's tag covers, turned over in its lowest bit. */
static void
a_vector_with_any_bit_turned_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(published); i++) {
        struct buf secret = from_hex(published[i].secret);
        struct buf sealed = from_hex(published[i].sealed);
        for (size_t at = 0; at < sealed.len; at++) {
            struct transform_error error = { 0 };
            struct buf plain = { 0 };
            sealed.ptr[at] ^= 1;
            assert_int_equal(
                published[i].cipher->read(buf_span(&secret),
                    SPAN_LITERAL("bamboo"), buf_span(&sealed), &plain, &error),
                STATUS_AUTHENTIC);
            assert_string_equal(
                buf_text(&error.text), "cipher: message authentication failed");
            assert_int_equal(plain.len, 0);
            sealed.ptr[at] ^= 1;
            transform_error_reset(&error);
            buf_reset(&plain);
        }
        buf_reset(&secret);
        buf_reset(&sealed);
    }
}

static const struct {
    const struct cipher *cipher;
    size_t key_len, overhead; /* of an empty plaintext */
    bool binds_key;
} kinds[] = {
    { &cipher_identity, 0, 0, false },
    { &cipher_aes_cbc, 16, 32, false },
    { &cipher_aes_cbc, 24, 32, false },
    { &cipher_aes_cbc, 32, 32, false },
    { &cipher_aes_gcm, 16, 28, true },
    { &cipher_aes_gcm, 24, 28, true },
    { &cipher_aes_gcm, 32, 28, true },
    { &cipher_secretbox, 32, 40, false },
    { &cipher_extended_nonce, 32, 60, true },
    { &cipher_extended_nonce, 48, 60, true },
};

static const uint8_t secret_bytes[64] = "a key of as many bytes as are needed";

static void
every_length_round_trips_behind_what_stood_there(void **state)
{
    (void)state;
    struct random random = random_system();
    uint8_t text[70];
    memset(text, 'p', sizeof(text));
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        struct span secret = span_of(secret_bytes, kinds[i].key_len);
        for (size_t len = 0; len <= sizeof(text); len++) {
            struct transform_error error = { 0 };
            struct buf sealed = { 0 }, plain = { 0 };
            assert_ok(buf_append_text(&sealed, "before"));
            assert_ok(buf_append_text(&plain, "kept"));
            assert_ok(kinds[i].cipher->write(secret, &random, span_text(aad),
                span_of(text, len), &sealed, &error));
            if (len == 0)
                assert_int_equal(sealed.len, 6 + kinds[i].overhead);
            assert_ok(kinds[i].cipher->read(secret, span_text(aad),
                span_skip(buf_span(&sealed), 6), &plain, &error));
            assert_int_equal(plain.len, 4 + len);
            assert_memory_equal(plain.ptr + 4, text, len);
            buf_reset(&sealed);
            buf_reset(&plain);
        }
    }
}

static void
only_those_that_bind_the_etcd_key_notice_a_moved_value(void **state)
{
    (void)state;
    struct random random = random_system();
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        struct transform_error error = { 0 };
        struct buf sealed = { 0 }, plain = { 0 };
        struct span secret = span_of(secret_bytes, kinds[i].key_len);
        assert_ok(kinds[i].cipher->write(secret, &random, span_text(aad),
            SPAN_LITERAL("text"), &sealed, &error));
        assert_int_equal(
            kinds[i].cipher->read(secret, SPAN_LITERAL("/registry/secrets/b/s"),
                buf_span(&sealed), &plain, &error),
            kinds[i].binds_key ? STATUS_AUTHENTIC : STATUS_OK);
        assert_int_equal(plain.len, kinds[i].binds_key ? 0 : 4);
        transform_error_reset(&error);
        buf_reset(&sealed);
        buf_reset(&plain);
    }
}

#define SHORT "the stored data was shorter than the required size"

/* Sealed bytes (hex) that cannot be, and kube-apiserver's words for them. */
static const struct {
    const struct cipher *cipher;
    size_t key_len;
    const char *sealed;
    enum status status;
    const char *words;
} hostile[] = {
    { &cipher_identity, 0, "6b38733a656e633a", STATUS_INVALID,
        "identity transformer tried to read encrypted data" },
    { &cipher_aes_cbc, 32, "", STATUS_INVALID, SHORT },
    { &cipher_aes_cbc, 32, "000102030405060708090a0b0c0d0e", STATUS_INVALID,
        SHORT },
    { &cipher_aes_cbc, 32, "000102030405060708090a0b0c0d0e0f10", STATUS_INVALID,
        "the stored data is not a multiple of the block size" },
    { &cipher_aes_cbc, 32, "000102030405060708090a0b0c0d0e0f", STATUS_INVALID,
        "invalid PKCS7 data (empty or not padded)" },
    { &cipher_aes_gcm, 32, "0001020304050607", STATUS_INVALID, SHORT },
    { &cipher_aes_gcm, 32, "000102030405060708090a0b", STATUS_AUTHENTIC,
        "cipher: message authentication failed" },
    { &cipher_aes_gcm, 32, "000102030405060708090a0b0c", STATUS_AUTHENTIC,
        "cipher: message authentication failed" },
    { &cipher_aes_gcm, 5, "000102030405060708090a0b0c", STATUS_INVALID,
        "crypto/aes: invalid key size 5" },
    { &cipher_aes_cbc, 33, "000102030405060708090a0b0c", STATUS_INVALID,
        "crypto/aes: invalid key size 33" },
    { &cipher_secretbox, 32, "00", STATUS_INVALID, SHORT },
    { &cipher_secretbox, 16, "00", STATUS_INVALID,
        "expected key size 32 for secretbox provider, got 16" },
    { &cipher_secretbox, 32,
        "0001020304050607080900010203040506070809000102030405060708090001020304"
        "0506070809",
        STATUS_AUTHENTIC, "output array was not large enough for encryption" },
    { &cipher_extended_nonce, 32, "00", STATUS_INVALID, SHORT },
    { &cipher_extended_nonce, 32,
        "0001020304050607080900010203040506070809000102030405060708090001",
        STATUS_INVALID, SHORT },
    { &cipher_extended_nonce, 31, "00", STATUS_INVALID,
        "invalid seed length 31 used for key generation" },
};

static void
what_cannot_be_is_refused_in_kube_apiservers_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(hostile); i++) {
        struct transform_error error = { 0 };
        struct buf plain = { 0 };
        struct buf sealed = from_hex(hostile[i].sealed);
        assert_ok(buf_append_text(&plain, "kept"));
        assert_int_equal(
            hostile[i].cipher->read(span_of(secret_bytes, hostile[i].key_len),
                span_text(aad), buf_span(&sealed), &plain, &error),
            hostile[i].status);
        assert_string_equal(buf_text(&error.text), hostile[i].words);
        assert_string_equal(buf_text(&plain), "kept");
        transform_error_reset(&error);
        buf_reset(&plain);
        buf_reset(&sealed);
    }
}

/* A block that decrypts to a chosen text: IV and plaintext exclusive-or. */
static void
cbc_padding_is_judged_in_two_ways(void **state)
{
    (void)state;
    struct random random = random_system();
    struct transform_error error = { 0 };
    struct buf sealed = { 0 }, plain = { 0 };
    struct span secret = span_of(secret_bytes, 32);
    assert_ok(cipher_aes_cbc.write(secret, &random, span_text(aad),
        SPAN_LITERAL("thirteen chars"), &sealed, &error));

    sealed.ptr[15] ^= 2; /* the last byte says 0 */
    assert_int_equal(cipher_aes_cbc.read(secret, span_text(aad),
                         buf_span(&sealed), &plain, &error),
        STATUS_INVALID);
    assert_string_equal(
        buf_text(&error.text), "invalid PKCS7 data (empty or not padded)");

    sealed.ptr[15] ^= 3; /* now 3, with two bytes of 2 and 's' before */
    assert_int_equal(cipher_aes_cbc.read(secret, span_text(aad),
                         buf_span(&sealed), &plain, &error),
        STATUS_INVALID);
    assert_string_equal(buf_text(&error.text), "invalid padding on input");
    assert_int_equal(plain.len, 0);
    transform_error_reset(&error);
    buf_reset(&sealed);
    buf_reset(&plain);
}

static enum status
no_randomness(void *context, uint8_t *bytes, size_t len)
{
    (void)context;
    (void)bytes;
    (void)len;
    return STATUS_CRYPTO;
}

static void
without_randomness_nothing_is_written(void **state)
{
    (void)state;
    struct random random = { no_randomness, NULL };
    for (size_t i = 1; i < ARRAY_LEN(kinds); i++) {
        struct transform_error error = { 0 };
        struct buf sealed = { 0 };
        assert_ok(buf_append_text(&sealed, "kept"));
        assert_int_equal(
            kinds[i].cipher->write(span_of(secret_bytes, kinds[i].key_len),
                &random, span_text(aad), span_text("t"), &sealed, &error),
            STATUS_CRYPTO);
        assert_string_equal(buf_text(&sealed), "kept");
        buf_reset(&sealed);
    }
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_vectors_open),
        cmocka_unit_test(a_vector_with_any_bit_turned_is_refused),
        cmocka_unit_test(every_length_round_trips_behind_what_stood_there),
        cmocka_unit_test(
            only_those_that_bind_the_etcd_key_notice_a_moved_value),
        cmocka_unit_test(what_cannot_be_is_refused_in_kube_apiservers_words),
        cmocka_unit_test(cbc_padding_is_judged_in_two_ways),
        cmocka_unit_test(without_randomness_nothing_is_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
