/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading JSON, by jansson behind a wiping allocator: plaintext travels as
 * base64 inside JSON strings, so freed parse trees must not keep it. Nodes
 * are borrowed from their document and live as long as it. A document is
 * used by one thread at a time. A process without memory for a parse tree
 * ends: jansson cannot be trusted to notice.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/buf.h"

struct json_doc;
struct json; /* a node; NULL is "absent", of kind JSON_KIND_ABSENT */

enum json_kind {
    JSON_KIND_ABSENT,
    JSON_KIND_NULL,
    JSON_KIND_BOOL,
    JSON_KIND_INT,
    JSON_KIND_REAL,
    JSON_KIND_STRING,
    JSON_KIND_ARRAY,
    JSON_KIND_OBJECT,
};

/*
 * Makes every later use of jansson in the process wipe what it frees. Called
 * by json_parse itself; a main that hands jansson to others calls it first.
 */
void json_init(void);

/*
 * Parses one JSON text of any kind. STATUS_INVALID for anything malformed,
 * also bytes after it and strings that are not UTF-8; a repeated key keeps
 * its last value. *line is set to the line of the error when line != NULL.
 */
MUST_USE enum status json_parse(
    struct span text, struct json_doc **doc, int *line);

/* Like json_parse, and a repeated key is STATUS_EXISTS. */
MUST_USE enum status json_parse_strict(
    struct span text, struct json_doc **doc, int *line);

/* Like json_parse_strict, for a file that a person has: what is wrong and where
 * is appended to *problem, "cut off: it ends at byte 512 within a
 * value (line 1)". */
MUST_USE enum status json_parse_told(
    struct span text, struct json_doc **doc, struct buf *problem);
void json_doc_free(struct json_doc *doc);
const struct json *json_root(const struct json_doc *doc);

enum json_kind json_kind(const struct json *node);

/* The member of an object; NULL when absent or when node is no object. */
const struct json *json_member(const struct json *object, const char *key);

/* Text of a string node, else the empty span. NUL-terminated. */
struct span json_get_string(const struct json *node);
int64_t json_get_int(const struct json *node);   /* 0 when not an integer */
double json_get_number(const struct json *node); /* int or real, else 0 */
bool json_get_bool(const struct json *node);

/* Elements of an array or members of an object; 0 for other kinds. */
size_t json_count(const struct json *node);
const struct json *json_at(const struct json *array, size_t index);

/*
 * Walks an object in the order of its text:
 * for (void *it = json_first(o); it != NULL; it = json_next(o, it)) ...
 */
void *json_first(const struct json *object);
void *json_next(const struct json *object, void *iterator);
struct span json_iterator_key(void *iterator);
const struct json *json_iterator_value(void *iterator);

#endif
