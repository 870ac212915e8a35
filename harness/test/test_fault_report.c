/* SPDX-License-Identifier: Apache-2.0 */
#include "fault/columns.h"
#include "fault/fault_input.h"
#include "fault/fault_report.h"
#include "test/check.h"

static void
assert_report(fault_report_fn *report, const char *answer, const char *text)
{
    struct json_doc *doc = NULL;
    struct buf out = { 0 };

    assert_ok(json_parse(span_text(answer), &doc, NULL));
    assert_ok(report(json_root(doc), &out));
    assert_string_equal(buf_text(&out), text);
    buf_reset(&out);
    json_doc_free(doc);
}

static void
rules_are_listed_with_what_came_of_them(void **state)
{
    (void)state;
    assert_report(fault_report_rules,
        "{\"seed\":7,\"paused\":true,\"rules\":["
        "{\"name\":\"a\",\"rule\":{\"do\":{\"kind\":\"error\"}},\"matched\":12,"
        "\"fired\":3,\"observed\":{\"answered\":2,\"client-left\":1},"
        "\"expired\":false},"
        "{\"name\":\"bb\",\"rule\":{\"do\":{\"s\":{\"kind\":\"latency\"},"
        "\"f\":{\"kind\":\"hang\"}}},\"matched\":0,\"fired\":0,"
        "\"observed\":{},\"expired\":true}]}",
        "seed 7, paused, 2 rules\n"
        "NAME  KIND              STATE     MATCHED  FIRED  CLIENTS SAW\n"
        "a     error             in force  12       3      2 answered, 1 "
        "client-left\n"
        "bb    s=latency f=hang  expired   0        0\n");
}

static void
no_rules_are_one_line(void **state)
{
    (void)state;
    assert_report(fault_report_rules,
        "{\"seed\":1,\"paused\":false,\"rules\":[]}", "seed 1, 0 rules\n");
}

static void
kinds_are_listed_with_their_parameters(void **state)
{
    (void)state;
    assert_report(fault_report_kinds,
        "{\"kinds\":[{\"kind\":\"lost-answer\",\"stage\":\"after commit\","
        "\"about\":\"done\",\"parameters\":[{\"name\":\"end\",\"type\":"
        "\"choice\",\"required\":true,\"about\":\"how\",\"choices\":[\"close\","
        "\"reset\"]}]}]}",
        "KIND         STAGE           WHAT HAPPENS\n"
        "lost-answer  after commit    done\n"
        "               end (needed)  choice: how; one of close, reset\n");
}

static void
presets_are_listed_with_their_source(void **state)
{
    (void)state;
    assert_report(fault_report_presets,
        "{\"presets\":[{\"name\":\"p\",\"about\":\"t\",\"lasts\":\"4m\",\"source\":\"s\","
        "\"rules\":[{},{}]}]}",
        "PRESET  LASTS  RULES  WHAT HAPPENS\n"
        "p       4m     2      t\n"
        "                      s\n");
}

static void
events_are_listed_and_what_is_gone_is_told(void **state)
{
    (void)state;
    assert_report(fault_report_events,
        "{\"events\":[{\"seq\":9,\"at_ms\":1000,\"rule\":\"r\",\"kind\":"
        "\"hang\",\"operation\":\"Encrypt\",\"outcome\":\"client-left\","
        "\"request_id\":\"id\"}],\"dropped\":8}",
        "8 older ones are gone\n"
        "SEQ  TIME                  RULE  KIND  OPERATION  OUTCOME      "
        "REQUEST\n"
        "9    1970-01-01T00:00:01Z  r     hang  Encrypt    client-left  id\n");
}

static void
names_stand_on_lines_of_their_own(void **state)
{
    (void)state;
    assert_report(
        fault_report_names, "{\"names\":[\"a\",\"b-2\"]}", "a\nb-2\n");
}

static void
an_answer_without_members_is_no_failure(void **state)
{
    (void)state;
    assert_report(fault_report_rules, "[]", "seed 0, 0 rules\n");
    assert_report(fault_report_names, "{\"names\":7}", "");
}

