/* SPDX-License-Identifier: Apache-2.0 */
/* STS's XML: a small scanner of elements and their text, strict about what it
 * reads (no DTD, no comments, no CDATA, named entities only). Pure. */
#ifndef CREDENTIALS_ANSWER_STS_H
#define CREDENTIALS_ANSWER_STS_H

#include "credentials/provider.h"

/*
 * Replaces *out by the Credentials of an AssumeRole… answer. STATUS_INVALID
 * for anything else; *problem then gets words to go behind the place.
 */
MUST_USE enum status answer_sts_read(
    struct span text, struct provided *out, struct buf *problem);

/* Whether it is an error that the next try may be spared. */
bool answer_sts_is_temporary(struct span text);

/* Appends ", CODE: MESSAGE" of an error, shortened, printable. Nothing where
 * it is none. */
void answer_sts_error(struct span text, struct buf *out);

#endif
