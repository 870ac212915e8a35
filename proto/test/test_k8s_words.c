/* SPDX-License-Identifier: Apache-2.0 */
/* Words as Go prints them: quoted texts and gRPC errors. */
#include "base/byte_map.h"
#include "k8s/go_text.h"
#include "k8s/grpc_error.h"
#include "test/check.h"

/* Made by strconv.Quote. */
static const struct {
    const char *text;
    size_t len;
    const char *quoted;
} quotes[] = {
    { "", 0, "\"\"" },
    { "plain", 5, "\"plain\"" },
    { "a\"b\\c", 5, "\"a\\\"b\\\\c\"" },
    { "\a\b\f\n\r\t\v", 7, "\"\\a\\b\\f\\n\\r\\t\\v\"" },
    { "\x00\x1f\x7f", 3, "\"\\x00\\x1f\\x7f\"" },
    { "\xff\xc3(", 3, "\"\\xff\\xc3(\"" },
    { "\xed\xa0\x80", 3, "\"\\xed\\xa0\\x80\"" },
    { "\xc2\x80\xc2\x9f\xc2\xa0", 6, "\"\\u0080\\u009f\\u00a0\"" },
    { "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 9,
        "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"" },
};

static void
texts_are_quoted_as_go_does(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(quotes); i++) {
        struct buf out = { 0 };
        assert_ok(buf_append_text(&out, "x="));
        assert_ok(go_text_quote(span_of(quotes[i].text, quotes[i].len), &out));
        assert_string_equal(buf_text(&out) + 2, quotes[i].quoted);
        buf_reset(&out);
    }
}

static const struct {
    int number;
    enum grpc_code code;
    const char *name;
    enum status status;
} codes[] = {
    { 0, GRPC_CODE_OK, "OK", STATUS_OK },
    { 1, GRPC_CODE_CANCELLED, "Canceled", STATUS_CANCELLED },
    { 4, GRPC_CODE_DEADLINE_EXCEEDED, "DeadlineExceeded", STATUS_TIMEOUT },
    { 9, GRPC_CODE_FAILED_PRECONDITION, "FailedPrecondition",
        STATUS_UNAVAILABLE },
    { 14, GRPC_CODE_UNAVAILABLE, "Unavailable", STATUS_UNAVAILABLE },
    { 16, GRPC_CODE_UNAUTHENTICATED, "Unauthenticated", STATUS_DENIED },
    { 17, GRPC_CODE_UNKNOWN, "Unknown", STATUS_INTERNAL },
    { -1, GRPC_CODE_UNKNOWN, "Unknown", STATUS_INTERNAL },
};

static void
codes_of_the_wire_have_names_and_statuses(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
        enum grpc_code code = grpc_error_code_from_wire(codes[i].number);
        assert_int_equal(code, codes[i].code);
        assert_string_equal(grpc_error_code_name(code), codes[i].name);
        assert_int_equal(grpc_error_status(code), codes[i].status);
    }
}

static void
an_error_reads_as_in_go(void **state)
{
    (void)state;
    struct grpc_error error = { 0 };
    struct buf text = { 0 };
    grpc_error_set(&error, GRPC_CODE_NOT_FOUND, SPAN_LITERAL("first"));
    grpc_error_set(&error, GRPC_CODE_ABORTED, SPAN_LITERAL("no key"));
    assert_ok(grpc_error_text(&error, &text));
    assert_string_equal(
        buf_text(&text), "rpc error: code = Aborted desc = no key");
    grpc_error_reset(&error);
    buf_reset(&text);
}

static void
annotations_stand_in_order_and_once(void **state)
{
    (void)state;
    struct byte_map set = { 0 }, copy = { 0 };
    struct span value;
    static const char *const keys[] = { "m.x", "a.x", "z.x", "m.x" };
    static const char *const sorted[] = { "a.x", "m.x", "z.x" };
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        assert_ok(
            byte_map_set(&set, span_text(keys[i]), span_of(&"0123"[i], 1)));
    assert_int_equal(set.count, 3);
    for (size_t i = 0; i < ARRAY_LEN(sorted); i++)
        assert_span_text(buf_span(&set.items[i].key), sorted[i]);
    assert_true(byte_map_find(&set, SPAN_LITERAL("m.x"), &value));
    assert_span_text(value, "3");
    assert_false(byte_map_find(&set, SPAN_LITERAL("b.x"), &value));

    assert_ok(byte_map_copy(&copy, &set));
    byte_map_reset(&set);
    assert_int_equal(copy.count, 3);
    byte_map_take(&set, &copy);
    assert_int_equal(copy.count, 0);
    assert_true(byte_map_find(&set, SPAN_LITERAL("z.x"), &value));
    byte_map_reset(&set);
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_quoted_as_go_does),
        cmocka_unit_test(codes_of_the_wire_have_names_and_statuses),
        cmocka_unit_test(an_error_reads_as_in_go),
        cmocka_unit_test(annotations_stand_in_order_and_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
