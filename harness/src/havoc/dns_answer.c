/* SPDX-License-Identifier: Apache-2.0 */
#include "havoc/dns_answer.h"

#include <strings.h>

enum { HEADER_LEN = 12, LABEL_MAX = 63, NAME_MAX_LEN = 255 };
enum { TYPE_A = 1, CLASS_IN = 1 };

struct question {
    struct span whole; /* name, type and class as they stand */
    bool is_name;
    unsigned type, class;
};

static unsigned
number(const uint8_t *at)
{
    return (unsigned)at[0] << 8 | at[1];
}

/* The next label of a name with dots. */
static struct span
next_label(struct span *name)
{
    struct span label = *name;

    if (!span_cut(*name, '.', &label, name))
        *name = span_skip(*name, name->len);
    return label;
}

static bool
is_label(struct span asked, struct span label)
{
    return asked.len == label.len &&
           strncasecmp((const char *)asked.ptr, (const char *)label.ptr,
               label.len) == 0;
}

/* Queries hold no compressed names: who sends one gets no answer. */
static enum status
read_question(struct span rest, const char *name, struct question *out)
{
    struct span left = span_text(name);
    size_t at = 0;

    out->is_name = true;
    for (;;) {
        if (at >= rest.len || at > NAME_MAX_LEN)
            return STATUS_INVALID;
        size_t len = rest.ptr[at++];
        if (len == 0)
            break;
        if (len > LABEL_MAX || len > rest.len - at)
            return STATUS_INVALID;
        struct span asked = span_of(rest.ptr + at, len);
        out->is_name = out->is_name && is_label(asked, next_label(&left));
        at += len;
    }
    if (rest.len - at < 4)
        return STATUS_INVALID;
    out->is_name = out->is_name && left.len == 0;
    out->type = number(rest.ptr + at);
    out->class = number(rest.ptr + at + 2);
    out->whole = span_first(rest, at + 4);
    return STATUS_OK;
}

static enum status
append_header(
    struct span query, enum dns_code code, bool found, struct buf *out)
{
    /* An answer; what the query says of recursion, which is available. */
    const uint8_t header[HEADER_LEN] = { query.ptr[0], query.ptr[1],
        (uint8_t)(0x80 | (query.ptr[2] & 0x01)), (uint8_t)(0x80 | code), 0, 1,
        0, found };

    return buf_append(out, span_of(header, sizeof(header)));
}

enum status
dns_answer(
    struct span query, const char *name, enum dns_code code, struct buf *out)
{
    static const uint8_t address[] = { 0xc0, HEADER_LEN, 0, TYPE_A, 0, CLASS_IN,
        0, 0, 0, 5, 0, 4, 127, 0, 0, 1 };
    struct question question = { 0 };

    /* A query has neither the bit of answers nor another kind of operation. */
    if (query.len < HEADER_LEN || (query.ptr[2] & 0xf8) != 0 ||
        number(query.ptr + 4) != 1)
        return STATUS_INVALID;
    enum status st =
        read_question(span_skip(query, HEADER_LEN), name, &question);
    if (st != STATUS_OK)
        return st;
    if (code == DNS_OK && !question.is_name)
        code = DNS_NO_SUCH_NAME;
    bool found =
        code == DNS_OK && question.type == TYPE_A && question.class == CLASS_IN;
    st = append_header(query, code, found, out);
    if (st == STATUS_OK)
        st = buf_append(out, question.whole);
    if (st == STATUS_OK && found)
        st = buf_append(out, span_of(address, sizeof(address)));
    return st;
}
