/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints JSON of known shape into a buf. Errors stick: every call after the
 * first failure does nothing, and json_writer_end tells. Commas, quoting and
 * nesting are the writer's business. On failure the buf is cut back to what
 * it held before.
 */
#ifndef BASE_JSON_WRITER_H
#define BASE_JSON_WRITER_H

#include "base/buf.h"

enum { JSON_WRITER_DEPTH = 60 };

struct json_writer {
    struct buf *out; /* borrowed */
    size_t start;
    enum status status;
    unsigned depth;
    uint64_t filled; /* bit d: a value already stands at depth d */
    bool key_pending;
};

/* Writes at the end of `out`, which must outlive the writer. */
struct json_writer json_writer_to(struct buf *out);

/* STATUS_INTERNAL where objects or arrays were left open. */
MUST_USE enum status json_writer_end(struct json_writer *w);

void json_write_object_begin(struct json_writer *w);
void json_write_object_end(struct json_writer *w);
void json_write_array_begin(struct json_writer *w);
void json_write_array_end(struct json_writer *w);

/* The key of the next value. */
void json_write_key(struct json_writer *w, const char *key);
void json_write_key_span(struct json_writer *w, struct span key);

/* Bytes that are not UTF-8 become U+FFFD. */
void json_write_string(struct json_writer *w, struct span text);
void json_write_text(struct json_writer *w, const char *text);
void json_write_int(struct json_writer *w, int64_t value);
void json_write_bool(struct json_writer *w, bool value);
void json_write_null(struct json_writer *w);
void json_write_base64(struct json_writer *w, struct span bytes);

/* Seconds since the epoch with three decimals, as awsJson 1.1 has time. */
void json_write_timestamp_ms(struct json_writer *w, int64_t ms);

/* Text that is JSON already. */
void json_write_raw(struct json_writer *w, struct span json);

/* A key and its value in one call. */
void json_write_key_string(
    struct json_writer *w, const char *key, struct span text);
void json_write_key_text(
    struct json_writer *w, const char *key, const char *text);
void json_write_key_int(struct json_writer *w, const char *key, int64_t value);
void json_write_key_bool(struct json_writer *w, const char *key, bool value);
void json_write_key_base64(
    struct json_writer *w, const char *key, struct span bytes);

/* Appends the text in double quotes, escaped. */
MUST_USE enum status json_writer_append_quoted(
    struct buf *out, struct span text);

#endif
