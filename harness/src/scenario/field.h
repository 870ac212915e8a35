/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Maps of YAML into structs by a table of fields. Every failure is
 * STATUS_INVALID (but for memory) with "FILE:LINE: what" in the problem.
 */
#ifndef SCENARIO_FIELD_H
#define SCENARIO_FIELD_H

#include "k8s/yaml_tree.h"

/* Where messages go. */
struct field_context {
    const char *file;
    struct buf *problem;
    int64_t scale;   /* of bodies: yaml_json.h */
    int64_t servers; /* that steps may name */
    bool proxy;      /* there is one */
};

/* Reads `node` into `to`. */
typedef enum status field_read_fn(const struct field_context *context,
    const struct yaml_node *node, void *to);

struct field {
    const char *name;
    field_read_fn *read;
    size_t offset; /* in the struct */
};

/* Says "FILE:LINE: …" and returns STATUS_INVALID. */
MUST_USE enum status field_refuse(const struct field_context *context, int line,
    const char *format, ...) PRINTF_LIKE(3, 4);

/*
 * Reads each member of a map that the table has; names that it has not are
 * refused, unless `other` takes them (may be NULL).
 */
typedef enum status field_other_fn(const struct field_context *context,
    const struct yaml_member *member, void *to);
MUST_USE enum status field_read_map(const struct field_context *context,
    const struct yaml_node *map, const struct field *fields, size_t count,
    field_other_fn *other, void *to);

/* Readers: into struct buf, int64_t, bool, milliseconds. */
field_read_fn field_text, field_count, field_flag, field_duration;

/* Appends zeroed room for one more to an array; NULL for no memory. */
void *field_grow(void **array, size_t *count, size_t size);

#endif
