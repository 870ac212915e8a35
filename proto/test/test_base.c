/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "base/encode.h"
#include "base/file.h"
#include "base/json.h"
#include "base/json_copy.h"
#include "base/json_flat.h"
#include "base/json_writer.h"
#include "base/num.h"
#include "base/printable.h"
#include "base/random.h"
#include "base/utf8.h"
#include "base/wipe.h"
#include "test/check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void
base64_follows_rfc4648_vectors(void **state)
{
    (void)state;
    static const char *const vectors[][2] = { { "", "" }, { "f", "Zg==" },
        { "fo", "Zm8=" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg==" },
        { "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" } };
    for (size_t i = 0; i < ARRAY_LEN(vectors); i++) {
        struct buf text = { 0 }, bytes = { 0 };
        assert_int_equal(
            base64_encode(span_text(vectors[i][0]), &text), STATUS_OK);
        assert_string_equal(buf_text(&text), vectors[i][1]);
        assert_int_equal(base64_decode(buf_span(&text), &bytes), STATUS_OK);
        assert_string_equal(buf_text(&bytes), vectors[i][0]);
        buf_reset(&text);
        buf_reset(&bytes);
    }
}

static void
base64_covers_every_byte_value(void **state)
{
    (void)state;
    uint8_t all[256];
    struct buf text = { 0 }, back = { 0 };
    for (size_t i = 0; i < sizeof(all); i++)
        all[i] = (uint8_t)i;
    assert_int_equal(base64_encode(span_of(all, 256), &text), STATUS_OK);
    assert_int_equal(base64_decode(buf_span(&text), &back), STATUS_OK);
    assert_true(span_equal(buf_span(&back), span_of(all, 256)));
    size_t at;
    assert_true(
        span_search(buf_span(&text), SPAN_LITERAL("+fr7/P3+/w=="), &at));
    buf_reset(&text);
    buf_reset(&back);
}

static void
base64_refuses_what_is_not_canonical(void **state)
{
    (void)state;
    static const char *const bad[] = { "Z", "Zg",
        "Zg=", "Zh==", "Zm9=", "Z===", "====", "Zm9v\n", "Zm 9",
        "Zg==Zg==", "Zm9-", "Zm9_" };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct buf out = { 0 };
        assert_int_equal(buf_append_text(&out, "kept"), STATUS_OK);
        assert_int_equal(
            base64_decode(span_text(bad[i]), &out), STATUS_INVALID);
        assert_string_equal(buf_text(&out), "kept");
        buf_reset(&out);
    }
}

static void
hex_round_trips_and_refuses_others(void **state)
{
    (void)state;
    struct buf out = { 0 };
    assert_int_equal(hex_decode(SPAN_LITERAL("00fFa5"), &out), STATUS_OK);
    assert_memory_equal(out.ptr, "\x00\xff\xa5", 3);
    assert_int_equal(hex_decode(SPAN_LITERAL("0"), &out), STATUS_INVALID);
    assert_int_equal(hex_decode(SPAN_LITERAL("0g"), &out), STATUS_INVALID);
    assert_int_equal(out.len, 3);
    buf_reset(&out);
}

static void
buf_take_empties_its_source(void **state)
{
    (void)state;
    struct buf a = { 0 }, b = { 0 };
    assert_int_equal(buf_append_text(&a, "secret"), STATUS_OK);
    buf_take(&b, &a);
    assert_null(a.ptr);
    assert_string_equal(buf_text(&b), "secret");
    buf_reset(&b);
}

static void
buf_truncate_wipes_what_it_cuts(void **state)
{
    (void)state;
    struct buf a = { 0 };
    assert_int_equal(buf_append_text(&a, "secret"), STATUS_OK);
    buf_truncate(&a, 2);
    assert_memory_equal(a.ptr, "se\0\0\0\0", 6);
    buf_reset(&a);
}

static void
numbers_are_whole_and_in_range(void **state)
{
    (void)state;
    int64_t n = 7;
    assert_int_equal(num_parse(SPAN_LITERAL("-12"), -20, 20, &n), STATUS_OK);
    assert_int_equal(n, -12);
    static const char *const bad[] = { "", "-", "1x", " 1", "+1", "0x1" };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(
            num_parse(span_text(bad[i]), -9, 9, &n), STATUS_INVALID);
    assert_int_equal(
        num_parse(SPAN_LITERAL("9223372036854775808"), 0, INT64_MAX, &n),
        STATUS_TOO_LARGE);
    assert_int_equal(
        num_parse(SPAN_LITERAL("-9223372036854775808"), INT64_MIN, 0, &n),
        STATUS_OK);
    assert_true(n == INT64_MIN);
}

