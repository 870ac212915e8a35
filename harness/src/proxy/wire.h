/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fields of a protobuf message on the wire, changed without knowing the rest:
 * what a newer plugin adds stays. Only fields with a length (texts, bytes,
 * messages). STATUS_INVALID for what is no message.
 */
#ifndef PROXY_WIRE_H
#define PROXY_WIRE_H

#include "base/buf.h"

struct wire_field {
    uint32_t number;
    unsigned type;     /* 2: it has a length */
    struct span whole; /* with tag and length */
    struct span value; /* of a field with a length */
};

/* Takes the next field. STATUS_NOT_FOUND at the end. */
MUST_USE enum status wire_next(struct span *rest, struct wire_field *out);

/* The value of the last field of that number, which is the one that counts.
 * Empty where there is none; borrows. */
MUST_USE enum status wire_find(
    struct span message, uint32_t number, struct span *value);

/* Appends the message without the fields of that number. */
MUST_USE enum status wire_remove(
    struct span message, uint32_t number, struct buf *out);

/* Appends a field. */
MUST_USE enum status wire_put(
    struct buf *out, uint32_t number, struct span value);

#endif
