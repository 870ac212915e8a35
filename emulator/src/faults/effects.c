/* SPDX-License-Identifier: Apache-2.0 */
#include "faults/effects.h"

#include "aws/arn.h"
#include "base/encode.h"
#include "base/json_copy.h"

enum { BITS = 8 };

typedef enum status change_fn(const struct mark *mark, struct buf *bytes);

static size_t
draw_below(const struct mark *mark, uint64_t nth, size_t limit)
{
    return (size_t)(fault_draw_unit(&mark->decision.draw, nth) * (double)limit);
}

/* Each byte is another one. */
static enum status
change_all(const struct mark *mark, struct buf *bytes)
{
    for (size_t i = 0; i < bytes->len; i++)
        bytes->ptr[i] ^= (uint8_t)(1 + draw_below(mark, i + 1, UINT8_MAX));
    return STATUS_OK;
}

/* So many bits, none of them twice: a step apart, from a place that is drawn.
 */
static enum status
flip_bits(const struct mark *mark, struct buf *bytes)
{
    size_t total = bytes->len * BITS;
    size_t bits = (size_t)mark->action->bits;
    if (total == 0)
        return STATUS_OK;
    if (bits > total)
        bits = total;
    size_t start = draw_below(mark, 1, total);
    for (size_t i = 0; i < bits; i++) {
        size_t at = (start + i * (total / bits)) % total;
        bytes->ptr[at / BITS] ^= (uint8_t)(1u << at % BITS);
    }
    return STATUS_OK;
}

/* A member in base64, changed. */
static void
write_changed(const struct mark *mark, struct json_writer *w,
    const struct json *node, change_fn *change)
{
    struct buf bytes = { 0 };
    enum status st = base64_decode(json_get_string(node), &bytes);
    if (st == STATUS_OK)
        st = change(mark, &bytes);
    if (st == STATUS_OK)
        json_write_base64(w, buf_span(&bytes));
    else
        w->status = st;
    buf_reset(&bytes);
}

/* The key that is said instead: what the rule says, or one that is not there.
 */
static void
write_other_key(const struct mark *mark, struct json_writer *w)
{
    struct buf arn = { 0 };
    const struct action *action = mark->action;
    enum status st = STATUS_OK;
    if (action->key.len > 0)
        st = buf_append(&arn, buf_span(&action->key));
    else
        st = arn_append_key(span_text(mark->region), span_text(mark->account),
            SPAN_LITERAL("00000000-0000-4000-8000-000000000000"), &arn);
    if (st == STATUS_OK)
        json_write_string(w, buf_span(&arn));
    else
        w->status = st;
    buf_reset(&arn);
}

static void
write_member(const struct mark *mark, struct json_writer *w, struct span name,
    const struct json *value)
{
    enum action_kind kind = mark->action->kind;
    bool ciphertext = span_equal_text(name, "CiphertextBlob");
    json_write_key_span(w, name);
    if (kind == ACTION_WRONG_PLAINTEXT && span_equal_text(name, "Plaintext"))
        write_changed(mark, w, value, change_all);
    else if (kind == ACTION_FLIP_CIPHERTEXT && ciphertext)
        write_changed(mark, w, value, flip_bits);
    else if (kind == ACTION_NOT_DONE && ciphertext)
        write_changed(mark, w, value, change_all); /* no key made it */
    else if (kind == ACTION_OTHER_KEY && span_equal_text(name, "KeyId"))
        write_other_key(mark, w);
    else
        json_write_node(w, value);
}

static enum status
rewrite(const struct mark *mark, struct span body, struct buf *out)
{
    struct json_doc *doc = NULL;
    enum status st = json_parse(body, &doc, NULL);
    if (st != STATUS_OK)
        return st;
    const struct json *root = json_root(doc);
    struct json_writer w = json_writer_to(out);
    json_write_object_begin(&w);
    for (void *it = json_first(root); it != NULL; it = json_next(root, it))
        write_member(mark, &w, json_iterator_key(it), json_iterator_value(it));
    json_write_object_end(&w);
    st = json_writer_end(&w);
    json_doc_free(doc);
    return st;
}

static void
change_body(const struct mark *mark, struct service_answer *answer)
{
    struct buf body = { 0 };
    if (answer->http_status != 200 || answer->body.len == 0)
        return;
    if (rewrite(mark, buf_span(&answer->body), &body) == STATUS_OK) {
        buf_take(&answer->body, &body);
        return;
    }
    buf_reset(&body);
    buf_reset(&answer->body);
    answer->http_status = 500;
    answer->content_type = NULL;
}

void
effects_apply(struct mark *mark, struct service_answer *answer)
{
    const struct action *action = mark->action;
    bool lies = action->kind == ACTION_WRONG_PLAINTEXT ||
                action->kind == ACTION_FLIP_CIPHERTEXT ||
                action->kind == ACTION_NOT_DONE ||
                action->kind == ACTION_OTHER_KEY;
    if (lies)
        change_body(mark, answer);
    if (action->kind == ACTION_CONTENT_TYPE && answer->content_type != NULL)
        answer->content_type =
            action->type.len > 0 ? buf_text(&action->type) : "text/html";
}