static void
what_a_terminal_would_obey_is_not_printed(void **state)
{
    struct columns columns = { .width = 2 };
    struct buf out = { 0 };

    (void)state;
    columns_add(&columns, SPAN_LITERAL("a\033[2J\nb"));
    columns_add(&columns, SPAN_LITERAL("\xc3\xa9\x7f"));
    assert_ok(columns_print(&columns, &out));
    assert_string_equal(buf_text(&out), "a?[2J?b  \xc3\xa9?\n");
    columns_reset(&columns);
    buf_reset(&out);
}

static void
a_column_is_as_wide_as_its_characters_not_its_bytes(void **state)
{
    struct columns columns = { .width = 2 };
    struct buf out = { 0 };

    (void)state;
    columns_add_text(&columns, "\xc3\xa9\xc3\xa9");
    columns_add_text(&columns, "x");
    columns_add_text(&columns, "ab");
    columns_add_text(&columns, "y");
    assert_ok(columns_print(&columns, &out));
    assert_string_equal(buf_text(&out), "\xc3\xa9\xc3\xa9  x\nab  y\n");
    columns_reset(&columns);
    buf_reset(&out);
}

static void
only_what_can_stand_in_a_path_is_a_name(void **state)
{
    (void)state;
    assert_true(fault_input_is_name(SPAN_LITERAL("throttle-2.a_B")));
    assert_false(fault_input_is_name(SPAN_LITERAL("")));
    assert_false(fault_input_is_name(SPAN_LITERAL("a/b")));
    assert_false(fault_input_is_name(SPAN_LITERAL("a?b")));
    assert_false(fault_input_is_name(SPAN_LITERAL("a%2f")));
}

static void
a_scale_is_digits_with_at_most_one_point(void **state)
{
    (void)state;
    assert_true(fault_input_is_decimal(SPAN_LITERAL("0.05")));
    assert_true(fault_input_is_decimal(SPAN_LITERAL("2")));
    assert_false(fault_input_is_decimal(SPAN_LITERAL(".")));
    assert_false(fault_input_is_decimal(SPAN_LITERAL("1.2.3")));
    assert_false(fault_input_is_decimal(SPAN_LITERAL("-1")));
    assert_false(fault_input_is_decimal(SPAN_LITERAL("1e3")));
}

static void
rules_that_cannot_be_read_are_named(void **state)
{
    struct buf rules = { 0 }, problem = { 0 };

    (void)state;
    assert_int_equal(
        fault_input_read("/no/such/file", &rules, &problem), STATUS_NOT_FOUND);
    assert_string_equal(buf_text(&problem), "/no/such/file: not found");
    buf_clear(&problem);
    assert_int_equal(
        fault_input_read("/dev/null", &rules, &problem), STATUS_INVALID);
    assert_string_equal(buf_text(&problem), "/dev/null: holds no rules");
    assert_int_equal(rules.len, 0);
    buf_reset(&rules);
    buf_reset(&problem);
}

static void
rules_may_be_written_on_the_command_line(void **state)
{
    struct buf rules = { 0 }, problem = { 0 };

    (void)state;
    assert_ok(fault_input_read("[{}]", &rules, &problem));
    assert_string_equal(buf_text(&rules), "[{}]");
    buf_reset(&rules);
    buf_reset(&problem);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_are_listed_with_what_came_of_them),
        cmocka_unit_test(no_rules_are_one_line),
        cmocka_unit_test(kinds_are_listed_with_their_parameters),
        cmocka_unit_test(presets_are_listed_with_their_source),
        cmocka_unit_test(events_are_listed_and_what_is_gone_is_told),
        cmocka_unit_test(names_stand_on_lines_of_their_own),
        cmocka_unit_test(an_answer_without_members_is_no_failure),
        cmocka_unit_test(what_a_terminal_would_obey_is_not_printed),
        cmocka_unit_test(a_column_is_as_wide_as_its_characters_not_its_bytes),
        cmocka_unit_test(only_what_can_stand_in_a_path_is_a_name),
        cmocka_unit_test(a_scale_is_digits_with_at_most_one_point),
        cmocka_unit_test(rules_that_cannot_be_read_are_named),
        cmocka_unit_test(rules_may_be_written_on_the_command_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
