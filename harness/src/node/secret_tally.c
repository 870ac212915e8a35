/* SPDX-License-Identifier: Apache-2.0 */
#include "node/secret_tally.h"

#include "k8s/stored_value.h"

#include <stdlib.h>

void
secret_tally_reset(struct secret_tally *tally)
{
    for (size_t i = 0; i < tally->row_count; i++)
        buf_reset(&tally->rows[i].prefix);
    for (size_t i = 0; i < tally->count; i++)
        buf_reset(&tally->names[i]);
    free(tally->names);
    *tally = (struct secret_tally){ 0 };
}

static enum status
add_name(struct secret_tally *tally, struct span name)
{
    struct buf *names = tally->names;
    size_t capacity = tally->capacity;

    if (tally->count == capacity) {
        capacity = capacity == 0 ? 64 : 2 * capacity;
        /* Names are no secrets, and buf is moved by copying its bytes. */
        names = realloc(names, capacity * sizeof(*names));
        if (names == NULL)
            return STATUS_NO_MEMORY;
        tally->names = names;
        tally->capacity = capacity;
    }
    names[tally->count] = (struct buf){ 0 };
    enum status st = buf_append(&names[tally->count], name);
    if (st == STATUS_OK)
        tally->count++;
    return st;
}

static enum status
count_prefix(struct secret_tally *tally, struct span prefix)
{
    size_t i = 0;

    while (i < tally->row_count &&
           !span_equal(buf_span(&tally->rows[i].prefix), prefix))
        i++;
    if (i == SECRET_TALLY_ROWS)
        return STATUS_TOO_LARGE;
    if (i == tally->row_count) {
        enum status st = buf_append(&tally->rows[i].prefix, prefix);
        if (st != STATUS_OK)
            return st;
        tally->row_count++;
    }
    tally->rows[i].count++;
    return STATUS_OK;
}

enum status
secret_tally_add(struct secret_tally *tally, struct span key, struct span value)
{
    struct stored_value stored = { 0 };
    struct span prefix = { NULL, 0 };
    enum status st = stored_value_decode(value, &stored);

    if (st == STATUS_OK && stored.form == STORED_SEALED)
        prefix = stored.prefix;
    else if (st == STATUS_OK && stored.form == STORED_UNKNOWN_PREFIX)
        prefix = SPAN_LITERAL("k8s:enc:?");
    if (st == STATUS_OK)
        st = count_prefix(tally, prefix);
    if (st == STATUS_OK)
        st = add_name(tally, span_skip(key, strlen(SECRET_TALLY_PREFIX)));
    stored_value_reset(&stored);
    return st;
}

size_t
secret_tally_under(const struct secret_tally *tally, const char *prefix)
{
    for (size_t i = 0; i < tally->row_count; i++) {
        if (span_equal_text(buf_span(&tally->rows[i].prefix), prefix))
            return tally->rows[i].count;
    }
    return 0;
}

void
secret_tally_say(const struct secret_tally *tally, struct buf *words)
{
    buf_say(words, "%zu Secret%s", tally->count, tally->count == 1 ? "" : "s");
    for (size_t i = 0; i < tally->row_count; i++) {
        const struct buf *prefix = &tally->rows[i].prefix;

        buf_say(words, "%s %zu %s%s", i == 0 ? ":" : ",", tally->rows[i].count,
            prefix->len == 0 ? "in plain" : "under ", buf_text(prefix));
    }
}
