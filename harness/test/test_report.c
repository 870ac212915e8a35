/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"
#include "report/github.h"
#include "report/page.h"
#include "report/report.h"
#include "report/sheet.h"
#include "report/words.h"
#include "test/check.h"

#include <stdlib.h>
#include <unistd.h>

#define HEAD                                                                   \
    "{\"format\":\"kmslab-journal/1\",\"scenario\":{\"name\":\"n\"},"          \
    "\"verdict\":\"failed\""

static void
assert_refused(const char *text, const char *why)
{
    struct report_journal journal = { 0 };
    struct buf problem = { 0 };
    assert_int_not_equal(
        report_journal_parse(span_text(text), &journal, &problem), STATUS_OK);
    assert_string_equal(buf_text(&problem), why);
    assert_null(journal.doc);
    assert_null(journal.steps.rows);
    buf_reset(&problem);
}

static void
what_is_no_journal_is_refused_with_the_place(void **state UNUSED)
{
    assert_refused("", "it is empty");
    assert_refused("{\"format\":1}", "format: not kmslab-journal/1");
    assert_refused("{\"format\":\"kmslab-journal/2\"}",
        "format: of another kmslab; this one reads kmslab-journal/1");
    assert_refused(HEAD ",\"a\\nb\":1}", "unknown member a?b");
    assert_refused(HEAD ",\"seed\":-1}", "seed: not a whole number from 0");
    assert_refused(HEAD ",\"seed\":1.5}", "seed: not a whole number from 0");
    assert_refused(HEAD ",\"cause\":[]}", "cause: not a text");
    assert_refused(HEAD ",\"steps\":{}}", "steps: not a list");
    assert_refused(HEAD ",\"steps\":[1]}", "steps[0]: not an object");
    assert_refused(HEAD ",\"seed\":1,\"seed\":2}",
        "a member stands twice, line 1, byte 87");
    assert_refused(HEAD ",\"measures\":{\"kms_calls\":{\"a\":\"b\"}}}",
        "measures.kms_calls: not all whole numbers from 0");
    assert_refused(HEAD ",\"invariants\":[{\"name\":\"a\",\"passed\":true},"
                        "{\"name\":\"b\"}]}",
        "invariants[1].passed: missing");
    assert_refused(HEAD ",\"states\":[{\"at_ms\":1,\"probe\":\"readyz\","
                        "\"value\":\"good\"}]}",
        "states[0].value: none of ok, failed, unreachable");
}

static void
what_a_journal_does_not_know_is_unknown(void **state UNUSED)
{
    struct report_journal journal = { 0 };
    struct buf problem = { 0 };
    assert_ok(report_journal_parse(
        span_text(HEAD ",\"seed\":null}"), &journal, &problem));
    assert_int_equal(journal.seed, REPORT_UNKNOWN);
    assert_int_equal(journal.measures.detect_ms, REPORT_UNKNOWN);
    assert_int_equal(journal.host.cores, REPORT_UNKNOWN);
    assert_int_equal(journal.verdict, REPORT_FAILED);
    assert_int_equal(journal.steps.count, 0);
    assert_int_equal(report_journal_line(&journal), 1);
    report_journal_reset(&journal);
}

static void
a_fault_that_did_not_fire_as_asked_is_not_whole(void **state UNUSED)
{
    struct report_fault fault = { .requested = REPORT_UNKNOWN, .fired = 0 };
    assert_true(report_fault_is_whole(&fault));
    fault.fired = 3;
    fault.requested = 4;
    assert_false(report_fault_is_whole(&fault));
    fault.requested = 3;
    assert_true(report_fault_is_whole(&fault));
}

typedef void put_fn(struct sheet *sheet, struct span text);

static void
assert_escaped(put_fn *put, struct span text, const char *expected)
{
    struct buf out = { 0 };
    struct sheet s = sheet_to(&out);
    put(&s, text);
    assert_ok(sheet_end(&s));
    assert_string_equal(buf_text(&out), expected);
    buf_reset(&out);
}

