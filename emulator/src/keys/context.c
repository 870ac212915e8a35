/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/context.h"

#include <stdlib.h>

static int
by_key(const void *a, const void *b)
{
    const struct context_pair *x = a, *y = b;
    return span_compare(x->key, y->key);
}

static enum status
append_part(struct buf *out, struct span part)
{
    if (part.len > UINT32_MAX)
        return STATUS_TOO_LARGE;
    enum status st = buf_append_u32(out, (uint32_t)part.len);
    return st == STATUS_OK ? buf_append(out, part) : st;
}

enum status
context_canonical(struct context_pair *pairs, size_t count, struct buf *out)
{
    size_t start = out->len;
    if (count == 0)
        return STATUS_OK;
    if (count > UINT32_MAX)
        return STATUS_TOO_LARGE;
    qsort(pairs, count, sizeof(*pairs), by_key);
    enum status st = buf_append_u32(out, (uint32_t)count);
    for (size_t i = 0; i < count && st == STATUS_OK; i++) {
        if (i > 0 && span_equal(pairs[i].key, pairs[i - 1].key))
            st = STATUS_EXISTS;
        if (st == STATUS_OK)
            st = append_part(out, pairs[i].key);
        if (st == STATUS_OK)
            st = append_part(out, pairs[i].value);
    }
    if (st != STATUS_OK)
        buf_truncate(out, start);
    return st;
}
