/* SPDX-License-Identifier: Apache-2.0 */
/* Fields of application/x-www-form-urlencoded text: bodies and queries. */
#ifndef ACCESS_FORM_H
#define ACCESS_FORM_H

#include "base/buf.h"

/*
 * Appends the decoded value of the first field of that name. STATUS_NOT_FOUND
 * where there is none, STATUS_INVALID for a broken escape.
 */
MUST_USE enum status form_field(
    struct span text, const char *name, struct buf *out);

#endif
