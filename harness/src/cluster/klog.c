/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/klog.h"

#include "base/json.h"

static const char mark[] = "\"command failed\" err=";

/* err="…": Go's quoting of these texts is that of JSON. */
static enum status
append_quoted(struct span text, struct buf *words)
{
    struct json_doc *doc = NULL;
    struct span line = text, rest;
    (void)span_cut(text, '\n', &line, &rest);
    enum status st = json_parse(span_trim(line), &doc, NULL);

    if (st == STATUS_OK)
        st = buf_append(words, json_get_string(json_root(doc)));
    json_doc_free(doc);
    return st;
}

/* Lines after a tab each, up to one that is " >". */
static enum status
append_lines(struct span text, struct buf *words)
{
    struct span line;
    size_t before = words->len;
    enum status st = STATUS_OK;

    while (st == STATUS_OK && span_cut(text, '\n', &line, &text) &&
           !span_equal_text(line, " >")) {
        if (words->len > before)
            st = buf_append_byte(words, '\n');
        if (st == STATUS_OK && span_starts_with(line, SPAN_LITERAL("\t")))
            line = span_skip(line, 1);
        if (st == STATUS_OK)
            st = buf_append(words, line);
    }
    return st;
}

enum status
klog_command_failed(struct span log, struct buf *words)
{
    size_t at;

    if (!span_search(log, span_text(mark), &at))
        return STATUS_NOT_FOUND;
    struct span text = span_skip(log, at + sizeof(mark) - 1);
    if (span_starts_with(text, SPAN_LITERAL("<\n")))
        return append_lines(span_skip(text, 2), words);
    return append_quoted(text, words);
}
