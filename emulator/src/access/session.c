/* SPDX-License-Identifier: Apache-2.0 */
#include "access/session.h"

#include "aws/arn.h"
#include "aws/sigv4.h"
#include "base/encode.h"
#include "base/num.h"
#include "keys/seal.h"

#include <openssl/crypto.h>
#include <stdlib.h>

#define KEY_ID_PREFIX "ASIA"
#define ROLE_ID_PREFIX "AROA"

enum {
    SECRET_BYTES = 30, /* 40 characters of base64 */
    ROLE_ID_LETTERS = 17,
    LINES = 7,
};

static const char base32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

struct session_sealer {
    struct seal *seal;
    struct random random;
};

/* ---- roles ------------------------------------------------------------ */

static bool
is_name(struct span text)
{
    static const char marks[] = "_+=,.@-";
    for (size_t i = 0; i < text.len; i++) {
        char c = (char)text.ptr[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
            !(c >= '0' && c <= '9') && (c == '\0' || strchr(marks, c) == NULL))
            return false;
    }
    return text.len > 0 && text.len <= SESSION_NAME_MAX;
}

static bool
is_partition(struct span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!(text.ptr[i] >= 'a' && text.ptr[i] <= 'z') && text.ptr[i] != '-')
            return false;
    return text.len > 0 && text.len <= SESSION_PARTITION_MAX;
}

enum status
session_role_of(
    struct span role_arn, struct span name, struct session_role *out)
{
    struct arn arn;
    struct span head, role;
    if (arn_parse(role_arn, &arn) != STATUS_OK ||
        !span_equal_text(arn.service, "iam") || arn.region.len != 0 ||
        arn.account.len == 0 || !is_partition(arn.partition) ||
        !span_cut(arn.resource, '/', &head, &role) ||
        !span_equal_text(head, "role"))
        return STATUS_INVALID;
    while (span_cut(role, '/', &head, &role)) /* its path */
        continue;
    if (!is_name(role) || !is_name(name))
        return STATUS_INVALID;
    span_to_text(arn.partition, out->partition);
    span_to_text(arn.account, out->account);
    span_to_text(role, out->role);
    span_to_text(name, out->name);
    return STATUS_OK;
}

enum status
session_role_arn(const struct session_role *role, struct buf *out)
{
    return buf_printf(out, "arn:%s:sts::%s:assumed-role/%s/%s", role->partition,
        role->account, role->role, role->name);
}

enum status
session_role_id(const struct session_role *role, struct buf *out)
{
    struct buf named = { 0 }, hex = { 0 }, hash = { 0 };
    char id[ROLE_ID_LETTERS + 1] = { 0 };
    enum status st = buf_printf(&named, "%s/%s", role->account, role->role);
    if (st == STATUS_OK)
        st = sigv4_payload_hash(buf_span(&named), &hex);
    if (st == STATUS_OK)
        st = hex_decode(buf_span(&hex), &hash);
    if (st == STATUS_OK) {
        for (size_t i = 0; i < ROLE_ID_LETTERS; i++)
            id[i] = base32[hash.ptr[i] & 31];
        st = buf_printf(out, ROLE_ID_PREFIX "%s:%s", id, role->name);
    }
    buf_reset(&named);
    buf_reset(&hex);
    buf_reset(&hash);
    return st;
}

/* ---- sessions ---------------------------------------------------------- */

void
session_reset(struct session *session)
{
    OPENSSL_cleanse(session, sizeof(*session));
}

bool
session_is_key_id(struct span access_key_id)
{
    return access_key_id.len == SESSION_KEY_ID_LEN &&
           span_starts_with(access_key_id, SPAN_LITERAL(KEY_ID_PREFIX));
}

enum status
session_sealer_new(
    struct span root_key, struct random random, struct session_sealer **out)
{
    struct session_sealer *made = calloc(1, sizeof(*made));
    if (made == NULL)
        return STATUS_NO_MEMORY;
    enum status st = seal_new_for(root_key, "session tokens", &made->seal);
    if (st != STATUS_OK) {
        free(made);
        return st;
    }
    made->random = random;
    *out = made;
    return STATUS_OK;
}