static void
durations_read_as_go_reads_them(void **state)
{
    (void)state;
    int64_t ns = 0;
    assert_int_equal(
        num_parse_duration_ns(SPAN_LITERAL("1m30s"), &ns), STATUS_OK);
    assert_true(ns == INT64_C(90000000000));
    assert_int_equal(
        num_parse_duration_ns(SPAN_LITERAL("250ms"), &ns), STATUS_OK);
    assert_true(ns == 250000000);
    assert_int_equal(
        num_parse_duration_ns(SPAN_LITERAL("1.5s"), &ns), STATUS_OK);
    assert_true(ns == 1500000000);
    assert_int_equal(
        num_parse_duration_ns(SPAN_LITERAL("3"), &ns), STATUS_INVALID);
    assert_int_equal(
        num_parse_duration_ns(SPAN_LITERAL(""), &ns), STATUS_INVALID);
    assert_true(ns == 1500000000);
}

static void
amz_dates_round_trip(void **state)
{
    (void)state;
    struct buf text = { 0 };
    int64_t ms = 0;
    assert_int_equal(
        clock_parse_amz(SPAN_LITERAL("20150830T123600Z"), &ms), STATUS_OK);
    assert_true(ms == INT64_C(1440938160000));
    assert_int_equal(clock_format_amz(ms, &text), STATUS_OK);
    assert_string_equal(buf_text(&text), "20150830T123600Z");
    assert_int_equal(
        clock_parse_amz(SPAN_LITERAL("20151330T123600Z"), &ms), STATUS_INVALID);
    buf_reset(&text);
}

static void
json_is_written_with_commas_and_escapes(void **state)
{
    (void)state;
    struct buf out = { 0 };
    struct json_writer w = json_writer_to(&out);
    json_write_object_begin(&w);
    json_write_key_text(&w, "a\"", "x\n\x01\xff\xc3\xa9");
    json_write_key(&w, "l");
    json_write_array_begin(&w);
    json_write_int(&w, -1);
    json_write_bool(&w, true);
    json_write_null(&w);
    json_write_array_end(&w);
    json_write_key_base64(&w, "b", SPAN_LITERAL("foob"));
    json_write_object_end(&w);
    assert_int_equal(json_writer_end(&w), STATUS_OK);
    assert_string_equal(buf_text(&out),
        "{\"a\\\"\":\"x\\n\\u0001\xef\xbf\xbd\xc3\xa9\","
        "\"l\":[-1,true,null],\"b\":\"Zm9vYg==\"}");
    buf_reset(&out);
}

static void
what_was_parsed_is_written_the_same(void **state)
{
    static const char text[] =
        "{\"a\":[1,0.1,0.30000000000000004,1e+300,null,true],\"b\":{\"\":\"x\"}}";
    (void)state;
    struct buf out = { 0 };
    struct json_doc *doc = NULL;
    assert_int_equal(json_parse(span_text(text), &doc, NULL), STATUS_OK);
    assert_int_equal(json_copy_text(json_root(doc), &out), STATUS_OK);
    assert_string_equal(buf_text(&out), text);
    json_doc_free(doc);
    buf_reset(&out);
}

static void
what_is_nested_too_deeply_is_not_written(void **state)
{
    char text[2 * JSON_WRITER_DEPTH + 1] = "";
    (void)state;
    struct buf out = { 0 };
    struct json_doc *doc = NULL;
    memset(text, '[', JSON_WRITER_DEPTH);
    memset(text + JSON_WRITER_DEPTH, ']', JSON_WRITER_DEPTH);
    assert_int_equal(buf_append_text(&out, "kept"), STATUS_OK);
    assert_int_equal(json_parse(span_text(text), &doc, NULL), STATUS_OK);
    assert_int_equal(json_copy_text(json_root(doc), &out), STATUS_TOO_LARGE);
    assert_string_equal(buf_text(&out), "kept");
    json_doc_free(doc);
    buf_reset(&out);
}

