/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A growing buffer that owns its bytes and wipes them: on reset, and from the
 * old place when it grows. An empty owner is `struct buf b = { 0 };`. A NUL
 * that does not count follows the bytes whenever ptr is not NULL, so text can
 * be handed to the C library by buf_text. Not shared between threads.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/span.h"
#include "base/status.h"

#include <stdarg.h>

struct buf {
    uint8_t *ptr;
    size_t len;
    size_t cap; /* bytes that fit without growing, the NUL not counted */
};

/* Wipes and frees; leaves an empty owner. */
void buf_reset(struct buf *b);

/* Wipes the bytes and sets len to 0, but keeps the memory. */
void buf_clear(struct buf *b);

/* Makes room for `more` bytes after the present ones. */
MUST_USE enum status buf_reserve(struct buf *b, size_t more);

MUST_USE enum status buf_append(struct buf *b, struct span bytes);
MUST_USE enum status buf_append_text(struct buf *b, const char *text);
MUST_USE enum status buf_append_byte(struct buf *b, uint8_t byte);

/* Big-endian, as most wire formats want it. */
MUST_USE enum status buf_append_u16(struct buf *b, uint16_t value);
MUST_USE enum status buf_append_u32(struct buf *b, uint32_t value);
MUST_USE enum status buf_append_u64(struct buf *b, uint64_t value);

MUST_USE enum status buf_printf(struct buf *b, const char *format, ...)
    PRINTF_LIKE(2, 3);
MUST_USE enum status buf_vprintf(
    struct buf *b, const char *format, va_list args) PRINTF_LIKE(2, 0);

/* Appends words for a person. Where memory is short they are lost: the status
 * beside them still tells. */
void buf_say(struct buf *b, const char *format, ...) PRINTF_LIKE(2, 3);

/* Adds `len` zero bytes and gives the place of the first to fill in. */
MUST_USE enum status buf_extend(struct buf *b, size_t len, uint8_t **place);

/* Shortens to `len` bytes, wiping what is cut; no effect if not longer. */
void buf_truncate(struct buf *b, size_t len);

/* Moves the contents of `from` into `to` (whose own are wiped). */
void buf_take(struct buf *to, struct buf *from);

/* Replaces the contents by a copy of `bytes`, which may not alias b. */
MUST_USE enum status buf_set(struct buf *b, struct span bytes);

/* Borrows. */
static inline struct span
buf_span(const struct buf *b)
{
    return (struct span){ b->ptr, b->len };
}

/* Borrows the contents as text; "" when empty. */
static inline const char *
buf_text(const struct buf *b)
{
    return b->ptr == NULL ? "" : (const char *)b->ptr;
}

#endif
