/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report_set.h"

#include "base/file.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { ENTRIES_MAX = 4096, RUN_MAX = 4 * 1024 * 1024, BROKEN_MAX = 512 };

static const struct field entry_fields[] = {
    { "name", FIELD_TEXT, .offset = offsetof(struct report_entry, name),
        .required = true },
    { "path", FIELD_TEXT, .offset = offsetof(struct report_entry, path),
        .required = true },
    { "verdict", FIELD_WORD, .offset = offsetof(struct report_entry, verdict),
        .required = true, .words = report_verdicts },
    { "cause", FIELD_TEXT, .offset = offsetof(struct report_entry, cause) },
    { 0 },
};
static const struct field_type entry_type = { entry_fields,
    sizeof(struct report_entry), ENTRIES_MAX };

static const struct field set_fields[] = {
    { "format", FIELD_TEXT, .offset = offsetof(struct report_set, format),
        .required = true },
    { "command", FIELD_TEXT, .offset = offsetof(struct report_set, command) },
    { "started", FIELD_TEXT, .offset = offsetof(struct report_set, started) },
    { "wall_ms", FIELD_COUNT, .offset = offsetof(struct report_set, wall_ms) },
    { "journals", FIELD_LIST, .offset = offsetof(struct report_set, entries),
        .required = true, .type = &entry_type },
    { 0 },
};
static const struct field_type set_type = { set_fields,
    sizeof(struct report_set), 1 };

enum status
report_set_parse(struct span text, struct report_set *out, struct buf *problem)
{
    struct report_set made = { 0 };
    struct json_doc *doc = NULL;
    enum status st = json_parse_told(text, &doc, problem);
    if (st != STATUS_OK)
        return st == STATUS_NO_MEMORY ? st : STATUS_INVALID;
    st = fields_decode(json_root(doc), &set_type, &made, problem);
    if (st == STATUS_OK &&
        !span_equal(made.format, SPAN_LITERAL("kmslab-run/1"))) {
        buf_say(problem, "format: not kmslab-run/1");
        fields_reset(&set_type, &made);
        st = STATUS_INVALID;
    }
    if (st != STATUS_OK) {
        json_doc_free(doc);
        return st;
    }
    made.doc = doc;
    *out = made;
    return STATUS_OK;
}

/* A path of run.json stays below its folder. */
static bool
path_is_inside(struct span path)
{
    struct span part, rest = path;
    size_t zero;
    if (path.len == 0 || path.ptr[0] == '/' || span_find(path, 0, &zero))
        return false;
    while (span_cut(rest, '/', &part, &rest))
        if (span_equal(part, SPAN_LITERAL("..")))
            return false;
    return !span_equal(rest, SPAN_LITERAL(".."));
}

static enum status
read_journal(const char *path, struct report_journal **out, struct buf *problem)
{
    struct buf text = { 0 };
    struct report_journal *journal = calloc(1, sizeof(*journal));
    enum status st = journal == NULL
                         ? STATUS_NO_MEMORY
                         : file_read(path, REPORT_JOURNAL_MAX, &text);
    if (st == STATUS_OK)
        st = report_journal_parse(buf_span(&text), journal, problem);
    if (st == STATUS_OK)
        *out = journal;
    else
        free(journal);
    if (st != STATUS_OK && problem->len == 0)
        buf_say(problem, "%s", status_text(st));
    buf_reset(&text);
    return st;
}

static void
adopt(struct report_entry *entry, struct report_journal *journal)
{
    entry->journal = journal;
    if (entry->name.len == 0) /* a run tells repetitions apart */
        entry->name = journal->scenario.name;
    entry->verdict = journal->verdict;
    entry->cause = journal->cause;
}

static void
set_broken(struct report_entry *entry, struct buf *why)
{
    buf_clear(&entry->broken);
    buf_say(&entry->broken, "its journal cannot be read: %.*s",
        SPAN_ARG(span_first(buf_span(why), BROKEN_MAX)));
    entry->verdict = REPORT_ERROR;
    entry->cause = buf_span(&entry->broken);
}

/* Memory alone can fail it: what is wrong with the file is told. */
static enum status
load_entry(const char *folder, struct report_entry *entry)
{
    struct buf path = { 0 }, why = { 0 };
    struct report_journal *journal = NULL;
    bool file = span_ends_with(entry->path, SPAN_LITERAL(".json"));
    enum status st = STATUS_INVALID;
    if (entry->path.len == 0 && entry->verdict == REPORT_SKIPPED)
        return STATUS_OK;
    if (!path_is_inside(entry->path))
        buf_say(&why, "its path leaves the run's folder");
    else
        st = buf_printf(&path, "%s/%.*s%s", folder, SPAN_ARG(entry->path),
            file ? "" : "/journal.json");
    if (st == STATUS_OK)
        st = read_journal(buf_text(&path), &journal, &why);
    if (st == STATUS_OK)
        adopt(entry, journal);
    else if (st != STATUS_NO_MEMORY)
        set_broken(entry, &why);
    buf_reset(&path);
    buf_reset(&why);
    return st == STATUS_NO_MEMORY ? st : STATUS_OK;
}

