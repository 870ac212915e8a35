/* SPDX-License-Identifier: Apache-2.0 */
/* A text is a journal that every report can print, or none and a reason; what
 * a report prints is UTF-8 without control characters but newlines and tabs,
 * and its markup is its own. */
#include "base/utf8.h"
#include "fuzz/fuzz.h"
#include "report/github.h"
#include "report/junit.h"
#include "report/page.h"
#include "report/tap.h"

static void
check_text(const struct buf *text)
{
    FUZZ_CHECK(utf8_valid(buf_span(text)));
    for (size_t i = 0; i < text->len; i++)
        FUZZ_CHECK(text->ptr[i] >= 0x20 || memchr("\n\t", text->ptr[i], 2));
}

static size_t
count(const struct buf *text, const char *needle)
{
    struct span rest = buf_span(text), sought = span_text(needle);
    size_t found = 0, at;
    for (; span_search(rest, sought, &at); found++)
        rest = span_skip(rest, at + sought.len);
    return found;
}

static void
check_reports(const struct report_set *set)
{
    struct buf out = { 0 };
    FUZZ_CHECK(page_print(set, &out) == STATUS_OK);
    check_text(&out);
    FUZZ_CHECK(count(&out, "<script") == 1 && count(&out, "</script") == 1);
    FUZZ_CHECK(count(&out, "<img") == 0 && count(&out, "<style") == 1);
    buf_clear(&out);
    FUZZ_CHECK(junit_print(set, &out) == STATUS_OK);
    check_text(&out);
    FUZZ_CHECK(count(&out, "<testcase") == 1 && count(&out, "]]>") == 0);
    buf_clear(&out);
    FUZZ_CHECK(tap_print(set, &out) == STATUS_OK);
    check_text(&out);
    buf_clear(&out);
    FUZZ_CHECK(github_summary(set, &out) == STATUS_OK);
    check_text(&out);
    FUZZ_CHECK(out.len <= GITHUB_SUMMARY_MAX);
    buf_clear(&out);
    FUZZ_CHECK(github_annotations(set, &out) == STATUS_OK);
    check_text(&out);
    FUZZ_CHECK(count(&out, "\n") <= 1);
    buf_reset(&out);
}

static void
check_run(struct span text)
{
    struct report_set set = { 0 };
    struct buf problem = { 0 };
    enum status st = report_set_parse(text, &set, &problem);
    FUZZ_CHECK((st == STATUS_OK) == (problem.len == 0));
    FUZZ_CHECK(st == STATUS_OK || set.doc == NULL);
    report_set_reset(&set);
    buf_reset(&problem);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct report_journal journal = { 0 };
    struct buf problem = { 0 };
    struct span text = span_of(bytes, len);
    enum status st = report_journal_parse(text, &journal, &problem);
    FUZZ_CHECK((st == STATUS_OK) == (problem.len == 0));
    if (st == STATUS_OK) {
        struct report_entry entry = { .name = journal.scenario.name,
            .verdict = journal.verdict,
            .cause = journal.cause,
            .journal = &journal };
        const struct report_set set = { .started = journal.started,
            .wall_ms = journal.wall_ms,
            .entries = { &entry, 1 } };
        check_reports(&set);
    } else {
        FUZZ_CHECK(journal.doc == NULL && journal.steps.rows == NULL);
    }
    check_run(text);
    report_journal_reset(&journal);
    buf_reset(&problem);
    return 0;
}
