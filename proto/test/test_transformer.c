/* SPDX-License-Identifier: Apache-2.0 */
/* Choosing among providers and keys: order, staleness, the words together. */
#include "k8s/provider.h"
#include "test/check.h"

#define KEY SPAN_LITERAL("/registry/secrets/default/s1")

enum { LISTED_MAX = 3 };

struct list {
    struct provider *providers[LISTED_MAX];
    size_t count;
    struct prefix_transformer *transformer;
};

/* Kinds as letters (c aescbc, g aesgcm, b secretbox, i identity), each with
 * the names of its one-letter keys: "c12 i" is aescbc with keys 1 and 2, then
 * identity. A key's bytes follow from its name. */
static struct list
make_list(const char *text)
{
    struct list list = { .count = 0 };
    struct prefix_entry entries[LISTED_MAX];
    struct provider_environment environment = { .random = random_system() };
    struct transform_error error = { 0 };
    for (const char *at = text; *at != '\0'; at++) {
        struct provider_config config = { 0 };
        config.kind = *at == 'c'   ? PROVIDER_AESCBC
                      : *at == 'g' ? PROVIDER_AESGCM
                      : *at == 'b' ? PROVIDER_SECRETBOX
                                   : PROVIDER_IDENTITY;
        while (at[1] != '\0' && at[1] != ' ') {
            uint8_t secret[32];
            at++;
            memset(secret, *at, sizeof(secret));
            assert_ok(provider_config_add_key(
                &config, span_of(at, 1), span_of(secret, sizeof(secret))));
        }
        assert_ok(provider_new(
            &config, &environment, &list.providers[list.count], &error));
        entries[list.count] = provider_entry(list.providers[list.count]);
        list.count++;
        provider_config_reset(&config);
        if (at[1] == ' ')
            at++;
    }
    assert_ok(prefix_transformer_new(
        entries, list.count, PROVIDER_NO_MATCH, &list.transformer));
    return list;
}

static void
free_list(struct list *list)
{
    prefix_transformer_free(list->transformer);
    for (size_t i = 0; i < list->count; i++)
        provider_free(list->providers[i]);
}

static struct buf
written_by(const char *providers)
{
    struct list list = make_list(providers);
    struct transformer t = prefix_transformer(list.transformer);
    struct transform_error error = { 0 };
    struct buf stored = { 0 };
    assert_ok(
        transformer_write(&t, KEY, SPAN_LITERAL("text"), &stored, &error));
    free_list(&list);
    return stored;
}

static const struct {
    const char *writer, *reader;
    const char *words; /* NULL: it is read */
    bool stale;
} pairs[] = {
    { "i", "i", NULL, false },
    { "i", "c1 i", NULL, true },
    { "i", "c1", "no matching prefix found", false },
    { "c1", "c1 i", NULL, false },
    { "c1", "i c1", NULL, true },
    /* identity's refusal leaves the word to the others, here to none. */
    { "c1", "i", "no matching prefix found", false },
    { "c1", "g1 c1", NULL, true },
    { "c1", "g1", "no matching prefix found", false },
    { "c1", "c21", NULL, true },
    { "c1", "c12", NULL, false },
    { "c1", "c2 c1", NULL, true },
    { "c1", "c2", "no matching key was found for the provided AES transformer",
        false },
    { "b1", "b2",
        "no matching key was found for the provided Secretbox transformer",
        false },
    /* The same words from two providers stand once. */
    { "g1", "g2 g3",
        "no matching key was found for the provided AES transformer", false },
};

static void
order_decides_who_reads_and_what_is_stale(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        struct list list = make_list(pairs[i].reader);
        struct transformer t = prefix_transformer(list.transformer);
        struct transform_error error = { 0 };
        struct buf stored = written_by(pairs[i].writer), plain = { 0 };
        bool stale = false;
        enum status st = transformer_read(
            &t, KEY, buf_span(&stored), &plain, &stale, &error);
        if (pairs[i].words == NULL) {
            assert_ok(st);
            assert_span_text(buf_span(&plain), "text");
            assert_int_equal(stale, pairs[i].stale);
        } else {
            assert_int_equal(st, STATUS_NOT_FOUND);
            assert_string_equal(buf_text(&error.text), pairs[i].words);
            assert_int_equal(plain.len, 0);
        }
        transform_error_reset(&error);
        buf_reset(&stored);
        buf_reset(&plain);
        free_list(&list);
    }
}