static enum status
load_run(const char *folder, struct span text, struct report_set *set,
    struct buf *problem)
{
    enum status st = report_set_parse(text, set, problem);
    struct report_entry *entries = set->entries.rows;
    for (size_t i = 0; i < set->entries.count && st == STATUS_OK; i++)
        st = load_entry(folder, &entries[i]);
    return st;
}

/* A journal without a run: a set of one. */
static enum status
load_lone(const char *path, struct report_set *set, struct buf *problem)
{
    struct report_entry *entry = calloc(1, sizeof(*entry));
    struct report_journal *journal = NULL;
    enum status st = entry == NULL ? STATUS_NO_MEMORY
                                   : read_journal(path, &journal, problem);
    if (st != STATUS_OK) {
        free(entry);
        return st;
    }
    adopt(entry, journal);
    set->command = journal->command;
    set->started = journal->started;
    set->wall_ms = journal->wall_ms;
    set->entries = (struct field_list){ entry, 1 };
    return STATUS_OK;
}

static void
name_file(const char *path, enum status st, struct buf *problem)
{
    struct buf why = { 0 };
    buf_take(&why, problem);
    buf_say(problem, "%s: %s", path,
        why.len > 0 ? buf_text(&why) : status_text(st));
    buf_reset(&why);
}

static enum status
check_folder(const char *folder, struct buf *problem)
{
    struct stat found;
    if (stat(folder, &found) != 0) {
        enum status st = status_from_errno(errno);
        buf_say(problem, "%s: %s", folder, status_text(st));
        return st;
    }
    if (S_ISDIR(found.st_mode))
        return STATUS_OK;
    buf_say(problem,
        "%s is no folder: give the one that `kmslab run --out` wrote", folder);
    return STATUS_INVALID;
}

enum status
report_set_load(const char *folder, struct report_set *out, struct buf *problem)
{
    struct report_set made = { 0 };
    struct buf path = { 0 }, text = { 0 };
    enum status st = check_folder(folder, problem);
    if (st != STATUS_OK)
        return st;
    st = buf_printf(&path, "%s/run.json", folder);
    if (st == STATUS_OK)
        st = file_read(buf_text(&path), RUN_MAX, &text);
    if (st == STATUS_OK) {
        st = load_run(folder, buf_span(&text), &made, problem);
    } else if (st == STATUS_NOT_FOUND) {
        buf_clear(&path);
        st = buf_printf(&path, "%s/journal.json", folder);
        if (st == STATUS_OK)
            st = load_lone(buf_text(&path), &made, problem);
    }
    if (st == STATUS_OK) {
        *out = made;
    } else if (st == STATUS_NOT_FOUND) {
        buf_clear(problem);
        buf_say(problem,
            "%s has neither run.json nor journal.json: it is no "
            "run's",
            folder);
    } else {
        name_file(buf_text(&path), st, problem);
    }
    if (st != STATUS_OK)
        report_set_reset(&made);
    buf_reset(&path);
    buf_reset(&text);
    return st;
}

void
report_set_reset(struct report_set *set)
{
    struct report_entry *entries = set->entries.rows;
    for (size_t i = 0; i < set->entries.count; i++) {
        if (entries[i].journal != NULL)
            report_journal_reset(entries[i].journal);
        free(entries[i].journal);
        buf_reset(&entries[i].broken);
    }
    json_doc_free(set->doc);
    fields_reset(&set_type, set);
}

void
report_set_count(
    const struct report_set *set, size_t counts[REPORT_VERDICT_COUNT])
{
    const struct report_entry *entries = set->entries.rows;
    memset(counts, 0, REPORT_VERDICT_COUNT * sizeof(*counts));
    for (size_t i = 0; i < set->entries.count; i++)
        counts[entries[i].verdict]++;
}

/* The larger, the earlier. */
static size_t
badness(const struct report_entry *entry)
{
    static const size_t weights[REPORT_VERDICT_COUNT] = {
        [REPORT_SKIPPED] = 1,
        [REPORT_INTERRUPTED] = 2,
        [REPORT_FAILED] = 3,
        [REPORT_ERROR] = 3 + (size_t)1 * 100000,
    };
    size_t more = entry->verdict == REPORT_FAILED && entry->journal != NULL
                      ? report_journal_failures(entry->journal)
                      : 0;
    return weights[entry->verdict] + more;
}

/* By insertion: keeps the order of equals, and runs are short. */
void
report_set_order(const struct report_set *set, size_t *order)
{
    const struct report_entry *entries = set->entries.rows;
    for (size_t i = 0; i < set->entries.count; i++) {
        size_t at = i;
        size_t weight = badness(&entries[i]);
        for (; at > 0 && badness(&entries[order[at - 1]]) < weight; at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
}
