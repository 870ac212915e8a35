/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KIND_COPY_H
#define KIND_COPY_H

#include "base/buf.h"

/* Copies a file with its right to be run; replaces one that is there. One line
 * in *problem on failure. */
MUST_USE enum status kind_copy_file(
    const char *from, const char *to, struct buf *problem);

#endif
