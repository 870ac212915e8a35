/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/pattern.h"
#include "test/check.h"

static bool
matches(const char *pattern, const char *text)
{
    struct pattern compiled;
    assert_ok(pattern_compile(pattern, &compiled));
    return pattern_matches(&compiled, span_text(text));
}

static void
patterns_match_the_whole_text(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *text;
        bool match;
    } rows[] = {
        { "^[a-zA-Z0-9:/_-]+$", "alias/my-key_1", true },
        { "^[a-zA-Z0-9:/_-]+$", "alias/my key", false },
        { "^[a-zA-Z0-9:/_-]+$", "", false },
        { "^[a-zA-Z0-9:/_-]+$", "ok\n", false },
        { "[\\w]+", "default_1", true },
        { "[\\w]+", "de-fault", false },
        { "[0-9]{12}", "123456789012", true },
        { "[0-9]{12}", "12345678901", false },
        { "[0-9]{12}", "1234567890123", false },
        { "cluster-[2-7a-zA-Z]{11,16}", "cluster-abcdefghijk", true },
        { "cluster-[2-7a-zA-Z]{11,16}", "cluster-abcdefghij", false },
        { "cluster-[2-7a-zA-Z]{11,16}", "cluster-abcdefghijklmnop", true },
        { "cluster-[2-7a-zA-Z]{11,16}", "cluster-abcdefghijklmnopq", false },
        { "^([a-z]+-){2,3}\\d+$", "eu-central-1", true },
        { "^([a-z]+-){2,3}\\d+$", "us-gov-west-1", true },
        { "^([a-z]+-){2,3}\\d+$", "a-b-c-d-1", false },
        { "^(com|eu)\\.amazonaws\\.vpce$", "eu.amazonaws.vpce", true },
        { "^(com|eu)\\.amazonaws\\.vpce$", "euxamazonaws.vpce", false },
        { "^(a/[a-z]+/v\\d{1,2})$|^(/v\\d{1,2})$", "/v12", true },
        { "^(a/[a-z]+/v\\d{1,2})$|^(/v\\d{1,2})$", "a/b/v1", true },
        { "^(a/[a-z]+/v\\d{1,2})$|^(/v\\d{1,2})$", "a/b/v123", false },
        { "^[a-zA-Z0-9-_.]+$", "a-b_c.d", true },
        { "^[a-zA-Z0-9-_.]+$", "a+b", false },
        { "colou?r", "color", true },
        { "colou?r", "colour", true },
        { "colou?r", "colouur", false },
        { "a|b|cd", "cd", true },
        { "a|b|cd", "b", true },
        { "a|b|cd", "ac", false },
        { "(a*)*", "aaaa", true },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (matches(rows[i].pattern, rows[i].text) != rows[i].match)
            fail_msg("%s on %s", rows[i].pattern, rows[i].text);
}

static void
characters_are_those_of_unicode(void **state)
{
    (void)state;
    const char *latin = "[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+";
    assert_true(matches(latin, "{\n\t\"a\": \"\xc3\xbf\"\r\n}"));
    assert_false(matches(latin, "\xc4\x80"));         /* U+0100 */
    assert_false(matches(latin, "\xf0\x9f\x98\x80")); /* U+1F600 */
    assert_false(matches(latin, "\x01"));
    struct pattern pattern;
    assert_ok(pattern_compile("[\\u0020-\\u00FF]*", &pattern));
    assert_true(pattern_matches(&pattern, SPAN_LITERAL("")));
    assert_false(pattern_matches(&pattern, SPAN_LITERAL("\xff")));
}

static void
no_text_makes_matching_slow(void **state)
{
    (void)state;
    enum { LEN = 20000 };
    static char text[LEN + 1];
    memset(text, 'a', LEN);
    text[LEN - 1] = '!';
    assert_false(matches("((a+)+)+", text));
    assert_false(matches("(a|a)*", text));
}

static void
malformed_patterns_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = { "(", ")", "(a", "a)", "[a", "[z-a]", "*",
        "+a", "a{", "a{2", "a{2,1}", "a{x}", "\\", "\\q", "\\u12", "[\\w-z]x[",
        "a**" };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct pattern pattern = { .step_count = 7 };
        assert_int_equal(pattern_compile(bad[i], &pattern), STATUS_INVALID);
        assert_int_equal(pattern.step_count, 7);
    }
}

static void
patterns_have_a_limit(void **state)
{
    (void)state;
    struct pattern pattern = { .step_count = 7 };
    assert_int_equal(
        pattern_compile("((a{50}){50}){50}", &pattern), STATUS_TOO_LARGE);
    assert_int_equal(pattern.step_count, 7);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns_match_the_whole_text),
        cmocka_unit_test(characters_are_those_of_unicode),
        cmocka_unit_test(no_text_makes_matching_slow),
        cmocka_unit_test(malformed_patterns_are_refused),
        cmocka_unit_test(patterns_have_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
