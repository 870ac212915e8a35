/* SPDX-License-Identifier: Apache-2.0 */
/* Writes YAML line by line. Errors stick: after the first nothing is written,
 * and `status` tells. */
#ifndef KIND_YAML_OUT_H
#define KIND_YAML_OUT_H

#include "base/buf.h"

struct yaml_out {
    struct buf *out; /* borrowed */
    enum status status;
};

/* Lines of constant text, which may end in a newline. */
void yaml_out_text(struct yaml_out *y, const char *text);

/* A formatted part, for words that need no quotes. */
void yaml_out_format(struct yaml_out *y, const char *format, ...)
    PRINTF_LIKE(2, 3);

/* `before`, then any text in double quotes, then a newline. */
void yaml_out_quoted(struct yaml_out *y, const char *before, struct span text);

#endif
