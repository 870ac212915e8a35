/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"
#include "keys/blob.h"
#include "keys/context.h"
#include "test/check.h"

#include <pthread.h>

#define KEY_ID "1234abcd-12ab-34cd-56ef-1234567890ab"
#define MRK_ID "mrk-1234abcd12ab34cd56ef1234567890ab"

static const uint8_t key_one[MATERIAL_KEY_LEN] = { 1, 2, 3 };
static const uint8_t key_two[MATERIAL_KEY_LEN] = { 1, 2, 4 };

static struct key_name
name_of(const char *account, const char *region, const char *key_id)
{
    return (struct key_name){ span_text(account), span_text(region),
        span_text(key_id) };
}

static struct material *
material_of(const char *account, const char *region, const char *key_id,
    const uint8_t *key)
{
    struct key_name name = name_of(account, region, key_id);
    struct material *material = NULL;
    assert_ok(material_new(&name, span_of(key, MATERIAL_KEY_LEN), &material));
    return material;
}

static struct material *
usual_material(void)
{
    return material_of("111122223333", "eu-west-1", KEY_ID, key_one);
}

static void
encrypt(struct material *material, const char *text, struct span context,
    struct buf *out)
{
    struct random random = random_system();
    assert_ok(blob_encrypt(material, &random, span_text(text), context, out));
}

static enum status
decrypt(struct material *material, struct span bytes, struct span context,
    struct buf *out)
{
    struct blob blob;
    enum status st = blob_parse(bytes, &blob);
    return st == STATUS_OK ? blob_decrypt(material, &blob, context, out) : st;
}

/* Asserts that it does not decrypt, and that nothing comes out. */
static void
assert_refused(struct material *material, struct span bytes,
    struct span context, enum status expected)
{
    struct buf out = { 0 };
    assert_ok(buf_append_text(&out, "kept"));
    assert_int_equal(decrypt(material, bytes, context, &out), expected);
    assert_string_equal(buf_text(&out), "kept");
    buf_reset(&out);
}

static void
blob_round_trips_and_is_152_bytes_longer(void **state)
{
    (void)state;
    struct material *material = usual_material();
    static const size_t sizes[] = { 1, 16, 32, 4096 };
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        struct buf text = { 0 }, blob = { 0 }, back = { 0 };
        uint8_t *place;
        struct random random = random_system();
        assert_ok(buf_extend(&text, sizes[i], &place));
        assert_ok(random_fill(&random, place, sizes[i]));
        assert_ok(blob_encrypt(material, &random, buf_span(&text),
            SPAN_LITERAL("context"), &blob));
        assert_int_equal(blob.len, sizes[i] + 152);
        assert_int_equal(blob.ptr[0], 0x01);
        assert_ok(
            decrypt(material, buf_span(&blob), SPAN_LITERAL("context"), &back));
        assert_true(span_equal(buf_span(&back), buf_span(&text)));
        buf_reset(&text);
        buf_reset(&blob);
        buf_reset(&back);
    }
    material_unref(material);
}

/* A blob that was written when format 1 was new: it stays readable. */
static void
blob_of_format_1_is_read_for_ever(void **state)
{
    (void)state;
    static const uint8_t zeros[MATERIAL_KEY_LEN] = { 0 };
    struct material *material =
        material_of("111122223333", "eu-west-1", KEY_ID, zeros);
    struct buf bytes = { 0 }, back = { 0 };
    assert_ok(file_read("fixtures/fuzz/blob/valid", 1024, &bytes));
    assert_ok(decrypt(material, buf_span(&bytes), SPAN_LITERAL(""), &back));
    assert_string_equal(buf_text(&back), "the plaintext of a format 1 blob");
    buf_reset(&bytes);
    buf_reset(&back);
    material_unref(material);
}

static void
blob_names_its_key(void **state)
{
    (void)state;
    struct material *material = usual_material();
    struct buf bytes = { 0 };
    struct blob blob;
    encrypt(material, "x", SPAN_LITERAL(""), &bytes);
    assert_ok(blob_parse(buf_span(&bytes), &blob));
    assert_span_text(blob.name.account, "111122223333");
    assert_span_text(blob.name.region, "eu-west-1");
    assert_span_text(blob.name.key_id, KEY_ID);
    assert_string_equal(blob.material_id, material_id(material));
    buf_reset(&bytes);
    material_unref(material);
}

