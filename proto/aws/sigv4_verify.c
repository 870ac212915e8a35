/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/sigv4_internal.h"

#include <openssl/crypto.h>

static bool
signs_host(struct span signed_headers)
{
    struct span name;
    while (sigv4_next(&signed_headers, ';', &name))
        if (span_equal_text(name, "host"))
            return true;
    return false;
}

/* The canonical request of what was signed: a presigned URL signs all of its
 * query but the signature. */
static enum status
append_canonical(const struct sigv4_request *request,
    const struct sigv4_authorization *authorization, struct buf *out)
{
    if (!authorization->in_query)
        return sigv4_canonical_request(
            request, authorization->signed_headers, out);
    struct buf query = { 0 };
    enum status st = sigv4_unsigned_query(request->query, &query);
    struct sigv4_request signed_part = *request;
    signed_part.query = buf_span(&query);
    if (st == STATUS_OK)
        st = sigv4_canonical_request(
            &signed_part, authorization->signed_headers, out);
    buf_reset(&query);
    return st;
}

static enum status
check_signature(const struct sigv4_authorization *authorization,
    struct span string_to_sign, struct span secret_access_key,
    struct sigv4_key_cache *cache)
{
    uint8_t key[SIGV4_MAC_LEN];
    struct buf expected = { 0 };
    enum status st = sigv4_key_cache_get(cache, authorization->access_key_id,
        secret_access_key, &authorization->scope, key);
    if (st == STATUS_OK)
        st = sigv4_signature(key, string_to_sign, &expected);
    if (st == STATUS_OK &&
        !span_equal_secret(buf_span(&expected), authorization->signature_hex))
        st = STATUS_AUTHENTIC;
    OPENSSL_cleanse(key, sizeof(key));
    buf_reset(&expected);
    return st;
}

static void
hand_over(struct buf *to, struct buf *from)
{
    if (to != NULL)
        buf_take(to, from);
}

enum status
sigv4_verify(const struct sigv4_request *request,
    const struct sigv4_authorization *authorization, struct span amz_date,
    struct span secret_access_key, struct sigv4_key_cache *cache,
    struct buf *canonical, struct buf *string_to_sign)
{
    struct buf text = { 0 }, to_sign = { 0 };
    const struct sigv4_scope *scope = &authorization->scope;
    if (!signs_host(authorization->signed_headers))
        return STATUS_DENIED;
    if (!span_equal(span_first(amz_date, SIGV4_SCOPE_DATE_LEN), scope->date))
        return STATUS_CONFLICT;
    enum status st = append_canonical(request, authorization, &text);
    if (st == STATUS_OK)
        st = sigv4_string_to_sign(buf_span(&text), amz_date, scope, &to_sign);
    if (st == STATUS_OK)
        st = check_signature(
            authorization, buf_span(&to_sign), secret_access_key, cache);
    if (st == STATUS_OK || st == STATUS_AUTHENTIC) {
        hand_over(canonical, &text);
        hand_over(string_to_sign, &to_sign);
    }
    buf_reset(&text);
    buf_reset(&to_sign);
    return st;
}
