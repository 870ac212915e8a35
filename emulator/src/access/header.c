/* SPDX-License-Identifier: Apache-2.0 */
#include "access/header.h"

static bool
is_named(struct span name, struct span lower)
{
    if (name.len != lower.len)
        return false;
    for (size_t i = 0; i < name.len; i++) {
        uint8_t c = name.ptr[i];
        if (c >= 'A' && c <= 'Z')
            c = (uint8_t)(c - 'A' + 'a');
        if (c != lower.ptr[i])
            return false;
    }
    return true;
}

struct span
header_find(const struct sigv4_request *request, const char *name)
{
    struct span wanted = span_text(name);
    for (size_t i = 0; i < request->header_count; i++) {
        const struct sigv4_header *header = &request->headers[i];
        if (!is_named(header->name, wanted))
            continue;
        struct span value = span_trim(header->value);
        return value.len > 0 ? value : SPAN_LITERAL("");
    }
    return (struct span){ NULL, 0 };
}
