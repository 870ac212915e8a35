/* SPDX-License-Identifier: Apache-2.0 */
/* What commands print for shells and other programs. */
#ifndef PROCESS_PRINTING_H
#define PROCESS_PRINTING_H

#include "base/buf.h"

/* Appends "export NAME='VALUE'" and a newline, for a shell to read. */
MUST_USE enum status printing_export(
    const char *name, const char *value, struct buf *out);

/* Appends a word of a command as a shell takes it: quoted where it must be. */
MUST_USE enum status printing_word(const char *word, struct buf *out);

/* Writes it all to standard output now; where that fails, STATUS_IO and one
 * line in *problem. That its reader has left, as `head` does, is no failure. */
MUST_USE enum status printing_put(const struct buf *text, struct buf *problem);

/*
 * The last of main: writes what standard output still holds, and returns the
 * exit code: `code`, or EXIT_FAILED after a line where that fails. A program
 * that did well and whose reader has left ends by SIGPIPE, as others do, which
 * a shell shows as 141.
 */
int printing_end(int code);

#endif
