/* SPDX-License-Identifier: Apache-2.0 */
/* What is handed to kmslab fault on its command line. */
#ifndef FAULT_FAULT_INPUT_H
#define FAULT_FAULT_INPUT_H

#include "base/buf.h"

/* Rules are JSON that begins with { or [, else a file, else - for standard
 * input. Read as they are. A failure is one line in *problem. */
MUST_USE enum status fault_input_read(
    const char *word, struct buf *rules, struct buf *problem);

/* Letters, digits, '-', '_' and '.': what may stand in a path as it is. */
bool fault_input_is_name(struct span text);

/* Digits with at most one point. */
bool fault_input_is_decimal(struct span text);

#endif
