/* SPDX-License-Identifier: Apache-2.0 */
/* Prints a node that was parsed, and all below it, with a JSON writer. */
#ifndef BASE_JSON_COPY_H
#define BASE_JSON_COPY_H

#include "base/json.h"
#include "base/json_writer.h"

/* An absent node is written as null. The writer holds what went wrong. */
void json_write_node(struct json_writer *w, const struct json *node);

/* Appends it as compact text. STATUS_TOO_LARGE for what is nested deeper than
 * JSON_WRITER_DEPTH. */
MUST_USE enum status json_copy_text(const struct json *node, struct buf *out);

#endif
