/* SPDX-License-Identifier: Apache-2.0 */
#include "options/text_list.h"

#include <stdlib.h>

void
text_list_reset(struct text_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i]);
    free(list->items);
    *list = (struct text_list){ 0 };
}

enum status
text_list_add(struct text_list *list, struct span text)
{
    size_t nul;
    if (span_find(text, '\0', &nul))
        return STATUS_INVALID;
    char *copy = malloc(text.len + 1);
    char **grown =
        realloc(list->items, (list->count + 1) * sizeof(*list->items));
    if (grown != NULL)
        list->items = grown;
    if (copy == NULL || grown == NULL) {
        free(copy);
        return STATUS_NO_MEMORY;
    }
    if (text.len > 0)
        memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    list->items[list->count++] = copy;
    return STATUS_OK;
}

/* Cuts a field in quotes off *rest, which begins behind the first quote. */
static enum status
take_quoted(struct span *rest, struct buf *field)
{
    enum status st = STATUS_OK;
    while (st == STATUS_OK) {
        size_t quote;
        if (!span_find(*rest, '"', &quote))
            return STATUS_INVALID;
        st = buf_append(field, span_first(*rest, quote));
        *rest = span_skip(*rest, quote + 1);
        if (!span_starts_with(*rest, SPAN_LITERAL("\"")))
            break;
        if (st == STATUS_OK)
            st = buf_append_byte(field, '"');
        *rest = span_skip(*rest, 1);
    }
    return st;
}

/* Cuts one field off *rest, and the comma behind it; *more tells of one. */
static enum status
take_field(struct span *rest, struct buf *field, bool *more)
{
    size_t at;
    if (span_starts_with(*rest, SPAN_LITERAL("\""))) {
        *rest = span_skip(*rest, 1);
        enum status st = take_quoted(rest, field);
        if (st != STATUS_OK)
            return st;
        if (rest->len > 0 && rest->ptr[0] != ',')
            return STATUS_INVALID;
        *more = rest->len > 0;
        *rest = span_skip(*rest, 1);
        return STATUS_OK;
    }
    *more = span_find(*rest, ',', &at);
    struct span text = *more ? span_first(*rest, at) : *rest;
    *rest = *more ? span_skip(*rest, at + 1) : span_skip(*rest, rest->len);
    if (span_find(text, '"', &at))
        return STATUS_INVALID;
    return buf_append(field, text);
}

enum status
text_list_add_csv(struct text_list *list, struct span record)
{
    enum status st = STATUS_OK;
    bool more = record.len > 0;
    while (more && st == STATUS_OK) {
        struct buf field = { 0 };
        st = take_field(&record, &field, &more);
        if (st == STATUS_OK)
            st = text_list_add(list, buf_span(&field));
        buf_reset(&field);
    }
    return st;
}
