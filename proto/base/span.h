/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A view of bytes that somebody else owns. Passed by value, never freed, valid
 * only while its owner keeps the bytes.
 */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
    const uint8_t *ptr; /* may be NULL when len is 0 */
    size_t len;
};

/* For printf: printf("%.*s", SPAN_ARG(s)). Lengths above INT_MAX are cut. */
#define SPAN_ARG(s)                                                            \
    (int)((s).len > 0x7fffffff ? 0x7fffffff : (s).len),                        \
        (s).ptr == NULL ? "" : (const char *)(s).ptr

/* A span over a string literal or array of characters, without its NUL. */
#define SPAN_LITERAL(text)                                                     \
    ((struct span){ (const uint8_t *)(text), sizeof(text) - 1 })

/* The same as the initialiser of a static struct span. */
#define SPAN_INIT(text)                                                        \
    {                                                                          \
        (const uint8_t *)(text), sizeof(text) - 1                              \
    }

static inline struct span
span_of(const void *ptr, size_t len)
{
    return (struct span){ ptr, len };
}

/* Borrows a NUL-terminated text; NULL gives the empty span. */
static inline struct span
span_text(const char *text)
{
    return (
        struct span){ (const uint8_t *)text, text == NULL ? 0 : strlen(text) };
}

/* The part of s that starts at `from`; empty when `from` is past its end. */
static inline struct span
span_skip(struct span s, size_t from)
{
    if (from >= s.len)
        return (struct span){ NULL, 0 };
    return (struct span){ s.ptr + from, s.len - from };
}

/* At most the first `len` bytes of s. */
static inline struct span
span_first(struct span s, size_t len)
{
    return (struct span){ s.ptr, len < s.len ? len : s.len };
}

/* Byte equality. Not for secrets: see span_equal_secret. */
bool span_equal(struct span a, struct span b);
bool span_equal_text(struct span a, const char *text);

/* Equality in time that depends on the lengths alone. */
bool span_equal_secret(struct span a, struct span b);

/* Like memcmp, a shorter span before its extensions. */
int span_compare(struct span a, struct span b);

bool span_starts_with(struct span s, struct span prefix);
bool span_ends_with(struct span s, struct span suffix);

/* Finds byte `c`; writes its index and returns true, or returns false. */
bool span_find(struct span s, uint8_t c, size_t *index);

/* Finds the first place of `needle` in s; an empty needle is at 0. */
bool span_search(struct span s, struct span needle, size_t *index);

/*
 * Cuts s at the first `c`: *head is what is before it, *tail what is after.
 * False, with both outputs unchanged, where there is none. The outputs may
 * alias the input.
 */
bool span_cut(struct span s, uint8_t c, struct span *head, struct span *tail);

/* Without the ASCII blanks (space, tab, CR, LF) at either end. */
struct span span_trim(struct span s);

/* Copies s and a NUL into text, which has room for s.len + 1 bytes. */
void span_to_text(struct span s, char *text);

#endif
