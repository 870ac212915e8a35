/* SPDX-License-Identifier: Apache-2.0 */
/* What must read as Go programs print it. */
#include "k8s/go_base64.h"
#include "k8s/go_duration.h"
#include "k8s/go_url.h"
#include "k8s/yaml_tree.h"
#include "test/check.h"

static void
durations_print_as_in_go(void **state)
{
    (void)state;
    static const struct {
        int64_t ns;
        const char *text;
    } rows[] = {
        { 0, "0s" },
        { 1, "1ns" },
        { -7, "-7ns" },
        { 1100, "1.1\xc2\xb5s" },
        { -1500000, "-1.5ms" },
        { INT64_C(3000000000), "3s" },
        { INT64_C(-90500000000), "-1m30.5s" },
        { INT64_C(3601500000000), "1h0m1.5s" },
        { INT64_C(-360000000000000), "-100h0m0s" },
        { INT64_MIN, "-2562047h47m16.854775808s" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf text = { 0 };
        assert_ok(go_duration_append(rows[i].ns, &text));
        assert_string_equal(buf_text(&text), rows[i].text);
        buf_reset(&text);
    }
}

static void
durations_are_refused_as_in_go(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        { "abc", "time: invalid duration \"abc\"" },
        { "", "time: invalid duration \"\"" },
        { "-", "time: invalid duration \"-\"" },
        { ".s", "time: invalid duration \".s\"" },
        { "3", "time: missing unit in duration \"3\"" },
        { "1h3", "time: missing unit in duration \"1h3\"" },
        { "3x", "time: unknown unit \"x\" in duration \"3x\"" },
        { "1h3 s", "time: unknown unit \" s\" in duration \"1h3 s\"" },
        { "9999999999h", "time: invalid duration \"9999999999h\"" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf text = { 0 };
        assert_ok(go_duration_problem(span_text(rows[i][0]), &text));
        assert_string_equal(buf_text(&text), rows[i][1]);
        buf_reset(&text);
    }
}

static void
base64_skips_line_ends_and_spare_bits(void **state)
{
    (void)state;
    static const char *const good[][2] = { { "Zm9v", "foo" },
        { "Zm\r\n9v\n", "foo" }, { "Zh==", "f" }, { "Zm9=", "fo" },
        { "", "" } };
    static const char *const bad[] = { "Z", "Zg=", "Zg", "Zm 9v",
        "Z===", "====", "Zg==Zg==", "Zm9-" };
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        struct buf bytes = { 0 };
        assert_ok(go_base64_decode(span_text(good[i][0]), &bytes));
        assert_span_text(buf_span(&bytes), good[i][1]);
        buf_reset(&bytes);
    }
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct buf bytes = { 0 };
        assert_int_equal(
            go_base64_decode(span_text(bad[i]), &bytes), STATUS_INVALID);
        assert_int_equal(bytes.len, 0);
        buf_reset(&bytes);
    }
}

