/* SPDX-License-Identifier: Apache-2.0 */
#include "access/jwt.h"

#include "base/encode.h"
#include "base/json.h"

#define NO_JWT                                                                  \
    "The ID Token provided is not a valid JWT. (You may see this error if you " \
    "sent an Access Token)"

void
jwt_reset(struct jwt *jwt)
{
    buf_reset(&jwt->issuer);
    buf_reset(&jwt->subject);
    buf_reset(&jwt->audience);
    *jwt = (struct jwt){ 0 };
}

/* Base64 in the alphabet of URLs, without padding (RFC 7515, section 2). */
static enum status
decode_part(struct span text, struct buf *out)
{
    struct buf standard = { 0 };
    enum status st = STATUS_OK;
    for (size_t i = 0; i < text.len && st == STATUS_OK; i++) {
        uint8_t c = text.ptr[i];
        if (c == '+' || c == '/' || c == '=')
            st = STATUS_INVALID;
        else
            st = buf_append_byte(
                &standard, c == '-' ? '+' : (c == '_' ? '/' : c));
    }
    while (st == STATUS_OK && standard.len % 4 != 0)
        st = buf_append_byte(&standard, '=');
    if (st == STATUS_OK)
        st = base64_decode(buf_span(&standard), out);
    buf_reset(&standard);
    return st;
}

/* A part that is a JSON object. */
static enum status
parse_part(struct span text, struct json_doc **doc)
{
    struct buf json = { 0 };
    struct json_doc *read = NULL;
    enum status st = decode_part(text, &json);
    if (st == STATUS_OK)
        st = json_parse_strict(buf_span(&json), &read, NULL);
    if (st == STATUS_OK && json_kind(json_root(read)) != JSON_KIND_OBJECT)
        st = STATUS_INVALID;
    buf_reset(&json);
    if (st == STATUS_OK)
        *doc = read;
    else
        json_doc_free(read);
    return st == STATUS_EXISTS ? STATUS_INVALID : st;
}

/* Whether a header says that its token is signed. */
static enum status
check_header(struct span text)
{
    struct json_doc *doc = NULL;
    enum status st = parse_part(text, &doc);
    if (st != STATUS_OK)
        return st;
    struct span algorithm = json_get_string(json_member(json_root(doc), "alg"));
    if (algorithm.len == 0 || span_equal_text(algorithm, "none"))
        st = STATUS_INVALID;
    json_doc_free(doc);
    return st;
}

static enum status
check_signature(struct span text)
{
    struct buf bytes = { 0 };
    enum status st = decode_part(text, &bytes);
    if (st == STATUS_OK && bytes.len == 0)
        st = STATUS_INVALID;
    buf_reset(&bytes);
    return st;
}

static enum status
missing(const char *claim, struct buf *problem)
{
    buf_say(problem, "Missing a required claim: %s", claim);
    return STATUS_INVALID;
}

static enum status
read_text(const struct json *claims, const char *name, struct buf *out,
    struct buf *problem)
{
    const struct json *claim = json_member(claims, name);
    if (json_kind(claim) == JSON_KIND_ARRAY && json_count(claim) > 0)
        claim = json_at(claim, 0);
    struct span text = json_get_string(claim);
    return text.len > 0 ? buf_set(out, text) : missing(name, problem);
}

static enum status
read_claims(const struct json *claims, struct jwt *out, struct buf *problem)
{
    const struct json *expires = json_member(claims, "exp");
    enum json_kind kind = json_kind(expires);
    double seconds = json_get_number(expires);
    enum status st = read_text(claims, "iss", &out->issuer, problem);
    if (st == STATUS_OK)
        st = read_text(claims, "sub", &out->subject, problem);
    if (st == STATUS_OK)
        st = read_text(claims, "aud", &out->audience, problem);
    if (st != STATUS_OK)
        return st;
    if ((kind != JSON_KIND_INT && kind != JSON_KIND_REAL) || seconds < 0 ||
        seconds > 1e12)
        return missing("exp", problem);
    out->expires_s = (int64_t)seconds;
    return STATUS_OK;
}

enum status
jwt_read(struct span token, struct jwt *out, struct buf *problem)
{
    struct span header, claims, signature;
    struct json_doc *doc = NULL;
    struct jwt read = { 0 };
    enum status st = STATUS_INVALID;
    if (token.len <= JWT_MAX && span_cut(token, '.', &header, &claims) &&
        span_cut(claims, '.', &claims, &signature))
        st = check_header(header);
    if (st == STATUS_OK)
        st = check_signature(signature);
    if (st == STATUS_OK)
        st = parse_part(claims, &doc);
    if (st == STATUS_INVALID)
        buf_say(problem, "%s", NO_JWT);
    if (st == STATUS_OK)
        st = read_claims(json_root(doc), &read, problem);
    json_doc_free(doc);
    if (st == STATUS_OK)
        *out = read;
    else
        jwt_reset(&read);
    return st;
}