/* Two keys of one name but other bytes; the value is sealed by neither. */
static void
all_that_match_say_their_words_together(void **state)
{
    (void)state;
    struct provider_config first = { .kind = PROVIDER_AESGCM };
    struct provider_config second = { .kind = PROVIDER_AESGCM };
    struct provider_environment environment = { .random = random_system() };
    struct provider *providers[2] = { NULL, NULL };
    struct transform_error error = { 0 };
    struct buf plain = { 0 };
    bool stale = false;
    assert_ok(provider_config_add_key(
        &first, SPAN_LITERAL("k"), SPAN_LITERAL("0123456789abcdef")));
    assert_ok(provider_config_add_key(
        &second, SPAN_LITERAL("other"), SPAN_LITERAL("0123456789abcdef")));
    assert_ok(provider_new(&first, &environment, &providers[0], &error));
    assert_ok(provider_new(&second, &environment, &providers[1], &error));
    struct prefix_entry entries[] = { provider_entry(providers[0]),
        provider_entry(providers[1]) };
    struct prefix_transformer *list = NULL;
    assert_ok(prefix_transformer_new(entries, 2, PROVIDER_NO_MATCH, &list));
    struct transformer t = prefix_transformer(list);
    assert_int_equal(
        transformer_read(&t, KEY,
            SPAN_LITERAL(
                "k8s:enc:aesgcm:v1:k:0123456789abcdef0123456789abcdef"),
            &plain, &stale, &error),
        STATUS_AUTHENTIC);
    assert_string_equal(buf_text(&error.text),
        "[cipher: message authentication failed, no matching key was found "
        "for the provided AES transformer]");
    prefix_transformer_free(list);
    provider_free(providers[0]);
    provider_free(providers[1]);
    provider_config_reset(&first);
    provider_config_reset(&second);
    transform_error_reset(&error);
    buf_reset(&plain);
}

static void
a_list_of_nothing_is_refused(void **state)
{
    (void)state;
    struct prefix_transformer *list = NULL;
    assert_int_equal(
        prefix_transformer_new(NULL, 0, "", &list), STATUS_INVALID);
    assert_null(list);
}

static const struct {
    enum provider_kind kind;
    const char *name, *secret;
    const char *words;
} bad_keys[] = {
    { PROVIDER_AESCBC, NULL, NULL, "aes provider has no valid keys" },
    { PROVIDER_AESGCM, NULL, NULL, "aes provider has no valid keys" },
    { PROVIDER_SECRETBOX, NULL, NULL, "secretbox provider has no valid keys" },
    { PROVIDER_AESCBC, "", "0123456789abcdef",
        "key with invalid name provided" },
    { PROVIDER_AESCBC, "k", "", "key k has no provided secret" },
    { PROVIDER_AESGCM, "k", "short",
        "error while creating cipher for named key k: crypto/aes: invalid key "
        "size 5" },
    { PROVIDER_SECRETBOX, "k", "0123456789abcdef",
        "expected key size 32 for secretbox provider, got 16" },
};

static void
keys_that_do_not_fit_make_no_provider(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad_keys); i++) {
        struct provider_config config = { .kind = bad_keys[i].kind };
        struct provider_environment environment = { .random = random_system() };
        struct provider *provider = NULL;
        struct transform_error error = { 0 };
        if (bad_keys[i].name != NULL)
            assert_ok(provider_config_add_key(&config,
                span_text(bad_keys[i].name), span_text(bad_keys[i].secret)));
        assert_int_equal(provider_new(&config, &environment, &provider, &error),
            STATUS_INVALID);
        assert_string_equal(buf_text(&error.text), bad_keys[i].words);
        assert_null(provider);
        transform_error_reset(&error);
        provider_config_reset(&config);
    }
}

static void
an_aggregate_is_flat_and_without_repeats(void **state)
{
    (void)state;
    struct transform_error all = { 0 }, inner = { 0 }, one = { 0 };
    static const char *const words[] = { "b", "a", "b" };
    transform_error_set(&one, "a");
    transform_error_add(&all, &one);
    assert_string_equal(buf_text(&all.text), "a");
    assert_int_equal(one.text.len, 0);
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        transform_error_set(&one, "%s", words[i]);
        transform_error_add(&inner, &one);
    }
    assert_string_equal(buf_text(&inner.text), "[b, a]");
    transform_error_add(&all, &inner);
    assert_string_equal(buf_text(&all.text), "[a, b]");
    transform_error_wrap(&all, "failed: ");
    assert_string_equal(buf_text(&all.text), "failed: [a, b]");
    transform_error_set(&one, "c");
    transform_error_add(&all, &one);
    assert_string_equal(buf_text(&all.text), "[failed: [a, b], c]");
    transform_error_reset(&all);
    transform_error_reset(&one);
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_decides_who_reads_and_what_is_stale),
        cmocka_unit_test(all_that_match_say_their_words_together),
        cmocka_unit_test(a_list_of_nothing_is_refused),
        cmocka_unit_test(keys_that_do_not_fit_make_no_provider),
        cmocka_unit_test(an_aggregate_is_flat_and_without_repeats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