static void
json_writer_refuses_what_is_left_open(void **state)
{
    (void)state;
    struct buf out = { 0 };
    assert_int_equal(buf_append_text(&out, "kept"), STATUS_OK);
    struct json_writer w = json_writer_to(&out);
    json_write_object_begin(&w);
    assert_int_equal(json_writer_end(&w), STATUS_INTERNAL);
    assert_string_equal(buf_text(&out), "kept");
    buf_reset(&out);
}

static void
json_is_read_back(void **state)
{
    (void)state;
    struct json_doc *doc = NULL;
    assert_int_equal(
        json_parse(
            SPAN_LITERAL("{\"s\":\"x\",\"n\":3,\"l\":[true]}"), &doc, NULL),
        STATUS_OK);
    const struct json *root = json_root(doc);
    assert_true(span_equal_text(json_get_string(json_member(root, "s")), "x"));
    assert_int_equal(json_get_int(json_member(root, "n")), 3);
    assert_true(json_get_bool(json_at(json_member(root, "l"), 0)));
    assert_int_equal(json_kind(json_member(root, "none")), JSON_KIND_ABSENT);
    json_doc_free(doc);
}

static void
plain_json_is_read_without_a_tree(void **state)
{
    (void)state;
    struct json_flat_member members[] = { { .key = "b" }, { .key = "a" },
        { .key = "none" } };
    assert_true(json_flat_read(
        SPAN_LITERAL(" {\"a\" : \"1\",\t\"c\":\"\",\"b\":\"~ }\","
                     "\"a\":\"2\"}\r\n"),
        members, ARRAY_LEN(members)));
    assert_true(span_equal_text(members[0].value, "~ }"));
    assert_true(span_equal_text(members[1].value, "2")); /* the last */
    assert_int_equal(members[2].value.len, 0);
}

static void
what_is_not_plain_json_is_left_to_the_parser(void **state)
{
    static const char *const texts[] = { "", " ", "{", "{}", "[]", "\"a\"",
        "{\"a\"}", "{\"a\":}", "{\"a\":\"1\"", "{\"a\":\"1}", "{\"a\":\"1\",}",
        "{\"a\":\"1\"}}", "{\"a\":\"1\"} x", "{\"a\":\"1\" \"b\":\"2\"}",
        "{a:\"1\"}", "{\"a\":1}", "{\"a\":null}", "{\"a\":{\"a\":\"1\"}}",
        "{\"a\":[\"1\"]}", "{\"a\":\"\\u0031\"}", "{\"a\":\"\\\"\"}",
        "{\"a\\n\":\"1\"}", "{\"a\":\"\xc3\xa9\"}", "{\"a\":\"\t\"}",
        "{\"a\":\"\x7f\"}", "\xef\xbb\xbf{\"a\":\"1\"}" };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct json_flat_member member = { .key = "a" };
        assert_false(json_flat_read(span_text(texts[i]), &member, 1));
    }
    struct json_flat_member member = { .key = "a" };
    assert_false(json_flat_read(SPAN_LITERAL("{\"a\":\"1\0\"}"), &member, 1));
}

static void
json_errors_name_the_line(void **state)
{
    (void)state;
    struct json_doc *doc = NULL;
    int line = 0;
    assert_int_equal(
        json_parse(SPAN_LITERAL("{\n\"a\":\n}"), &doc, &line), STATUS_INVALID);
    assert_int_equal(line, 3);
    assert_int_equal(
        json_parse_strict(SPAN_LITERAL("{\"a\":1,\"a\":2}"), &doc, NULL),
        STATUS_EXISTS);
    assert_int_equal(json_parse(SPAN_LITERAL(""), &doc, NULL), STATUS_INVALID);
    assert_null(doc);
}

static void
a_person_is_told_what_is_wrong_with_a_json_file(void **state)
{
    static const char *const cases[][2] = {
        { "", "it is empty" },
        { "{\"a\":[1,2", "cut off: it ends at byte 9 within a value (line 1)" },
        { "{\n\"a\":\"wor",
            "cut off: it ends at byte 10 within a value (line 2)" },
        { "{\"a\":1,\n\"a\":2}", "a member stands twice, line 2, byte " },
        { "{\"a\":1;}", "no JSON at line 1, byte " },
        { "{}}", "no JSON at line 1, byte " },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct buf problem = { 0 };
        struct json_doc *doc = NULL;
        assert_int_not_equal(
            json_parse_told(span_text(cases[i][0]), &doc, &problem), STATUS_OK);
        if (!span_starts_with(buf_span(&problem), span_text(cases[i][1])))
            fail_msg("%s, not %s", buf_text(&problem), cases[i][1]);
        assert_null(doc);
        buf_reset(&problem);
    }
}

