/* SPDX-License-Identifier: Apache-2.0 */
#include "options/context.h"

#include "options/text_list.h"

#include <stdlib.h>

void
context_reset(struct context *context)
{
    free(context->pairs);
    buf_reset(&context->text);
    *context = (struct context){ 0 };
}

/* Puts the pair where its key stands already, else at the end. */
static void
put_pair(struct context *context, struct kms_context_pair pair)
{
    size_t i = 0;
    while (i < context->count && !span_equal(context->pairs[i].key, pair.key))
        i++;
    context->pairs[i] = pair;
    if (i == context->count)
        context->count++;
}

static enum status
split_pairs(const struct text_list *fields, struct context *out)
{
    /* Reserved at once: the spans borrow from it, so it may not move. */
    size_t size = 0;
    for (size_t i = 0; i < fields->count; i++)
        size += strlen(fields->items[i]);
    enum status st = buf_reserve(&out->text, size);
    out->pairs = calloc(fields->count + 1, sizeof(*out->pairs));
    if (out->pairs == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < fields->count && st == STATUS_OK; i++) {
        size_t start = out->text.len;
        st = buf_append_text(&out->text, fields->items[i]);
        struct span field = span_skip(buf_span(&out->text), start);
        struct kms_context_pair pair;
        if (st == STATUS_OK && !span_cut(field, '=', &pair.key, &pair.value))
            st = STATUS_INVALID;
        if (st == STATUS_OK)
            put_pair(out, pair);
    }
    return st;
}

enum status
context_parse(struct span text, struct context *out)
{
    struct text_list fields = { 0 };
    struct context parsed = { 0 };
    while (span_starts_with(text, SPAN_LITERAL("[")))
        text = span_skip(text, 1);
    while (span_ends_with(text, SPAN_LITERAL("]")))
        text = span_first(text, text.len - 1);
    enum status st = text_list_add_csv(&fields, text);
    if (st == STATUS_OK)
        st = split_pairs(&fields, &parsed);
    text_list_reset(&fields);
    if (st != STATUS_OK) {
        context_reset(&parsed);
        return st;
    }
    context_reset(out);
    *out = parsed;
    return STATUS_OK;
}