static void
same_plaintext_never_gives_the_same_blob(void **state)
{
    (void)state;
    struct material *material = usual_material();
    struct buf a = { 0 }, b = { 0 };
    encrypt(material, "same", SPAN_LITERAL(""), &a);
    encrypt(material, "same", SPAN_LITERAL(""), &b);
    assert_false(span_equal(buf_span(&a), buf_span(&b)));
    buf_reset(&a);
    buf_reset(&b);
    material_unref(material);
}

static void
any_changed_bit_is_refused(void **state)
{
    (void)state;
    struct material *material = usual_material();
    struct buf blob = { 0 };
    encrypt(material, "a secret text", SPAN_LITERAL(""), &blob);
    for (size_t bit = 0; bit < blob.len * 8; bit++) {
        /* The header carries its own check; the rest only the tag. */
        enum status expected =
            bit / 8 < 124 ? STATUS_INVALID : STATUS_AUTHENTIC;
        blob.ptr[bit / 8] ^= (uint8_t)(1U << (bit % 8));
        assert_refused(material, buf_span(&blob), SPAN_LITERAL(""), expected);
        blob.ptr[bit / 8] ^= (uint8_t)(1U << (bit % 8));
    }
    buf_reset(&blob);
    material_unref(material);
}

static void
blob_of_another_length_is_refused(void **state)
{
    (void)state;
    struct material *material = usual_material();
    struct buf blob = { 0 };
    encrypt(material, "text", SPAN_LITERAL(""), &blob);
    for (size_t len = 0; len < blob.len; len++)
        assert_refused(material, span_first(buf_span(&blob), len),
            SPAN_LITERAL(""),
            len < BLOB_OVERHEAD ? STATUS_INVALID : STATUS_AUTHENTIC);
    assert_ok(buf_append_byte(&blob, 0));
    assert_refused(
        material, buf_span(&blob), SPAN_LITERAL(""), STATUS_AUTHENTIC);
    buf_reset(&blob);
    material_unref(material);
}

static void
blob_of_another_context_is_refused(void **state)
{
    (void)state;
    struct material *material = usual_material();
    struct buf blob = { 0 };
    encrypt(material, "text", SPAN_LITERAL("one"), &blob);
    static const char *const others[] = { "", "on", "onf", "one ", "One" };
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        assert_refused(
            material, buf_span(&blob), span_text(others[i]), STATUS_AUTHENTIC);
    buf_reset(&blob);
    material_unref(material);
}

static void
blob_of_another_key_is_refused(void **state)
{
    (void)state;
    struct material *material = usual_material();
    struct material *others[] = {
        material_of("111122223334", "eu-west-1", KEY_ID, key_one),
        material_of("111122223333", "eu-west-2", KEY_ID, key_one),
        material_of("111122223333", "eu-west-1",
            "1234abcd-12ab-34cd-56ef-1234567890ac", key_one),
        material_of("111122223333", "eu-west-1", KEY_ID, key_two),
    };
    struct buf blob = { 0 };
    encrypt(material, "text", SPAN_LITERAL(""), &blob);
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        assert_refused(
            others[i], buf_span(&blob), SPAN_LITERAL(""), STATUS_AUTHENTIC);
        material_unref(others[i]);
    }
    buf_reset(&blob);
    material_unref(material);
}

static void
replica_decrypts_what_its_sibling_encrypted(void **state)
{
    (void)state;
    struct material *primary =
        material_of("111122223333", "eu-west-1", MRK_ID, key_one);
    struct material *replica =
        material_of("111122223333", "us-east-1", MRK_ID, key_one);
    struct material *foreign =
        material_of("111122223334", "us-east-1", MRK_ID, key_one);
    struct buf blob = { 0 }, back = { 0 };
    encrypt(primary, "text", SPAN_LITERAL(""), &blob);
    assert_ok(decrypt(replica, buf_span(&blob), SPAN_LITERAL(""), &back));
    assert_string_equal(buf_text(&back), "text");
    assert_refused(
        foreign, buf_span(&blob), SPAN_LITERAL(""), STATUS_AUTHENTIC);
    buf_reset(&blob);
    buf_reset(&back);
    material_unref(primary);
    material_unref(replica);
    material_unref(foreign);
}

