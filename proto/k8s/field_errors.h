/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A list of faults in fields, printed as Kubernetes prints its field.ErrorList:
 * one alone, several as "[a, b]", the same one once. The first failure of
 * memory sticks and is told at the end.
 */
#ifndef K8S_FIELD_ERRORS_H
#define K8S_FIELD_ERRORS_H

#include "base/buf.h"

/* More are not kept: a person has enough to do. */
enum { FIELD_ERRORS_MAX = 256 };

struct field_errors {
    struct buf path; /* of the field that is looked at */
    struct buf texts[FIELD_ERRORS_MAX];
    size_t count;
    enum status status;
};
void field_errors_reset(struct field_errors *errors);

/* Goes to a field below, e.g. ".kms" or "[1]", and returns what leave needs to
 * come back. */
MUST_USE size_t field_errors_enter(
    struct field_errors *errors, const char *format, ...) PRINTF_LIKE(2, 3);
void field_errors_leave(struct field_errors *errors, size_t before);

/* A failure (of memory) elsewhere; STATUS_OK does nothing. */
void field_errors_fail(struct field_errors *errors, enum status status);

/* PATH: Required value: DETAIL */
void field_errors_required(struct field_errors *errors, const char *format, ...)
    PRINTF_LIKE(2, 3);

/* PATH: Invalid value: VALUE: DETAIL; the value is text as it shall stand. */
void field_errors_invalid(struct field_errors *errors, struct span value,
    const char *format, ...) PRINTF_LIKE(3, 4);

/* The same with a value that is quoted as Go does. */
void field_errors_invalid_text(
    struct field_errors *errors, struct span value, const char *detail);

/* Appends all; nothing when there are none. */
MUST_USE enum status field_errors_append(
    const struct field_errors *errors, struct buf *out);

#endif
