/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_copy.h"

#include <float.h>
#include <stdio.h>
#include <stdlib.h>

/* The shortest text that is read as the same number. */
static void
write_real(struct json_writer *w, double value)
{
    char text[40];
    for (int digits = DBL_DIG; digits <= DBL_DECIMAL_DIG; digits++) {
        (void)snprintf(text, sizeof(text), "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    json_write_raw(w, span_text(text));
}

static void
write_array(struct json_writer *w, const struct json *array)
{
    json_write_array_begin(w);
    for (size_t i = 0; i < json_count(array); i++)
        json_write_node(w, json_at(array, i));
    json_write_array_end(w);
}

static void
write_object(struct json_writer *w, const struct json *object)
{
    json_write_object_begin(w);
    for (void *it = json_first(object); it != NULL;
         it = json_next(object, it)) {
        json_write_key_span(w, json_iterator_key(it));
        json_write_node(w, json_iterator_value(it));
    }
    json_write_object_end(w);
}

void
json_write_node(struct json_writer *w, const struct json *node)
{
    switch (json_kind(node)) {
    case JSON_KIND_ABSENT:
    case JSON_KIND_NULL:
        json_write_null(w);
        break;
    case JSON_KIND_BOOL:
        json_write_bool(w, json_get_bool(node));
        break;
    case JSON_KIND_INT:
        json_write_int(w, json_get_int(node));
        break;
    case JSON_KIND_REAL:
        write_real(w, json_get_number(node));
        break;
    case JSON_KIND_STRING:
        json_write_string(w, json_get_string(node));
        break;
    case JSON_KIND_ARRAY:
        write_array(w, node);
        break;
    case JSON_KIND_OBJECT:
        write_object(w, node);
        break;
    }
}

enum status
json_copy_text(const struct json *node, struct buf *out)
{
    struct json_writer w = json_writer_to(out);
    json_write_node(&w, node);
    return json_writer_end(&w);
}
