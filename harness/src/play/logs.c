/* SPDX-License-Identifier: Apache-2.0 */
#include "play/logs.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    LOG_MAX = 64 * 1024 * 1024,
    LOOK_MAX = 1024 * 1024, /* bytes of new lines; older ones are passed over */
    LINE_MAX = 1000,
};

static const char *const sources[LOGS_SOURCES] = { "kms-emulator",
    "aws-kms-plugin", "kube-apiserver" };

enum status
logs_begin(struct logs *logs, const char *folder)
{
    buf_clear(&logs->folder);
    return buf_append_text(&logs->folder, folder);
}

void
logs_reset(struct logs *logs)
{
    buf_reset(&logs->folder);
    for (size_t i = 0; i < LOGS_SOURCES; i++)
        for (size_t line = 0; line < LOGS_LINES; line++)
            buf_reset(&logs->sources[i].lines[line].text);
}

/* From the source's offset on. */
static enum status
read_new(struct logs *logs, size_t source, struct buf *out)
{
    struct buf path = { 0 };
    struct stat found;
    uint8_t *place;
    enum status st = buf_printf(
        &path, "%s/%s.log", buf_text(&logs->folder), sources[source]);
    int fd = st == STATUS_OK ? open(buf_text(&path), O_RDONLY | O_CLOEXEC) : -1;

    buf_reset(&path);
    if (fd < 0)
        return st == STATUS_OK ? status_from_errno(errno) : st;
    if (fstat(fd, &found) != 0)
        st = status_from_errno(errno);
    int64_t *offset = &logs->sources[source].offset;
    if (st == STATUS_OK && found.st_size - *offset > LOOK_MAX)
        *offset = found.st_size - LOOK_MAX;
    size_t wanted = st == STATUS_OK && found.st_size > *offset
                        ? (size_t)(found.st_size - *offset)
                        : 0;
    if (wanted > 0)
        st = buf_extend(out, wanted, &place);
    if (st == STATUS_OK && wanted > 0) {
        ssize_t got = pread(fd, place, wanted, *offset);

        buf_truncate(out, got < 0 ? 0 : (size_t)got);
    }
    (void)close(fd);
    return st;
}

void
logs_look(struct logs *logs, int64_t now_ms)
{
    for (size_t i = 0; i < LOGS_SOURCES && logs->folder.len > 0; i++) {
        struct buf text = { 0 };
        struct span line, rest;

        if (read_new(logs, i, &text) == STATUS_OK)
            rest = buf_span(&text);
        else
            rest = (struct span){ NULL, 0 };
        while (span_cut(rest, '\n', &line, &rest)) {
            struct logs_line *to =
                &logs->sources[i].lines[logs->sources[i].count++ % LOGS_LINES];

            logs->sources[i].offset += (int64_t)line.len + 1;
            to->at_ms = now_ms;
            buf_clear(&to->text);
            (void)!buf_append(&to->text, span_first(line, LINE_MAX));
        }
        buf_reset(&text);
    }
}

/* What follows one of the words by which a line names a request to KMS. */
static struct span
request_id(struct span line)
{
    enum { ID_LEN = 36 };
    const struct span words[] = { SPAN_LITERAL("request_id="),
        SPAN_LITERAL("KMS request ") };
    size_t at;

    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (span_search(line, words[i], &at) &&
            line.len >= at + words[i].len + ID_LEN)
            return span_first(span_skip(line, at + words[i].len), ID_LEN);
    return (struct span){ NULL, 0 };
}

static void
note(const char *source, const struct logs_line *line, struct journal *journal)
{
    struct json_writer w = journal_item(journal, JOURNAL_LOGS);
    struct span id = request_id(buf_span(&line->text));

    json_write_key_int(&w, "at_ms", line->at_ms);
    json_write_key_text(&w, "source", source);
    json_write_key_string(&w, "text", buf_span(&line->text));
    json_write_key(&w, "request_id");
    if (id.len == 0)
        json_write_null(&w);
    else
        json_write_string(&w, id);
    journal_item_end(journal, &w);
}

void
logs_write(const struct logs *logs, struct journal *journal)
{
    for (size_t i = 0; i < LOGS_SOURCES; i++) {
        size_t count = logs->sources[i].count;

        for (size_t n = count > LOGS_LINES ? count - LOGS_LINES : 0; n < count;
             n++)
            note(sources[i], &logs->sources[i].lines[n % LOGS_LINES], journal);
    }
}

static void
copy(const char *from, const char *to, const char *source)
{
    struct buf path = { 0 }, target = { 0 }, text = { 0 };

    buf_say(&path, "%s/%s.log", from, source);
    buf_say(&target, "%s/%s.log", to, source);
    if (file_read(buf_text(&path), LOG_MAX, &text) == STATUS_OK)
        (void)!file_replace(buf_text(&target), 0644, buf_span(&text));
    buf_reset(&path);
    buf_reset(&target);
    buf_reset(&text);
}

void
logs_copy(const struct logs *logs, const char *to)
{
    (void)mkdir(to, 0777);
    for (size_t i = 0; i < LOGS_SOURCES && logs->folder.len > 0; i++)
        copy(buf_text(&logs->folder), to, sources[i]);
}
