/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* memmem */
#include "base/span.h"

#include <openssl/crypto.h>

bool
span_equal(struct span a, struct span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool
span_equal_text(struct span a, const char *text)
{
    return span_equal(a, span_text(text));
}

bool
span_equal_secret(struct span a, struct span b)
{
    return a.len == b.len &&
           (a.len == 0 || CRYPTO_memcmp(a.ptr, b.ptr, a.len) == 0);
}

int
span_compare(struct span a, struct span b)
{
    size_t shared = a.len < b.len ? a.len : b.len;
    int order = shared == 0 ? 0 : memcmp(a.ptr, b.ptr, shared);
    if (order != 0)
        return order;
    return (a.len > b.len) - (a.len < b.len);
}

bool
span_starts_with(struct span s, struct span prefix)
{
    return s.len >= prefix.len && span_equal(span_first(s, prefix.len), prefix);
}

bool
span_ends_with(struct span s, struct span suffix)
{
    return s.len >= suffix.len &&
           span_equal(span_skip(s, s.len - suffix.len), suffix);
}

bool
span_find(struct span s, uint8_t c, size_t *index)
{
    const uint8_t *at = s.len == 0 ? NULL : memchr(s.ptr, c, s.len);
    if (at == NULL)
        return false;
    *index = (size_t)(at - s.ptr);
    return true;
}

bool
span_search(struct span s, struct span needle, size_t *index)
{
    if (needle.len == 0) {
        *index = 0;
        return true;
    }
    const uint8_t *at =
        s.len == 0 ? NULL : memmem(s.ptr, s.len, needle.ptr, needle.len);
    if (at == NULL)
        return false;
    *index = (size_t)(at - s.ptr);
    return true;
}

bool
span_cut(struct span s, uint8_t c, struct span *head, struct span *tail)
{
    size_t at;
    if (!span_find(s, c, &at))
        return false;
    *head = span_first(s, at);
    *tail = span_skip(s, at + 1);
    return true;
}

static bool
is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct span
span_trim(struct span s)
{
    while (s.len > 0 && is_blank(s.ptr[0]))
        s = span_skip(s, 1);
    while (s.len > 0 && is_blank(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

void
span_to_text(struct span s, char *text)
{
    if (s.len > 0)
        memcpy(text, s.ptr, s.len);
    text[s.len] = '\0';
}