static void
the_start_of_a_text_ends_with_a_character(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t max, len;
    } cases[] = {
        { "abc", 5, 3 },
        { "abc", 2, 2 },
        { "a\xe1\x98\x95z", 3, 1 },
        { "a\xe1\x98\x95z", 4, 4 },
        { "\xe1\x98\x95", 1, 0 },
        { "", 0, 0 },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_int_equal(utf8_first(span_text(cases[i].text), cases[i].max).len,
            cases[i].len);
}

static void
utf8_refuses_surrogates_and_overlong_forms(void **state)
{
    (void)state;
    assert_true(utf8_valid(SPAN_LITERAL("a\xc3\xa9\xf0\x9f\x98\x80")));
    assert_false(utf8_valid(SPAN_LITERAL("\xed\xa0\x80")));
    assert_false(utf8_valid(SPAN_LITERAL("\xc0\x80")));
    assert_false(utf8_valid(SPAN_LITERAL("\xe0\x80\x80")));
    assert_false(utf8_valid(SPAN_LITERAL("\xf5\x80\x80\x80")));
    assert_false(utf8_valid(SPAN_LITERAL("\xc3")));
}

static void
seeded_randomness_repeats_and_uuids_have_their_form(void **state)
{
    (void)state;
    struct random_seeded a = { 42 }, b = { 42 };
    struct random ra = random_seeded(&a), rb = random_seeded(&b);
    struct buf ua = { 0 }, ub = { 0 };
    assert_int_equal(random_uuid(&ra, &ua), STATUS_OK);
    assert_int_equal(random_uuid(&rb, &ub), STATUS_OK);
    assert_string_equal(buf_text(&ua), buf_text(&ub));
    assert_int_equal(ua.len, 36);
    assert_int_equal(ua.ptr[14], '4');
    buf_reset(&ua);
    buf_reset(&ub);
}

static void
wiping_blocks_grow_as_malloc_would_have_it(void **state)
{
    char *text = wipe_strdup("secret");
    uint8_t *zeros = wipe_calloc(3, 2);

    (void)state;
    assert_non_null(text);
    text = wipe_realloc(text, 4096);
    assert_non_null(text);
    assert_string_equal(text, "secret");
    text = wipe_realloc(text, 3);
    assert_non_null(text);
    assert_memory_equal(text, "sec", 3);
    wipe_free(text);
    assert_non_null(zeros);
    assert_memory_equal(zeros, "\0\0\0\0\0\0", 6);
    wipe_free(zeros);
    wipe_free(NULL);
    assert_null(wipe_malloc(SIZE_MAX));
    assert_null(wipe_calloc(SIZE_MAX / 2, 3));
}

static void
forked_child_draws_other_bytes_than_its_parent(void **state)
{
    (void)state;
    struct random random = random_system();
    uint8_t mine[16], childs[16] = { 0 };
    int pipes[2];
    assert_ok(random_fill(&random, mine, sizeof(mine)));
    assert_int_equal(pipe(pipes), 0);
    pid_t child = fork();
    if (child == 0) {
        enum status st = random_fill(&random, childs, sizeof(childs));
        _exit(st == STATUS_OK &&
                      write(pipes[1], childs, sizeof(childs)) == sizeof(childs)
                  ? 0
                  : 1);
    }
    assert_true(child > 0);
    assert_int_equal(read(pipes[0], childs, sizeof(childs)), sizeof(childs));
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_ok(random_fill(&random, mine, sizeof(mine)));
    assert_memory_not_equal(mine, childs, sizeof(mine));
    (void)close(pipes[0]);
    (void)close(pipes[1]);
}

/* What a person can mend is not told as "input or output failed". */
static void
system_errors_have_a_status_that_tells_what_to_do(void **state)
{
    static const struct {
        int error;
        enum status status;
    } cases[] = { { EACCES, STATUS_DENIED }, { EROFS, STATUS_DENIED },
        { ENOSPC, STATUS_FULL }, { EDQUOT, STATUS_FULL },
        { EADDRINUSE, STATUS_BUSY }, { ENOENT, STATUS_NOT_FOUND },
        { EIO, STATUS_IO } };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_int_equal(status_from_errno(cases[i].error), cases[i].status);
}

