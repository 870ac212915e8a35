/* SPDX-License-Identifier: Apache-2.0 */
#include "play/journal.h"

const char *const journal_verdict_names[] = { "passed", "failed", "skipped",
    "interrupted", "error" };

static const char *const list_names[JOURNAL_LIST_COUNT] = {
    [JOURNAL_PHASES] = "phases",
    [JOURNAL_FAULTS] = "faults",
    [JOURNAL_STEPS] = "steps",
    [JOURNAL_EVENTS] = "events",
    [JOURNAL_STATES] = "states",
    [JOURNAL_EXPECTATIONS] = "expectations",
    [JOURNAL_LOAD] = "load",
    [JOURNAL_INVARIANTS] = "invariants",
    [JOURNAL_LOGS] = "logs",
};

void
journal_reset(struct journal *journal)
{
    for (size_t i = 0; i < JOURNAL_LIST_COUNT; i++)
        buf_reset(&journal->lists[i]);
    buf_reset(&journal->cause);
}

struct json_writer
journal_item(struct journal *journal, enum journal_list list)
{
    struct buf *out = &journal->lists[list];
    enum status st = out->len == 0 ? STATUS_OK : buf_append_text(out, ",\n  ");

    if (st != STATUS_OK && journal->status == STATUS_OK)
        journal->status = st;
    struct json_writer w = json_writer_to(out);
    json_write_object_begin(&w);
    return w;
}

void
journal_item_end(struct journal *journal, struct json_writer *w)
{
    json_write_object_end(w);
    enum status st = json_writer_end(w);
    if (st != STATUS_OK && journal->status == STATUS_OK)
        journal->status = st;
}

void
journal_fail(struct journal *journal, enum journal_verdict verdict,
    const char *format, ...)
{
    va_list args;

    if (verdict <= journal->verdict)
        return;
    journal->verdict = verdict;
    buf_clear(&journal->cause);
    va_start(args, format);
    enum status st = buf_vprintf(&journal->cause, format, args);
    va_end(args);
    if (st != STATUS_OK && journal->status == STATUS_OK)
        journal->status = st;
}

void
journal_event(struct journal *journal, const struct journal_event *event)
{
    struct json_writer w = journal_item(journal, JOURNAL_EVENTS);

    json_write_key_int(&w, "at_ms", event->at_ms);
    json_write_key_text(&w, "lane", event->lane);
    json_write_key_text(&w, "text", event->text);
    json_write_key(&w, "request_id");
    json_write_null(&w);
    json_write_key_text(&w, "level", event->level);
    journal_item_end(journal, &w);
}

void
journal_expectation(
    struct journal *journal, const struct journal_expectation *e)
{
    struct json_writer w = journal_item(journal, JOURNAL_EXPECTATIONS);

    json_write_key_int(&w, "line", e->line);
    json_write_key_text(&w, "layer", e->layer);
    json_write_key_text(&w, "what", e->what);
    json_write_key_text(&w, "expected", e->expected);
    json_write_key_text(&w, "got", e->got);
    json_write_key_bool(&w, "passed", e->passed);
    journal_item_end(journal, &w);
    if (!e->passed)
        journal_fail(journal, JOURNAL_FAILED,
            "line %d: %s: expected %s, got %s", e->line, e->what, e->expected,
            e->got);
}

void
journal_invariant(
    struct journal *journal, const char *name, bool passed, const char *detail)
{
    struct json_writer w = journal_item(journal, JOURNAL_INVARIANTS);

    json_write_key_text(&w, "name", name);
    json_write_key_bool(&w, "passed", passed);
    json_write_key_text(&w, "detail", detail);
    journal_item_end(journal, &w);
    if (!passed)
        journal_fail(journal, JOURNAL_FAILED, "%s: %s", name, detail);
}

void
journal_write_lists(const struct journal *journal, struct json_writer *w)
{
    for (size_t i = 0; i < JOURNAL_LIST_COUNT; i++) {
        json_write_key(w, list_names[i]);
        json_write_array_begin(w);
        if (journal->lists[i].len > 0)
            json_write_raw(w, buf_span(&journal->lists[i]));
        json_write_array_end(w);
    }
}
