/* SPDX-License-Identifier: Apache-2.0 */
#include "suite/crew.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/json_writer.h"

enum { JOURNAL_MAX = 64 * 1024 * 1024 };

void
crew_read(struct crew_run *run, const char *out)
{
    struct buf path = { 0 }, text = { 0 };
    struct json_doc *doc = NULL;
    enum status st =
        buf_printf(&path, "%s/%s/journal.json", out, buf_text(&run->name));

    if (st == STATUS_OK)
        st = file_read(buf_text(&path), JOURNAL_MAX, &text);
    if (st == STATUS_OK)
        st = json_parse(buf_span(&text), &doc, NULL);
    if (st == STATUS_OK)
        st = buf_set(&run->verdict,
            json_get_string(json_member(json_root(doc), "verdict")));
    if (st == STATUS_OK)
        st = buf_set(
            &run->cause, json_get_string(json_member(json_root(doc), "cause")));
    if (st != STATUS_OK)
        buf_clear(&run->verdict);
    json_doc_free(doc);
    buf_reset(&path);
    buf_reset(&text);
}

static void
write_run(struct json_writer *w, const struct crew_run *run)
{
    struct buf path = { 0 };

    if (run->ran)
        buf_say(&path, "%s/journal.json", buf_text(&run->name));
    json_write_object_begin(w);
    json_write_key_string(w, "name", buf_span(&run->name));
    json_write_key_string(w, "path", buf_span(&path));
    json_write_key_string(w, "verdict", buf_span(&run->verdict));
    json_write_key_string(w, "cause", buf_span(&run->cause));
    json_write_object_end(w);
    buf_reset(&path);
}

enum status
crew_report(const struct crew *crew, const char *command, int64_t started_ms,
    int64_t wall_ms, struct buf *json)
{
    struct buf started = { 0 };
    struct json_writer w = json_writer_to(json);
    enum status st = clock_format_rfc3339(started_ms, &started);

    json_write_object_begin(&w);
    json_write_key_text(&w, "format", "kmslab-run/1");
    json_write_key_text(&w, "command", command);
    json_write_key_string(&w, "started", buf_span(&started));
    json_write_key_int(&w, "wall_ms", wall_ms);
    json_write_key(&w, "journals");
    json_write_array_begin(&w);
    for (size_t i = 0; i < crew->count; i++)
        write_run(&w, &crew->runs[i]);
    json_write_array_end(&w);
    json_write_object_end(&w);
    enum status written = json_writer_end(&w);
    buf_reset(&started);
    return st == STATUS_OK ? written : st;
}
