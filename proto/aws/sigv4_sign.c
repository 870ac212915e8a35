/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/sigv4_internal.h"

#include <openssl/crypto.h>
#include <stdlib.h>

/* The value of the first header of that name; empty where there is none. */
static struct span
find_header(const struct sigv4_request *request, const char *name)
{
    for (size_t i = 0; i < request->header_count; i++)
        if (sigv4_same_name(request->headers[i].name, span_text(name)))
            return span_trim(request->headers[i].value);
    return (struct span){ NULL, 0 };
}

static bool
is_ready_to_sign(const struct sigv4_request *request,
    const struct sigv4_credentials *credentials)
{
    return find_header(request, "host").len > 0 &&
           find_header(request, "x-amz-date").len == SIGV4_AMZ_DATE_LEN &&
           span_equal(find_header(request, "x-amz-security-token"),
               credentials->session_token);
}

static int
compare_names(const void *left, const void *right)
{
    const struct span *a = left, *b = right;
    return span_compare(*a, *b);
}

/* Fills *text with the names in lower case, which names[] borrows. */
static enum status
lower_names(
    const struct sigv4_request *request, struct buf *text, struct span *names)
{
    size_t len = 0;
    for (size_t i = 0; i < request->header_count; i++)
        len += request->headers[i].name.len;
    uint8_t *to;
    enum status st = buf_extend(text, len, &to);
    if (st != STATUS_OK)
        return st;
    for (size_t i = 0; i < request->header_count; i++) {
        struct span name = request->headers[i].name;
        names[i] = span_of(to, name.len);
        for (size_t k = 0; k < name.len; k++) {
            uint8_t c = name.ptr[k];
            *to++ = c >= 'A' && c <= 'Z' ? c | 0x20 : c;
        }
    }
    return STATUS_OK;
}

/* Appends all names of headers, sorted, each once, with ';' between. */
static enum status
append_signed_headers(const struct sigv4_request *request, struct buf *out)
{
    struct span names[SIGV4_HEADERS_MAX];
    struct buf text = { 0 };
    if (request->header_count > SIGV4_HEADERS_MAX)
        return STATUS_TOO_LARGE;
    enum status st = lower_names(request, &text, names);
    if (st == STATUS_OK)
        qsort(names, request->header_count, sizeof(names[0]), compare_names);
    for (size_t i = 0; i < request->header_count && st == STATUS_OK; i++) {
        if (i > 0 && span_equal(names[i - 1], names[i]))
            continue;
        if (i > 0)
            st = buf_append_byte(out, ';');
        if (st == STATUS_OK)
            st = buf_append(out, names[i]);
    }
    buf_reset(&text);
    return st;
}

static enum status
append_authorization(struct span access_key_id, const struct sigv4_scope *scope,
    struct span signed_headers, struct span signature, struct buf *out)
{
    return buf_printf(out,
        SIGV4_ALGORITHM " Credential=%.*s/%.*s/%.*s/%.*s/" SIGV4_TERMINATOR
                        ", SignedHeaders=%.*s, Signature=%.*s",
        SPAN_ARG(access_key_id), SPAN_ARG(scope->date), SPAN_ARG(scope->region),
        SPAN_ARG(scope->service), SPAN_ARG(signed_headers),
        SPAN_ARG(signature));
}

enum status
sigv4_sign(const struct sigv4_request *request,
    const struct sigv4_credentials *credentials, struct span region,
    struct span service, struct sigv4_key_cache *cache,
    struct buf *authorization)
{
    struct buf names = { 0 }, canonical = { 0 }, text = { 0 };
    struct buf signature = { 0 };
    uint8_t key[SIGV4_MAC_LEN];
    if (!is_ready_to_sign(request, credentials))
        return STATUS_INVALID;
    struct span amz_date = find_header(request, "x-amz-date");
    struct sigv4_scope scope = { span_first(amz_date, SIGV4_SCOPE_DATE_LEN),
        region, service };
    enum status st = append_signed_headers(request, &names);
    if (st == STATUS_OK)
        st = sigv4_canonical_request(request, buf_span(&names), &canonical);
    if (st == STATUS_OK)
        st =
            sigv4_string_to_sign(buf_span(&canonical), amz_date, &scope, &text);
    if (st == STATUS_OK)
        st = sigv4_key_cache_get(cache, credentials->access_key_id,
            credentials->secret_access_key, &scope, key);
    if (st == STATUS_OK)
        st = sigv4_signature(key, buf_span(&text), &signature);
    if (st == STATUS_OK)
        st = append_authorization(credentials->access_key_id, &scope,
            buf_span(&names), buf_span(&signature), authorization);
    OPENSSL_cleanse(key, sizeof(key));
    buf_reset(&names);
    buf_reset(&canonical);
    buf_reset(&text);
    buf_reset(&signature);
    return st;
}
