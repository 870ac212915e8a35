/* SPDX-License-Identifier: Apache-2.0 */
#include "scenario/yaml_json.h"

#include "base/json_writer.h"
#include "base/num.h"
#include "fault/fields.h"
#include "k8s/go_duration.h"

#include <stdio.h>
#include <stdlib.h>

enum status
yaml_json_scaled(int64_t nominal_ns, int64_t scale, struct buf *out)
{
    enum { MS = 1000 * 1000 };
    int64_t ms = nominal_ns / scale / MS;

    /* Rules count milliseconds; what waits at all still waits. */
    if (ms == 0 && nominal_ns > 0)
        ms = 1;
    return go_duration_append(ms * MS, out);
}

static void
write_string(struct json_writer *w, struct span text, int64_t scale)
{
    struct buf scaled = { 0 };
    int64_t ns = 0;

    if (scale > 1 && num_parse_duration_ns(text, &ns) == STATUS_OK &&
        yaml_json_scaled(ns, scale, &scaled) == STATUS_OK)
        text = buf_span(&scaled);
    json_write_string(w, text);
    buf_reset(&scaled);
}

/* YAML has forms that JSON has not: ".5", "1.", "+0.5". */
static void
write_float(struct json_writer *w, const struct yaml_node *node)
{
    char text[32];

    (void)snprintf(
        text, sizeof(text), "%.17g", strtod(buf_text(&node->text), NULL));
    json_write_raw(w, span_text(text));
}

static void
write_scalar(struct json_writer *w, const struct yaml_node *node, int64_t scale)
{
    int64_t number = 0;

    if (node->kind == YAML_KIND_NULL)
        json_write_null(w);
    else if (node->kind == YAML_KIND_BOOL)
        json_write_bool(w, yaml_tree_is_true(buf_span(&node->text)));
    else if (node->kind == YAML_KIND_INT &&
             yaml_tree_int(node, &number) == STATUS_OK)
        json_write_int(w, number);
    else if (node->kind == YAML_KIND_FLOAT)
        write_float(w, node);
    else
        write_string(w, buf_span(&node->text), scale);
}

static void write_node(
    struct json_writer *w, const struct yaml_node *node, int64_t scale);

static void
write_list(struct json_writer *w, const struct yaml_node *node, int64_t scale)
{
    json_write_array_begin(w);
    for (size_t i = 0; i < node->item_count; i++)
        write_node(w, node->items[i], scale);
    json_write_array_end(w);
}

static void
write_map(struct json_writer *w, const struct yaml_node *node, int64_t scale)
{
    json_write_object_begin(w);
    for (size_t i = 0; i < node->member_count; i++) {
        struct span key = buf_span(&node->members[i].key);
        const struct yaml_node *value = node->members[i].value;
        bool whole =
            value->kind == YAML_KIND_MAP || value->kind == YAML_KIND_LIST;
        bool scaled =
            whole ? !span_equal_text(key, "match") : fault_is_duration(key);

        json_write_key_span(w, key);
        write_node(w, value, scaled ? scale : 1);
    }
    json_write_object_end(w);
}

static void
write_node(struct json_writer *w, const struct yaml_node *node, int64_t scale)
{
    if (node->kind == YAML_KIND_LIST)
        write_list(w, node, scale);
    else if (node->kind == YAML_KIND_MAP)
        write_map(w, node, scale);
    else
        write_scalar(w, node, scale);
}

enum status
yaml_json_append(const struct yaml_node *node, int64_t scale, struct buf *out)
{
    struct json_writer w = json_writer_to(out);

    write_node(&w, node, scale);
    return json_writer_end(&w);
}
