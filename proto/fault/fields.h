/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading what people write about faults: members of JSON objects, each with
 * its form. Whoever reads an object names all of its members first, so that a
 * misspelt one is refused and not passed over.
 *
 * On failure one line is appended to *problem: "WHERE: MEMBER: what is wrong".
 * An absent member leaves the output as it was.
 */
#ifndef FAULT_FIELDS_H
#define FAULT_FIELDS_H

#include "base/json.h"

/* Where a text stands, for a person: "rule throttle: when". */
struct fault_place {
    const char *where;
    struct buf *problem; /* borrowed */
};

/* Appends the line; always STATUS_INVALID. */
enum status fault_refuse(
    const struct fault_place *place, const char *format, ...) PRINTF_LIKE(2, 3);

/* That it is an object with no other members than these. */
MUST_USE enum status fault_fields(const struct fault_place *place,
    const struct json *object, const char *const *names, size_t count);

MUST_USE enum status fault_read_int(const struct fault_place *place,
    const struct json *object, const char *name, int64_t min, int64_t max,
    int64_t *out);
MUST_USE enum status fault_read_number(const struct fault_place *place,
    const struct json *object, const char *name, double min, double max,
    double *out);
MUST_USE enum status fault_read_bool(const struct fault_place *place,
    const struct json *object, const char *name, bool *out);

/* Text with Go's units ("250ms", "3m30s"), at most a year. Milliseconds. */
MUST_USE enum status fault_read_duration(const struct fault_place *place,
    const struct json *object, const char *name, int64_t *ms);

/* Whether a member of that name is a duration wherever rules have it, but
 * below `match`. */
bool fault_is_duration(struct span member);

/* Not empty, at most max bytes; *out is borrowed from the document. */
MUST_USE enum status fault_read_text(const struct fault_place *place,
    const struct json *object, const char *name, size_t max, struct span *out);

#endif
