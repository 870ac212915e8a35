/* SPDX-License-Identifier: Apache-2.0 */
#include "storm/shrink.h"

#include <stdlib.h>
#include <string.h>

struct search {
    bool *keep;  /* the smallest set that is known to fail */
    bool *trial; /* what is tried */
    size_t count;
    shrink_try_fn *try;
    void *context;
};

static size_t
size_of(const struct search *s)
{
    size_t size = 0;
    for (size_t i = 0; i < s->count; i++)
        size += s->keep[i];
    return size;
}

/* The trial: piece number `piece` of `pieces`, or all but it. */
static void
cut(struct search *s, size_t piece, size_t pieces, bool without)
{
    size_t size = size_of(s), seen = 0;
    size_t from = size * piece / pieces, to = size * (piece + 1) / pieces;
    for (size_t i = 0; i < s->count; i++) {
        bool inside = seen >= from && seen < to;
        s->trial[i] = s->keep[i] && inside != without;
        seen += s->keep[i];
    }
}

/* One round over all pieces. *smaller: a trial failed and is kept now. */
static enum status
try_pieces(struct search *s, size_t pieces, bool without, bool *smaller)
{
    for (size_t piece = 0; piece < pieces; piece++) {
        bool fails = false;
        cut(s, piece, pieces, without);
        enum status st = s->try(s->context, s->trial, &fails);
        if (st != STATUS_OK)
            return st;
        if (fails) {
            memcpy(s->keep, s->trial, s->count * sizeof(*s->keep));
            *smaller = true;
            return STATUS_OK;
        }
    }
    return STATUS_OK;
}

static enum status
search(struct search *s)
{
    size_t pieces = 2;
    while (size_of(s) > 1) {
        bool subset = false, complement = false;
        enum status st = try_pieces(s, pieces, false, &subset);
        if (st == STATUS_OK && !subset && pieces > 2)
            st = try_pieces(s, pieces, true, &complement);
        if (st != STATUS_OK)
            return st;
        size_t size = size_of(s);
        if (subset)
            pieces = 2;
        else if (complement)
            pieces = pieces > 3 ? pieces - 1 : 2;
        else if (pieces >= size)
            return STATUS_OK;
        else
            pieces *= 2;
        pieces = pieces > size && size > 1 ? size : pieces;
    }
    return STATUS_OK;
}

enum status
shrink(bool *keep, size_t count, shrink_try_fn *try, void *context)
{
    struct search s = { .keep = keep,
        .trial = calloc(count + 1, sizeof(bool)),
        .count = count,
        .try = try,
        .context = context };
    if (s.trial == NULL)
        return STATUS_NO_MEMORY;
    enum status st = search(&s);
    free(s.trial);
    return st == STATUS_TIMEOUT ? STATUS_OK : st;
}
