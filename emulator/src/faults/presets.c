/* SPDX-License-Identifier: Apache-2.0 */
#include "faults/presets.h"

#include "base/json.h"
#include "base/json_copy.h"
#include "base/num.h"
#include "fault/fields.h"
#include "faults/preset_data.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#define SCALE_MIN 0.001
#define SCALE_MAX 1000.0

enum { NS_PER_MS = 1000000, SCALE_TEXT_MAX = 16 };

void
presets_write(struct json_writer *w)
{
    json_write_object_begin(w);
    json_write_key(w, "presets");
    json_write_array_begin(w);
    for (size_t i = 0; i < preset_data_count; i++) {
        const struct preset *preset = &preset_data[i];
        json_write_object_begin(w);
        json_write_key_text(w, "name", preset->name);
        json_write_key_text(w, "about", preset->about);
        json_write_key_text(w, "source", preset->source);
        json_write_key_text(w, "lasts", preset->lasts);
        json_write_key(w, "rules");
        json_write_raw(w, span_text(preset->rules));
        json_write_object_end(w);
    }
    json_write_array_end(w);
    json_write_object_end(w);
}

enum status
presets_read_scale(struct span text, double *scale)
{
    char copy[SCALE_TEXT_MAX + 1];
    char *end;
    if (text.len == 0 || text.len > SCALE_TEXT_MAX)
        return STATUS_INVALID;
    span_to_text(text, copy);
    double value = strtod(copy, &end);
    if (*end != '\0' || !(value >= SCALE_MIN && value <= SCALE_MAX))
        return STATUS_INVALID;
    *scale = value;
    return STATUS_OK;
}

static void
write_scaled(struct json_writer *w, const struct json *value, double scale)
{
    int64_t ns;
    struct buf text = { 0 };
    enum status st = num_parse_duration_ns(json_get_string(value), &ns);
    if (st == STATUS_OK)
        st = buf_printf(&text, "%" PRId64 "ms",
            (int64_t)llround((double)ns * scale / NS_PER_MS));
    if (st == STATUS_OK)
        json_write_string(w, buf_span(&text));
    else
        json_write_node(w, value);
    buf_reset(&text);
}

/* An object of a preset: three deep at most. */
static void
write_object(struct json_writer *w, const struct json *object, double scale)
{
    json_write_object_begin(w);
    for (void *it = json_first(object); it != NULL;
         it = json_next(object, it)) {
        struct span name = json_iterator_key(it);
        const struct json *value = json_iterator_value(it);
        json_write_key_span(w, name);
        if (json_kind(value) == JSON_KIND_OBJECT)
            write_object(w, value, scale);
        else if (json_kind(value) == JSON_KIND_STRING &&
                 fault_is_duration(name))
            write_scaled(w, value, scale);
        else
            json_write_node(w, value);
    }
    json_write_object_end(w);
}

static enum status
print_rules(const struct preset *preset, double scale, struct buf *out)
{
    struct json_doc *doc = NULL;
    enum status st = json_parse(span_text(preset->rules), &doc, NULL);
    if (st != STATUS_OK)
        return st;
    struct json_writer w = json_writer_to(out);
    json_write_array_begin(&w);
    for (size_t i = 0; i < json_count(json_root(doc)); i++)
        write_object(&w, json_at(json_root(doc), i), scale);
    json_write_array_end(&w);
    st = json_writer_end(&w);
    json_doc_free(doc);
    return st;
}

enum status
presets_arm(struct fault_table *table, struct span name, double scale,
    struct buf *names, struct buf *problem)
{
    struct buf rules = { 0 };
    enum status st = STATUS_NOT_FOUND;
    for (size_t i = 0; i < preset_data_count; i++)
        if (span_equal_text(name, preset_data[i].name))
            st = print_rules(&preset_data[i], scale, &rules);
    if (st == STATUS_OK)
        st = fault_table_add(table, buf_span(&rules), names, problem);
    buf_reset(&rules);
    return st;
}
