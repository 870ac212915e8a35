/* SPDX-License-Identifier: Apache-2.0 */
/* The shared files' format, as the AWS SDKs and the AWS CLI read it. */
#include "credentials/profile.h"
#include "test/check.h"

static struct profile
read_ok(const char *text, enum profile_file kind, const char *name)
{
    struct profile profile = { 0 };
    profile_read(span_text(text), kind, PROFILE_SECTION_PROFILE,
        span_text(name), &profile);
    return profile;
}

static struct span
key_of(const struct profile *profile)
{
    return profile->values[PROFILE_ACCESS_KEY_ID];
}

static void
a_usual_credentials_file_is_read(void **state)
{
    (void)state;
    struct profile p = read_ok("# mine\n"
                               "[default]\n"
                               "aws_access_key_id = AKID\n"
                               "aws_secret_access_key=a/b+c=\r\n"
                               "\n"
                               "[other]\n"
                               "AWS_ACCESS_KEY_ID =\tOTHER\n"
                               "aws_session_token = t==\n",
        PROFILE_FILE_CREDENTIALS, "default");
    assert_true(p.found);
    assert_span_text(key_of(&p), "AKID");
    assert_span_text(p.values[PROFILE_SECRET_ACCESS_KEY], "a/b+c=");
    assert_int_equal(p.lines[PROFILE_SECRET_ACCESS_KEY], 4);
    assert_int_equal(p.lines[PROFILE_SESSION_TOKEN], 0);
}

static void
keys_are_read_in_any_case(void **state)
{
    (void)state;
    struct profile p = read_ok("[other]\nAWS_ACCESS_KEY_ID =\tOTHER\n",
        PROFILE_FILE_CREDENTIALS, "other");
    assert_span_text(key_of(&p), "OTHER");
}

static void
a_profile_that_is_not_there_is_not_found(void **state)
{
    (void)state;
    static const char *const texts[] = { "", "\n", "# [x]\n",
        "[y]\naws_access_key_id=A\n", "[x y]\n", "[X]\n" };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct profile p = read_ok(texts[i], PROFILE_FILE_CREDENTIALS, "x");
        assert_false(p.found);
        assert_int_equal(key_of(&p).len, 0);
    }
}

static void
section_names_follow_their_file(void **state)
{
    (void)state;
    static const struct {
        const char *title;
        enum profile_file kind;
        const char *name;
        bool found;
    } cases[] = {
        { "[x]", PROFILE_FILE_CREDENTIALS, "x", true },
        { "[ x ]", PROFILE_FILE_CREDENTIALS, "x", true },
        { "[x] # comment", PROFILE_FILE_CREDENTIALS, "x", true },
        { "[profile x]", PROFILE_FILE_CREDENTIALS, "x", false },
        { "[x]", PROFILE_FILE_CONFIG, "x", false },
        { "[profile x]", PROFILE_FILE_CONFIG, "x", true },
        { "[  profile \t x ]", PROFILE_FILE_CONFIG, "x", true },
        { "[profile \"two words\"]", PROFILE_FILE_CONFIG, "two words", true },
        { "[profile 'x']", PROFILE_FILE_CONFIG, "x", true },
        { "[profilex]", PROFILE_FILE_CONFIG, "x", false },
        { "[sso-session x]", PROFILE_FILE_CONFIG, "x", false },
        { "[default]", PROFILE_FILE_CONFIG, "default", true },
        { "[profile default]", PROFILE_FILE_CONFIG, "default", true },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct buf text = { 0 };
        assert_ok(
            buf_printf(&text, "%s\naws_access_key_id=A\n", cases[i].title));
        struct profile p =
            read_ok(buf_text(&text), cases[i].kind, cases[i].name);
        assert_int_equal(p.found, cases[i].found);
        assert_int_equal(key_of(&p).len, cases[i].found ? 1 : 0);
        buf_reset(&text);
    }
}

static void
profile_default_beats_default_wherever_it_stands(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "[default]\naws_access_key_id=PLAIN\nregion=r\n"
        "[profile default]\naws_access_key_id=PREFIXED\n",
        "[profile default]\naws_access_key_id=PREFIXED\n"
        "[default]\naws_access_key_id=PLAIN\nregion=r\n",
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct profile p = read_ok(texts[i], PROFILE_FILE_CONFIG, "default");
        assert_span_text(key_of(&p), "PREFIXED");
        assert_int_equal(p.values[PROFILE_REGION].len, 0);
    }
}

