/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/sigv4_internal.h"

enum { ALGORITHM, CREDENTIAL, DATE, EXPIRES, SIGNED_HEADERS, SIGNATURE, NAMES };

static const char *const names[NAMES] = {
    [ALGORITHM] = "X-Amz-Algorithm",
    [CREDENTIAL] = "X-Amz-Credential",
    [DATE] = "X-Amz-Date",
    [EXPIRES] = "X-Amz-Expires",
    [SIGNED_HEADERS] = "X-Amz-SignedHeaders",
    [SIGNATURE] = "X-Amz-Signature",
};

/* NAMES for a parameter that is not about the signature. */
static size_t
name_of(struct span pair, struct span *value)
{
    struct span name = pair;
    *value = (struct span){ NULL, 0 };
    (void)span_cut(pair, '=', &name, value);
    size_t i = 0;
    while (i < NAMES && !span_equal_text(name, names[i]))
        i++;
    return i;
}

/* The decoded values are put behind each other into *text, which has room
 * for all, so that what is borrowed from it stays. */
static enum status
read_values(struct span query, struct buf *text, struct span values[NAMES])
{
    enum status st = buf_reserve(text, query.len);
    size_t count = 0;
    struct span pair, value;
    while (st == STATUS_OK && sigv4_next(&query, '&', &pair)) {
        if (++count > SIGV4_QUERY_MAX)
            return STATUS_TOO_LARGE;
        size_t name = name_of(pair, &value);
        if (name == NAMES)
            continue;
        if (values[name].ptr != NULL)
            return STATUS_EXISTS;
        size_t start = text->len;
        st = sigv4_uri_decode(value, text);
        values[name] = span_of(text->ptr + start, text->len - start);
    }
    return st;
}

static enum status
read_authorization(
    const struct span values[NAMES], struct sigv4_authorization *out)
{
    if (!span_equal_text(values[ALGORITHM], SIGV4_ALGORITHM))
        return STATUS_UNSUPPORTED;
    if (values[CREDENTIAL].ptr == NULL || values[DATE].ptr == NULL ||
        values[SIGNED_HEADERS].ptr == NULL || values[SIGNATURE].ptr == NULL)
        return STATUS_NOT_FOUND;
    *out = (struct sigv4_authorization){
        .signed_headers = values[SIGNED_HEADERS],
        .signature_hex = values[SIGNATURE],
        .in_query = true,
        .expires = values[EXPIRES],
    };
    if (out->signature_hex.len == 0)
        return STATUS_INVALID;
    enum status st = sigv4_parse_credential(
        values[CREDENTIAL], &out->access_key_id, &out->scope);
    return st == STATUS_OK ? sigv4_check_names(out->signed_headers) : st;
}

enum status
sigv4_parse_query(struct span query, struct buf *decoded,
    struct sigv4_authorization *out, struct span *amz_date)
{
    struct span values[NAMES] = { 0 };
    struct sigv4_authorization parsed;
    struct buf text = { 0 };
    if (query.len > SIGV4_AUTHORIZATION_MAX)
        return STATUS_TOO_LARGE;
    enum status st = read_values(query, &text, values);
    if (st == STATUS_OK)
        st = read_authorization(values, &parsed);
    if (st == STATUS_OK) {
        buf_take(decoded, &text);
        *out = parsed;
        *amz_date = values[DATE];
    }
    buf_reset(&text);
    return st;
}

enum status
sigv4_unsigned_query(struct span query, struct buf *out)
{
    enum status st = STATUS_OK;
    struct span pair, value;
    while (st == STATUS_OK && sigv4_next(&query, '&', &pair)) {
        if (name_of(pair, &value) == SIGNATURE)
            continue;
        st = buf_append(out, pair);
        if (st == STATUS_OK)
            st = buf_append_byte(out, '&');
    }
    return st;
}
