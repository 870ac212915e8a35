/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

#include "base/log.h"
#include "base/wipe.h"

#include <jansson.h>
#include <pthread.h>
#include <stdlib.h>

struct json_doc {
    json_t *root;
};

/* When memory is short while a string is scanned, jansson (2.14) drops text
 * without a word and then reads past what it kept. No process is better than
 * one with wrong plaintext. */
static void *
allocate(size_t size)
{
    void *block = wipe_malloc(size);
    if (block == NULL) {
        log_message(LOG_ERROR, "out of memory while reading JSON");
        abort();
    }
    return block;
}

static void
set_allocator(void)
{
    json_set_alloc_funcs(allocate, wipe_free);
}

void
json_init(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, set_allocator);
}

static const json_t *
inner(const struct json *node)
{
    return (const json_t *)(const void *)node;
}

static const struct json *
outer(const json_t *node)
{
    return (const struct json *)(const void *)node;
}

static enum status
parse(struct span text, size_t flags, struct json_doc **doc, json_error_t *told)
{
    json_error_t error;
    json_init();
    struct json_doc *made = calloc(1, sizeof(*made));
    if (made == NULL)
        return STATUS_NO_MEMORY;
    made->root = json_loadb(text.len == 0 ? "" : (const char *)text.ptr,
        text.len, flags | JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
    if (made->root == NULL) {
        enum json_error_code code = json_error_code(&error);
        free(made);
        *told = error;
        return code == json_error_duplicate_key ? STATUS_EXISTS
                                                : STATUS_INVALID;
    }
    *doc = made;
    return STATUS_OK;
}

static enum status
parse_to_line(struct span text, size_t flags, struct json_doc **doc, int *line)
{
    json_error_t error = { .line = 0 };
    enum status st = parse(text, flags, doc, &error);
    if (st != STATUS_OK && st != STATUS_NO_MEMORY && line != NULL)
        *line = error.line;
    return st;
}

enum status
json_parse(struct span text, struct json_doc **doc, int *line)
{
    return parse_to_line(text, 0, doc, line);
}

enum status
json_parse_strict(struct span text, struct json_doc **doc, int *line)
{
    return parse_to_line(text, JSON_REJECT_DUPLICATES, doc, line);
}

enum status
json_parse_told(struct span text, struct json_doc **doc, struct buf *problem)
{
    json_error_t error = { .line = 0 };
    enum status st = parse(text, JSON_REJECT_DUPLICATES, doc, &error);
    bool cut = json_error_code(&error) == json_error_premature_end_of_input ||
               (json_error_code(&error) == json_error_invalid_syntax &&
                   error.position >= 0 && (size_t)error.position >= text.len);
    if (st == STATUS_OK || st == STATUS_NO_MEMORY)
        return st;
    if (text.len == 0)
        buf_say(problem, "it is empty");
    else if (st == STATUS_EXISTS)
        buf_say(problem, "a member stands twice, line %d, byte %d", error.line,
            error.position);
    else if (cut)
        buf_say(problem,
            "cut off: it ends at byte %zu within a value (line %d)", text.len,
            error.line);
    else
        buf_say(
            problem, "no JSON at line %d, byte %d", error.line, error.position);
    return st;
}

void
json_doc_free(struct json_doc *doc)
{
    if (doc == NULL)
        return;
    json_decref(doc->root);
    free(doc);
}

const struct json *
json_root(const struct json_doc *doc)
{
    return outer(doc->root);
}

enum json_kind
json_kind(const struct json *node)
{
    if (node == NULL)
        return JSON_KIND_ABSENT;
    switch (json_typeof(inner(node))) {
    case JSON_OBJECT:
        return JSON_KIND_OBJECT;
    case JSON_ARRAY:
        return JSON_KIND_ARRAY;
    case JSON_STRING:
        return JSON_KIND_STRING;
    case JSON_INTEGER:
        return JSON_KIND_INT;
    case JSON_REAL:
        return JSON_KIND_REAL;
    case JSON_TRUE:
    case JSON_FALSE:
        return JSON_KIND_BOOL;
    case JSON_NULL:
        return JSON_KIND_NULL;
    }
    return JSON_KIND_ABSENT;
}

const struct json *
json_member(const struct json *object, const char *key)
{
    return outer(json_object_get(inner(object), key));
}

struct span
json_get_string(const struct json *node)
{
    return span_of(
        json_string_value(inner(node)), json_string_length(inner(node)));
}

int64_t
json_get_int(const struct json *node)
{
    return json_integer_value(inner(node));
}

double
json_get_number(const struct json *node)
{
    return json_number_value(inner(node));
}

bool
json_get_bool(const struct json *node)
{
    return json_is_true(inner(node));
}

size_t
json_count(const struct json *node)
{
    return json_kind(node) == JSON_KIND_OBJECT ? json_object_size(inner(node))
                                               : json_array_size(inner(node));
}

const struct json *
json_at(const struct json *array, size_t index)
{
    return outer(json_array_get(inner(array), index));
}

/* jansson's iterators take no const object, though they only read it. */
static json_t *
iterable(const struct json *object)
{
    return (json_t *)(uintptr_t)object;
}

void *
json_first(const struct json *object)
{
    return json_object_iter(iterable(object));
}

void *
json_next(const struct json *object, void *iterator)
{
    return json_object_iter_next(iterable(object), iterator);
}

struct span
json_iterator_key(void *iterator)
{
    const char *key = json_object_iter_key(iterator);
    return span_of(key, json_object_iter_key_len(iterator));
}

const struct json *
json_iterator_value(void *iterator)
{
    return outer(json_object_iter_value(iterator));
}