static void
comments_behind_values_are_cut(void **state)
{
    (void)state;
    static const char *const values[][2] = {
        { "AKID # mine", "AKID" },
        { "AKID\t; mine", "AKID" },
        { "AK#ID;x", "AK#ID;x" },
        { "# nothing", "" },
        { "", "" },
    };
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        struct buf text = { 0 };
        assert_ok(buf_printf(
            &text, "[default]\naws_access_key_id = %s\n", values[i][0]));
        struct profile p =
            read_ok(buf_text(&text), PROFILE_FILE_CREDENTIALS, "default");
        assert_span_text(key_of(&p), values[i][1]);
        assert_int_equal(p.lines[PROFILE_ACCESS_KEY_ID], 2);
        buf_reset(&text);
    }
}

static void
nested_blocks_are_skipped(void **state)
{
    (void)state;
    struct profile p = read_ok("[default]\n"
                               "s3 =\n"
                               "  aws_access_key_id = NESTED\n"
                               "  no equals sign\n"
                               "  [not a section\n"
                               "aws_access_key_id = OUTER\n"
                               "region = r\n"
                               "\tregion = nested\n",
        PROFILE_FILE_CONFIG, "default");
    assert_span_text(key_of(&p), "OUTER");
    assert_span_text(p.values[PROFILE_REGION], "r");
}

static void
a_section_that_is_indented_as_a_whole_is_read(void **state)
{
    (void)state;
    struct profile p = read_ok("[default]\n"
                               "    aws_access_key_id = A\n"
                               "    region = r\n",
        PROFILE_FILE_CONFIG, "default");
    assert_span_text(key_of(&p), "A");
    assert_span_text(p.values[PROFILE_REGION], "r");
}

static void
a_repeated_section_adds_and_the_last_value_wins(void **state)
{
    (void)state;
    struct profile p = read_ok("[x]\naws_access_key_id=A\nregion=1\n"
                               "[y]\nregion=2\n[x]\nregion=3\n",
        PROFILE_FILE_CREDENTIALS, "x");
    assert_span_text(key_of(&p), "A");
    assert_span_text(p.values[PROFILE_REGION], "3");
}

static void
a_byte_order_mark_is_skipped(void **state)
{
    (void)state;
    struct profile p = read_ok(
        "\xef\xbb\xbf[x]\naws_access_key_id=A", PROFILE_FILE_CREDENTIALS, "x");
    assert_span_text(key_of(&p), "A");
}

/* As the SDKs do; what stands below an unreadable header is nobody's. */
static void
lines_that_are_nothing_are_skipped_and_told(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int line;
        const char *key; /* aws_access_key_id of x */
    } cases[] = {
        { "aws_access_key_id=A\n", 1, "" },
        { "\n# c\naws_access_key_id=A\n[x]\naws_access_key_id=B\n", 3, "B" },
        { "[x]\naws_access_key_id=A\n[y\naws_access_key_id=B\n", 3, "A" },
        { "[x\naws_access_key_id=A\n", 1, "" },
        { "[x] y\naws_access_key_id=A\n", 1, "" },
        { "[x]\njust words\naws_access_key_id=A\n= value\n", 2, "A" },
        { "[x]\n= value\naws_access_key_id=A\n", 2, "A" },
        { "[x]\n[y] z\n[x]\naws_access_key_id=A\n", 2, "A" },
        { "[x]\naws_access_key_id=A\n", 0, "A" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct span text = span_text(cases[i].text);
        struct profile p =
            read_ok(cases[i].text, PROFILE_FILE_CREDENTIALS, "x");
        struct profile_flaw flaw =
            profile_find_flaw(text, PROFILE_FILE_CREDENTIALS);
        assert_span_text(key_of(&p), cases[i].key);
        assert_int_equal(flaw.line, cases[i].line);
        assert_int_equal(flaw.why != NULL, flaw.line > 0);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_usual_credentials_file_is_read),
        cmocka_unit_test(keys_are_read_in_any_case),
        cmocka_unit_test(a_profile_that_is_not_there_is_not_found),
        cmocka_unit_test(section_names_follow_their_file),
        cmocka_unit_test(profile_default_beats_default_wherever_it_stands),
        cmocka_unit_test(comments_behind_values_are_cut),
        cmocka_unit_test(nested_blocks_are_skipped),
        cmocka_unit_test(a_section_that_is_indented_as_a_whole_is_read),
        cmocka_unit_test(a_repeated_section_adds_and_the_last_value_wins),
        cmocka_unit_test(a_byte_order_mark_is_skipped),
        cmocka_unit_test(lines_that_are_nothing_are_skipped_and_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
