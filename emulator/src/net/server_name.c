/* SPDX-License-Identifier: Apache-2.0 */
#include "net/server_name.h"

enum { LENGTH_LEN = 2, KIND_HOST = 0 };

/* Takes bytes off the front that a 16-bit length counts. */
static bool
take(struct span *from, struct span *out)
{
    if (from->len < LENGTH_LEN)
        return false;
    size_t len = (size_t)from->ptr[0] << 8 | from->ptr[1];
    struct span rest = span_skip(*from, LENGTH_LEN);
    if (rest.len < len)
        return false;
    *out = span_first(rest, len);
    *from = span_skip(rest, len);
    return true;
}

struct span
net_server_name(struct span extension)
{
    const struct span none = { NULL, 0 };
    struct span list, name;
    if (!take(&extension, &list) || extension.len > 0)
        return none;
    while (list.len > 0) {
        uint8_t kind = list.ptr[0];
        list = span_skip(list, 1);
        if (!take(&list, &name))
            return none;
        if (kind == KIND_HOST)
            return name;
    }
    return none;
}