static void
every_language_has_its_escapes(void **state UNUSED)
{
    const struct span evil = SPAN_LITERAL("a<b>&\"'\x1b\0\xff\n");
    assert_escaped(
        sheet_html, evil, "a&lt;b&gt;&amp;&quot;&#39;\\x1b\\x00\\xff\n");
    assert_escaped(
        sheet_xml, evil, "a&lt;b&gt;&amp;&quot;&#39;\\x1b\\x00\\xff&#10;");
    assert_escaped(
        sheet_html, SPAN_LITERAL("\xe2\x80\xaex\xc2\x85"), "\\u202ex\\x85");
    assert_escaped(
        sheet_yaml, SPAN_LITERAL("\"\\\n\x01"), "\"\\\"\\\\\\n\\x01\"");
    assert_escaped(
        sheet_tap, SPAN_LITERAL("a # SKIP\nb\\"), "a \\# SKIP b\\\\");
    assert_escaped(
        sheet_command_text, SPAN_LITERAL("1%,a:b\r\n"), "1%25,a:b%0D%0A");
    assert_escaped(
        sheet_command_property, SPAN_LITERAL("1%,a:b\n"), "1%25%2Ca%3Ab%0A");
}

static void
markdown_of_others_is_text(void **state UNUSED)
{
    struct buf out = { 0 };
    struct sheet s = sheet_to(&out);
    sheet_markdown(&s, SPAN_LITERAL("a|b\n[x](y) @me <i>"), 100);
    sheet_markdown(&s, SPAN_LITERAL("\xc3\xa4\xc3\xa4"), 3);
    assert_ok(sheet_end(&s));
    assert_string_equal(buf_text(&out),
        "a\\|b \\[x\\](y) &#64;me &lt;i&gt;\xc3\xa4\xe2\x80\xa6");
    buf_reset(&out);
}

static void
times_are_told_as_people_say_them(void **state UNUSED)
{
    static const struct {
        int64_t ms;
        const char *text;
    } rows[] = { { REPORT_UNKNOWN, "\xe2\x80\x93" }, { 0, "0 ms" },
        { 999, "999 ms" }, { 2140, "2.1 s" }, { 62000, "1 m 02 s" },
        { 7260000, "2 h 01 m" } };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf out = { 0 };
        struct sheet s = sheet_to(&out);
        sheet_duration(&s, rows[i].ms);
        assert_ok(sheet_end(&s));
        assert_string_equal(buf_text(&out), rows[i].text);
        buf_reset(&out);
    }
}

static void
the_worst_stands_first(void **state UNUSED)
{
    struct report_set set = { 0 };
    struct buf problem = { 0 };
    size_t order[16], counts[REPORT_VERDICT_COUNT];
    assert_ok(report_set_load("fixtures/journals/run", &set, &problem));
    const struct report_entry *entries = set.entries.rows;
    report_set_count(&set, counts);
    assert_int_equal(counts[REPORT_ERROR], 3);
    assert_int_equal(counts[REPORT_PASSED], 5);
    report_set_order(&set, order);
    assert_span_text(entries[order[0]].name, "empty");
    assert_span_text(entries[order[3]].name, "kms-throttle-stuck");
    assert_int_equal(entries[order[4]].verdict, REPORT_INTERRUPTED);
    assert_int_equal(entries[order[10]].verdict, REPORT_PASSED);
    report_set_reset(&set);
}

static void
a_path_that_leaves_the_run_is_not_followed(void **state UNUSED)
{
    struct report_set set = { 0 };
    struct buf problem = { 0 };
    assert_ok(report_set_load("fixtures/journals/run", &set, &problem));
    const struct report_entry *entries = set.entries.rows;
    const struct report_entry *last = &entries[set.entries.count - 1];
    assert_null(last->journal);
    assert_span_text(last->cause,
        "its journal cannot be read: its path leaves the run's folder");
    report_set_reset(&set);
}