static void
material_id_follows_from_key_and_owner(void **state)
{
    (void)state;
    struct material *a = usual_material(), *again = usual_material();
    struct material *replica =
        material_of("111122223333", "us-east-1", KEY_ID, key_one);
    struct material *other =
        material_of("111122223333", "eu-west-1", KEY_ID, key_two);
    assert_int_equal(strlen(material_id(a)), 64);
    assert_string_equal(material_id(a), material_id(again));
    assert_string_equal(material_id(a), material_id(replica));
    assert_string_not_equal(material_id(a), material_id(other));
    material_unref(a);
    material_unref(again);
    material_unref(replica);
    material_unref(other);
}

static void
names_out_of_form_make_no_material(void **state)
{
    (void)state;
    static const char *const bad[][3] = {
        { "11112222333", "eu-west-1", KEY_ID },
        { "1111222233334", "eu-west-1", KEY_ID },
        { "11112222333x", "eu-west-1", KEY_ID },
        { "111122223333", "", KEY_ID },
        { "111122223333", "a-region-of-thirty-nine-characters-long-", KEY_ID },
        { "111122223333", "eu-west-1", "short" },
        { "111122223333", "eu-west-1", KEY_ID "x" },
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct key_name name = name_of(bad[i][0], bad[i][1], bad[i][2]);
        struct material *material = NULL;
        assert_int_equal(material_new(&name, span_of(key_one, 32), &material),
            STATUS_INVALID);
        assert_null(material);
    }
    struct key_name name = name_of("111122223333", "eu-west-1", KEY_ID);
    struct material *material = NULL;
    assert_int_equal(
        material_new(&name, span_of(key_one, 31), &material), STATUS_INVALID);
    assert_null(material);
}

static void
longest_region_fits_the_blob(void **state)
{
    (void)state;
    struct material *material = material_of("111122223333",
        "a-region-of-thirty-eight-characters-xx", KEY_ID, key_one);
    struct buf bytes = { 0 };
    struct blob blob;
    encrypt(material, "x", SPAN_LITERAL(""), &bytes);
    assert_int_equal(bytes.len, 153);
    assert_ok(blob_parse(buf_span(&bytes), &blob));
    assert_span_text(
        blob.name.region, "a-region-of-thirty-eight-characters-xx");
    buf_reset(&bytes);
    material_unref(material);
}

static enum status
no_random(void *context, uint8_t *bytes, size_t len)
{
    (void)context;
    (void)bytes;
    (void)len;
    return STATUS_CRYPTO;
}

static void
without_randomness_nothing_is_encrypted(void **state)
{
    (void)state;
    struct material *material = usual_material();
    struct random random = { no_random, NULL };
    struct buf out = { 0 };
    assert_ok(buf_append_text(&out, "kept"));
    assert_int_equal(blob_encrypt(material, &random, SPAN_LITERAL("text"),
                         SPAN_LITERAL(""), &out),
        STATUS_CRYPTO);
    assert_string_equal(buf_text(&out), "kept");
    buf_reset(&out);
    material_unref(material);
}

static void
canonical(const char *const (*pairs)[2], size_t count, struct buf *out)
{
    struct context_pair list[4];
    for (size_t i = 0; i < count; i++)
        list[i] = (struct context_pair){ span_text(pairs[i][0]),
            span_text(pairs[i][1]) };
    assert_ok(context_canonical(list, count, out));
}

static void
contexts_are_equal_exactly_when_their_maps_are(void **state)
{
    (void)state;
    static const char *const maps[][2][2] = {
        { { "a", "bc" } },
        { { "ab", "c" } },
        { { "a", "b" }, { "c", "d" } },
        { { "a", "bc" }, { "", "d" } },
        { { "a", "b" }, { "cd", "" } },
        { { "A", "b" }, { "c", "d" } },
    };
    static const size_t counts[] = { 1, 1, 2, 2, 2, 2 };
    struct buf bytes[ARRAY_LEN(maps)] = { { 0 } };
    for (size_t i = 0; i < ARRAY_LEN(maps); i++)
        canonical(maps[i], counts[i], &bytes[i]);
    for (size_t i = 0; i < ARRAY_LEN(maps); i++)
        for (size_t j = 0; j < i; j++)
            assert_false(span_equal(buf_span(&bytes[i]), buf_span(&bytes[j])));
    static const char *const turned[][2] = { { "c", "d" }, { "a", "b" } };
    struct buf other = { 0 };
    canonical(turned, 2, &other);
    assert_true(span_equal(buf_span(&other), buf_span(&bytes[2])));
    buf_reset(&other);
    for (size_t i = 0; i < ARRAY_LEN(maps); i++)
        buf_reset(&bytes[i]);
}

