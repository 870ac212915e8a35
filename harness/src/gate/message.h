/* SPDX-License-Identifier: Apache-2.0 */
/* One HTTP/1.1 message with a Content-Length, read from a connection whose
 * peer sends the next only after it was answered. */
#ifndef GATE_MESSAGE_H
#define GATE_MESSAGE_H

#include "base/buf.h"

enum { MESSAGE_MAX = 256 * 1024 };

/*
 * Replaces *out by the next message, head and body. STATUS_NOT_FOUND where
 * the connection ended before one began; STATUS_INVALID for what is no such
 * message, STATUS_TOO_LARGE, STATUS_IO.
 */
MUST_USE enum status message_read(int fd, struct buf *out);

/* STATUS_IO where the peer has gone. */
MUST_USE enum status message_write(int fd, struct span bytes);

#endif
