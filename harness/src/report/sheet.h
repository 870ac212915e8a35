/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints reports into a buf. Errors stick, as in base/json_writer: after the
 * first failure every call does nothing, and sheet_end tells. What journals
 * hold is hostile: it goes through the function of the language that it is put
 * into, never through sheet_format.
 */
#ifndef REPORT_SHEET_H
#define REPORT_SHEET_H

#include "base/buf.h"

struct sheet {
    struct buf *out; /* borrowed */
    size_t start;
    enum status status;
};

struct sheet sheet_to(struct buf *out);

/* The status; the buf is cut back to what it held where that is a failure. */
MUST_USE enum status sheet_end(struct sheet *sheet);

/* As it stands. */
void sheet_put(struct sheet *sheet, const char *text);
void sheet_put_span(struct sheet *sheet, struct span text);
void sheet_format(struct sheet *sheet, const char *format, ...)
    PRINTF_LIKE(2, 3);

/*
 * For element content and quoted attributes of HTML. Control characters and
 * those that turn the direction of text become "\x1b" and "\u202e": they can
 * be seen and do nothing.
 */
void sheet_html(struct sheet *sheet, struct span text);

/* The same, at most `max` bytes of it and then "…". */
void sheet_html_cut(struct sheet *sheet, struct span text, size_t max);

/* For XML 1.0, both content and attributes. Newlines are kept as &#10;, what
 * XML cannot hold becomes "\x1b" as above. */
void sheet_xml(struct sheet *sheet, struct span text);

/* One line of GitHub's markdown, also within a cell of a table. */
void sheet_markdown(struct sheet *sheet, struct span text, size_t max);

/* A double-quoted scalar of YAML. */
void sheet_yaml(struct sheet *sheet, struct span text);

/* The description of a TAP test: one line, no directive. */
void sheet_tap(struct sheet *sheet, struct span text);

/* The value of a GitHub command, or one of its properties. */
void sheet_command_text(struct sheet *sheet, struct span text);
void sheet_command_property(struct sheet *sheet, struct span text);

/* "350 ms", "2.1 s", "3 m 05 s"; "–" for an unknown (negative) time. */
void sheet_duration(struct sheet *sheet, int64_t ms);

/* The number, or "–" for an unknown (negative) one. */
void sheet_count(struct sheet *sheet, int64_t count);

#endif