/* The second text is the scheme, the third what is wrong. */
static void
urls_are_taken_apart_as_in_go(void **state)
{
    (void)state;
    static const char *const rows[][3] = {
        { "unix:///x", "unix", "" },
        { "UNIX:///x", "unix", "" },
        { "unix:x", "unix", "" },
        { "unix://", "unix", "" },
        { "unix:///@abstract", "unix", "" },
        { "unix:///a b", "unix", "" },
        { "unix://h/x", "unix", "" },
        { "unix://u:p%20@h:1/x", "unix", "" },
        { "unix:///a?b%zz", "unix", "" },
        { "x:y:z", "x", "" },
        { "/x", "", "" },
        { "", "", "" },
        { "a/b:c", "", "" },
        { "localhost:8080", "localhost", "" },
        { ":x", "", "parse \":x\": missing protocol scheme" },
        { "1a:b", "",
            "parse \"1a:b\": first path segment in URL cannot contain colon" },
        { "unix:///%zz", "",
            "parse \"unix:///%zz\": invalid URL escape \"%zz\"" },
        { "unix:///%z", "", "parse \"unix:///%z\": invalid URL escape \"%z\"" },
        { "unix:///a#%zz", "",
            "parse \"unix:///a#%zz\": invalid URL escape \"%zz\"" },
        { "unix:///\x01", "",
            "parse \"unix:///\\x01\": net/url: invalid control character in "
            "URL" },
        { "unix://host:x/y", "",
            "parse \"unix://host:x/y\": invalid port \":x\" after host" },
        { "unix://[::1/x", "", "parse \"unix://[::1/x\": missing ']' in host" },
        { "unix://a b/c", "",
            "parse \"unix://a b/c\": invalid character \" \" in host name" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf scheme = { 0 }, problem = { 0 };
        enum status status =
            go_url_scheme(span_text(rows[i][0]), &scheme, &problem);
        assert_int_equal(
            status, rows[i][2][0] == '\0' ? STATUS_OK : STATUS_INVALID);
        assert_string_equal(buf_text(&scheme), rows[i][1]);
        assert_string_equal(buf_text(&problem), rows[i][2]);
        buf_reset(&scheme);
        buf_reset(&problem);
    }
}

static void
plain_scalars_are_yaml_1_1(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum yaml_kind kind;
    } rows[] = {
        { "", YAML_KIND_NULL },
        { "~", YAML_KIND_NULL },
        { "null", YAML_KIND_NULL },
        { "y", YAML_KIND_BOOL },
        { "No", YAML_KIND_BOOL },
        { "off", YAML_KIND_BOOL },
        { "tRue", YAML_KIND_STRING },
        { "0", YAML_KIND_INT },
        { "-12", YAML_KIND_INT },
        { "+5", YAML_KIND_INT },
        { "1_0", YAML_KIND_INT },
        { "0x1F", YAML_KIND_INT },
        { "0b11", YAML_KIND_INT },
        { "0o7", YAML_KIND_INT },
        { "077", YAML_KIND_INT },
        { "0x", YAML_KIND_STRING },
        { "1.5", YAML_KIND_FLOAT },
        { ".5", YAML_KIND_FLOAT },
        { "1e3", YAML_KIND_FLOAT },
        { "1e", YAML_KIND_STRING },
        { ".inf", YAML_KIND_FLOAT },
        { "-", YAML_KIND_STRING },
        { ".", YAML_KIND_STRING },
        { "1:20", YAML_KIND_STRING },
        { "2001-01-01", YAML_KIND_STRING },
        { "secrets", YAML_KIND_STRING },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (yaml_tree_resolve(span_text(rows[i].text)) != rows[i].kind)
            fail_msg("%s", rows[i].text);
}

static const struct {
    const char *text;
    int64_t value;
} integers[] = { { "12", 12 }, { "-0x10", -16 }, { "077", 63 },
    { "1_000", 1000 }, { "1e3", 1000 }, { "10.0", 10 }, { "0b101", 5 } };

static void
integers_are_read_in_every_spelling(void **state)
{
    (void)state;
    static const char *const bad[] = { "1.5", "1e30", ".nan", "abc",
        "99999999999999999999" };
    for (size_t i = 0; i < ARRAY_LEN(integers); i++) {
        int64_t value = -1;
        struct yaml_node node = { .kind = yaml_tree_resolve(
                                      span_text(integers[i].text)) };
        assert_ok(buf_append_text(&node.text, integers[i].text));
        assert_ok(yaml_tree_int(&node, &value));
        assert_int_equal(value, integers[i].value);
        buf_reset(&node.text);
    }
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        int64_t value = -1;
        struct yaml_node node = { .kind =
                                      yaml_tree_resolve(span_text(bad[i])) };
        assert_ok(buf_append_text(&node.text, bad[i]));
        assert_int_equal(yaml_tree_int(&node, &value), STATUS_INVALID);
        assert_int_equal(value, -1);
        buf_reset(&node.text);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(durations_print_as_in_go),
        cmocka_unit_test(durations_are_refused_as_in_go),
        cmocka_unit_test(base64_skips_line_ends_and_spare_bits),
        cmocka_unit_test(urls_are_taken_apart_as_in_go),
        cmocka_unit_test(plain_scalars_are_yaml_1_1),
        cmocka_unit_test(integers_are_read_in_every_spelling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