static void
a_failure_says_what_and_how_to_repeat_it(void **state UNUSED)
{
    struct report_set set = { 0 };
    struct buf problem = { 0 }, words = { 0 };
    assert_ok(report_set_load("fixtures/journals/failed", &set, &problem));
    assert_ok(words_failure(set.entries.rows, 2, &words));
    assert_string_equal(buf_text(&words),
        "readyz still fails 20 s after healing: Status answers "
        "ResourceExhausted\n"
        "invariant: no Secret lost or altered: secret team-a/s12: hash "
        "3f1c9a… written, 77be01… read\n"
        "status: Status says why: expected ResourceExhausted, got Unavailable "
        "(line 16)\n"
        "and 1 more\n"
        "fault lost-answer: 4 asked for, 2 fired, 1 observed\n"
        "repeat: kmslab run kms-throttle-stuck --cluster model --seed 11\n");
    buf_reset(&words);
    report_set_reset(&set);
}

/* As many copies of one entry. */
static struct report_entry *
many(struct report_set *set, size_t count)
{
    struct report_entry *copies = calloc(count, sizeof(*copies));
    assert_non_null(copies);
    for (size_t i = 0; i < count; i++)
        memcpy(&copies[i], set->entries.rows, sizeof(*copies));
    return copies;
}

static void
a_summary_is_cut_with_a_sentence(void **state UNUSED)
{
    enum { COUNT = 4000 };
    struct report_set set = { 0 };
    struct buf problem = { 0 }, out = { 0 };
    size_t at;
    assert_ok(report_set_load("fixtures/journals/failed", &set, &problem));
    struct report_entry *copies = many(&set, COUNT);
    const struct report_set large = { .wall_ms = 1,
        .entries = { copies, COUNT } };
    assert_ok(github_summary(&large, &out));
    assert_true(out.len <= GITHUB_SUMMARY_MAX);
    assert_true(span_search(buf_span(&out),
        SPAN_LITERAL("**Cut here:** GitHub takes 1 MiB. Of "
                     "4000 scenarios 4000 are in the table"),
        &at));
    buf_clear(&out);
    assert_ok(github_annotations(&large, &out));
    assert_true(span_search(
        buf_span(&out), SPAN_LITERAL("and 3991 more scenarios"), &at));
    free(copies);
    buf_reset(&out);
    report_set_reset(&set);
}

static void
reports_leave_the_folder_alone_when_there_is_no_run(void **state UNUSED)
{
    char folder[] = "/tmp/test_report.XXXXXX";
    struct buf problem = { 0 }, out = { 0 };
    assert_non_null(mkdtemp(folder));
    assert_ok(buf_printf(&out, "%s/out", folder));
    assert_int_equal(report_write(folder, REPORT_ALL, buf_text(&out), &problem),
        STATUS_NOT_FOUND);
    assert_int_not_equal(access(buf_text(&out), F_OK), 0);
    assert_true(problem.len > 0);
    assert_int_equal(rmdir(folder), 0);
    buf_reset(&problem);
    buf_reset(&out);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_journal_is_refused_with_the_place),
        cmocka_unit_test(what_a_journal_does_not_know_is_unknown),
        cmocka_unit_test(a_fault_that_did_not_fire_as_asked_is_not_whole),
        cmocka_unit_test(every_language_has_its_escapes),
        cmocka_unit_test(markdown_of_others_is_text),
        cmocka_unit_test(times_are_told_as_people_say_them),
        cmocka_unit_test(the_worst_stands_first),
        cmocka_unit_test(a_path_that_leaves_the_run_is_not_followed),
        cmocka_unit_test(a_failure_says_what_and_how_to_repeat_it),
        cmocka_unit_test(a_summary_is_cut_with_a_sentence),
        cmocka_unit_test(reports_leave_the_folder_alone_when_there_is_no_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