void
session_sealer_free(struct session_sealer *sealer)
{
    if (sealer == NULL)
        return;
    seal_free(sealer->seal);
    free(sealer);
}

static enum status
draw(const struct random *random, struct session *out)
{
    uint8_t bytes[SESSION_KEY_ID_LEN + SECRET_BYTES];
    struct buf secret = { 0 };
    enum status st = random_fill(random, bytes, sizeof(bytes));
    if (st == STATUS_OK)
        st = base64_encode(
            span_of(bytes + SESSION_KEY_ID_LEN, SECRET_BYTES), &secret);
    if (st == STATUS_OK) {
        span_to_text(buf_span(&secret), out->secret);
        memcpy(out->access_key_id, KEY_ID_PREFIX, sizeof(KEY_ID_PREFIX));
        for (size_t i = strlen(KEY_ID_PREFIX); i < SESSION_KEY_ID_LEN; i++)
            out->access_key_id[i] = base32[bytes[i] & 31];
        out->access_key_id[SESSION_KEY_ID_LEN] = '\0';
    }
    OPENSSL_cleanse(bytes, sizeof(bytes));
    buf_reset(&secret);
    return st;
}

static const struct span bound[] = { SPAN_INIT("session token") };

enum status
session_make(struct session_sealer *sealer, const struct session_role *role,
    int64_t expires_ms, struct session *out, struct buf *token)
{
    struct buf lines = { 0 }, sealed = { 0 };
    struct session made = { .role = *role, .expires_ms = expires_ms };
    enum status st = draw(&sealer->random, &made);
    if (st == STATUS_OK)
        st = buf_printf(&lines, "%lld\n%s\n%s\n%s\n%s\n%s\n%s\n",
            (long long)expires_ms, made.access_key_id, made.secret,
            role->partition, role->account, role->role, role->name);
    if (st == STATUS_OK)
        st = seal_close(sealer->seal, &sealer->random, bound, ARRAY_LEN(bound),
            buf_span(&lines), &sealed);
    if (st == STATUS_OK)
        st = base64_encode(buf_span(&sealed), token);
    if (st == STATUS_OK)
        *out = made;
    buf_reset(&lines);
    buf_reset(&sealed);
    session_reset(&made);
    return st;
}

/* False for text that does not fit. */
static bool
put_text(struct span text, char *place, size_t size)
{
    if (text.len >= size)
        return false;
    span_to_text(text, place);
    return true;
}

static enum status
read_lines(struct span text, struct session *out)
{
    struct span lines[LINES];
    struct session read = { 0 };
    enum status st = STATUS_AUTHENTIC;
    for (size_t i = 0; i < LINES; i++)
        if (!span_cut(text, '\n', &lines[i], &text))
            return STATUS_AUTHENTIC;
    if (num_parse(lines[0], 0, INT64_MAX, &read.expires_ms) == STATUS_OK &&
        put_text(lines[1], read.access_key_id, sizeof(read.access_key_id)) &&
        put_text(lines[2], read.secret, sizeof(read.secret)) &&
        put_text(lines[3], read.role.partition, sizeof(read.role.partition)) &&
        put_text(lines[4], read.role.account, sizeof(read.role.account)) &&
        put_text(lines[5], read.role.role, sizeof(read.role.role)) &&
        put_text(lines[6], read.role.name, sizeof(read.role.name))) {
        *out = read;
        st = STATUS_OK;
    }
    session_reset(&read);
    return st;
}

enum status
session_open(
    struct session_sealer *sealer, struct span token, struct session *out)
{
    struct buf sealed = { 0 }, lines = { 0 };
    if (token.len > SESSION_TOKEN_MAX)
        return STATUS_AUTHENTIC;
    enum status st = base64_decode(token, &sealed);
    if (st == STATUS_OK)
        st = seal_open(
            sealer->seal, bound, ARRAY_LEN(bound), buf_span(&sealed), &lines);
    if (st == STATUS_OK)
        st = read_lines(buf_span(&lines), out);
    buf_reset(&sealed);
    buf_reset(&lines);
    return st == STATUS_INVALID || st == STATUS_CORRUPT || st == STATUS_VERSION
               ? STATUS_AUTHENTIC
               : st;
}