/* A pipe that nobody writes would be waited for without an end. */
static void
what_is_no_regular_file_is_refused_at_once(void **state)
{
    char folder[] = "/tmp/test-base.XXXXXX", path[64];
    struct buf out = { 0 };
    (void)state;
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof(path), "%s/pipe", folder);
    assert_int_equal(mkfifo(path, 0600), 0);
    const char *const irregular[] = { path, folder, "/dev/zero" };
    for (size_t i = 0; i < ARRAY_LEN(irregular); i++) {
        assert_int_equal(file_read(irregular[i], 100, &out), STATUS_IRREGULAR);
        assert_int_equal(out.len, 0);
    }
    assert_ok(file_read("/dev/null", 100, &out));
    assert_int_equal(out.len, 0);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0);
    buf_reset(&out);
}

static void
what_steers_a_terminal_is_not_printed(void **state)
{
    struct buf out = { 0 };
    (void)state;
    assert_ok(printable_append(
        SPAN_LITERAL("a\x1b[31m\tb\n\x7f\xc2\x9b\xe2\x80\xae\xff"
                     "\xc3\xa4\xe2\x9c\x8b"),
        &out));
    assert_string_equal(buf_text(&out), "a?[31m b ????\xc3\xa4\xe2\x9c\x8b");
    buf_reset(&out);
}

/* As a shell's <(COMMAND) is named. */
static void
a_pipe_that_is_open_already_is_read_by_its_name(void **state)
{
    struct buf out = { 0 };
    char path[64];
    int pipes[2];
    (void)state;
    assert_int_equal(pipe(pipes), 0);
    assert_int_equal(write(pipes[1], "words", 5), 5);
    (void)close(pipes[1]);
    (void)snprintf(path, sizeof(path), "/dev/fd/%d", pipes[0]);
    assert_ok(file_read(path, 100, &out));
    assert_string_equal(buf_text(&out), "words");
    (void)close(pipes[0]);
    buf_reset(&out);
}

static void
a_stream_is_read_whatever_it_is(void **state)
{
    struct buf out = { 0 };
    int pipes[2];
    (void)state;
    assert_int_equal(pipe(pipes), 0);
    assert_int_equal(write(pipes[1], "words", 5), 5);
    (void)close(pipes[1]);
    assert_ok(file_read_stream(pipes[0], 100, &out));
    assert_string_equal(buf_text(&out), "words");
    (void)close(pipes[0]);
    buf_reset(&out);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base64_follows_rfc4648_vectors),
        cmocka_unit_test(base64_covers_every_byte_value),
        cmocka_unit_test(base64_refuses_what_is_not_canonical),
        cmocka_unit_test(hex_round_trips_and_refuses_others),
        cmocka_unit_test(buf_take_empties_its_source),
        cmocka_unit_test(buf_truncate_wipes_what_it_cuts),
        cmocka_unit_test(numbers_are_whole_and_in_range),
        cmocka_unit_test(durations_read_as_go_reads_them),
        cmocka_unit_test(amz_dates_round_trip),
        cmocka_unit_test(json_is_written_with_commas_and_escapes),
        cmocka_unit_test(what_was_parsed_is_written_the_same),
        cmocka_unit_test(what_is_nested_too_deeply_is_not_written),
        cmocka_unit_test(json_writer_refuses_what_is_left_open),
        cmocka_unit_test(json_is_read_back),
        cmocka_unit_test(plain_json_is_read_without_a_tree),
        cmocka_unit_test(what_is_not_plain_json_is_left_to_the_parser),
        cmocka_unit_test(json_errors_name_the_line),
        cmocka_unit_test(a_person_is_told_what_is_wrong_with_a_json_file),
        cmocka_unit_test(the_start_of_a_text_ends_with_a_character),
        cmocka_unit_test(utf8_refuses_surrogates_and_overlong_forms),
        cmocka_unit_test(seeded_randomness_repeats_and_uuids_have_their_form),
        cmocka_unit_test(wiping_blocks_grow_as_malloc_would_have_it),
        cmocka_unit_test(system_errors_have_a_status_that_tells_what_to_do),
        cmocka_unit_test(forked_child_draws_other_bytes_than_its_parent),
        cmocka_unit_test(what_is_no_regular_file_is_refused_at_once),
        cmocka_unit_test(what_steers_a_terminal_is_not_printed),
        cmocka_unit_test(a_pipe_that_is_open_already_is_read_by_its_name),
        cmocka_unit_test(a_stream_is_read_whatever_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