/* Neither may a key hold what looks like a length and a value. */
static void
contexts_with_lengths_inside_are_told_apart(void **state)
{
    (void)state;
    struct context_pair in_value = { SPAN_LITERAL("a"),
        span_of("b\0\0\0\0", 5) };
    struct context_pair in_key = { span_of("a\0\0\0\5b", 6), SPAN_LITERAL("") };
    struct context_pair plain[] = { { SPAN_LITERAL("a"), SPAN_LITERAL("") },
        { SPAN_LITERAL("b"), SPAN_LITERAL("") } };
    struct context_pair merged = { SPAN_LITERAL("a"),
        span_of("\0\0\0\1b\0\0\0\0", 9) };
    struct buf out[4] = { { 0 } };
    assert_ok(context_canonical(&in_value, 1, &out[0]));
    assert_ok(context_canonical(&in_key, 1, &out[1]));
    assert_ok(context_canonical(plain, 2, &out[2]));
    assert_ok(context_canonical(&merged, 1, &out[3]));
    for (size_t i = 0; i < ARRAY_LEN(out); i++)
        for (size_t j = 0; j < i; j++)
            assert_false(span_equal(buf_span(&out[i]), buf_span(&out[j])));
    for (size_t i = 0; i < ARRAY_LEN(out); i++)
        buf_reset(&out[i]);
}

static void
context_of_no_pairs_is_empty_and_doubles_are_refused(void **state)
{
    (void)state;
    struct buf out = { 0 };
    struct context_pair twice[] = {
        { SPAN_LITERAL("k"), SPAN_LITERAL("1") },
        { SPAN_LITERAL("x"), SPAN_LITERAL("2") },
        { SPAN_LITERAL("k"), SPAN_LITERAL("3") },
    };
    assert_ok(context_canonical(NULL, 0, &out));
    assert_int_equal(out.len, 0);
    assert_ok(buf_append_text(&out, "kept"));
    assert_int_equal(
        context_canonical(twice, ARRAY_LEN(twice), &out), STATUS_EXISTS);
    assert_string_equal(buf_text(&out), "kept");
    buf_reset(&out);
}

enum { THREADS = 6, ROUNDS = 300 };

static void *
encrypt_and_decrypt(void *material)
{
    struct random random = random_system();
    for (int i = 0; i < ROUNDS; i++) {
        struct buf blob = { 0 }, back = { 0 };
        enum status st = blob_encrypt(material, &random, SPAN_LITERAL("shared"),
            SPAN_LITERAL("c"), &blob);
        if (st == STATUS_OK)
            st = decrypt(material, buf_span(&blob), SPAN_LITERAL("c"), &back);
        bool same = span_equal_text(buf_span(&back), "shared");
        buf_reset(&blob);
        buf_reset(&back);
        if (st != STATUS_OK || !same)
            return material;
    }
    return NULL;
}

static void
one_material_serves_many_threads(void **state)
{
    (void)state;
    struct material *material = usual_material();
    pthread_t threads[THREADS];
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(
            pthread_create(&threads[i], NULL, encrypt_and_decrypt, material),
            0);
    for (size_t i = 0; i < THREADS; i++) {
        void *failed = NULL;
        assert_int_equal(pthread_join(threads[i], &failed), 0);
        assert_null(failed);
    }
    material_unref(material);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blob_round_trips_and_is_152_bytes_longer),
        cmocka_unit_test(blob_of_format_1_is_read_for_ever),
        cmocka_unit_test(blob_names_its_key),
        cmocka_unit_test(same_plaintext_never_gives_the_same_blob),
        cmocka_unit_test(any_changed_bit_is_refused),
        cmocka_unit_test(blob_of_another_length_is_refused),
        cmocka_unit_test(blob_of_another_context_is_refused),
        cmocka_unit_test(blob_of_another_key_is_refused),
        cmocka_unit_test(replica_decrypts_what_its_sibling_encrypted),
        cmocka_unit_test(material_id_follows_from_key_and_owner),
        cmocka_unit_test(names_out_of_form_make_no_material),
        cmocka_unit_test(longest_region_fits_the_blob),
        cmocka_unit_test(without_randomness_nothing_is_encrypted),
        cmocka_unit_test(contexts_are_equal_exactly_when_their_maps_are),
        cmocka_unit_test(contexts_with_lengths_inside_are_told_apart),
        cmocka_unit_test(context_of_no_pairs_is_empty_and_doubles_are_refused),
        cmocka_unit_test(one_material_serves_many_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
