/* SPDX-License-Identifier: Apache-2.0 */
#include "credentials/sso_token.h"

#include "base/clock.h"
#include "base/encode.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "credentials/timestamp.h"

#include <openssl/evp.h>
#include <stdlib.h>

/* The texts of the file, by name. */
struct field {
    const char *name;
    struct buf *text;
};
enum { FIELDS = 7 };

static void
list_fields(struct sso_token *token, struct field out[FIELDS])
{
    const struct field fields[FIELDS] = {
        { "startUrl", &token->start_url },
        { "region", &token->region },
        { "accessToken", &token->access_token },
        { "clientId", &token->client_id },
        { "clientSecret", &token->client_secret },
        { "registrationExpiresAt", &token->registration_expires_at },
        { "refreshToken", &token->refresh_token },
    };
    memcpy(out, fields, sizeof(fields));
}

void
sso_token_reset(struct sso_token *token)
{
    struct field fields[FIELDS];
    list_fields(token, fields);
    for (size_t i = 0; i < FIELDS; i++)
        buf_reset(fields[i].text);
    token->expires_ms = 0;
}

enum status
sso_token_path(struct span name, struct buf *path)
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    const char *home = getenv("HOME");
    if (home == NULL || home[0] == 0)
        return STATUS_NOT_FOUND;
    if (EVP_Digest(name.ptr, name.len, digest, &len, EVP_sha1(), NULL) != 1)
        return STATUS_CRYPTO;
    enum status st = buf_printf(path, "%s/.aws/sso/cache/", home);
    if (st == STATUS_OK)
        st = hex_encode(span_of(digest, len), path);
    if (st == STATUS_OK)
        st = buf_append_text(path, ".json");
    return st;
}

/* A header's value, or part of a JSON text. */
static bool
is_printable(struct span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < ' ' || text.ptr[i] >= 0x7f)
            return false;
    return true;
}

static enum status
read_fields(const struct json *root, struct sso_token *out)
{
    struct field fields[FIELDS];
    list_fields(out, fields);
    for (size_t i = 0; i < FIELDS; i++) {
        const struct json *node = json_member(root, fields[i].name);
        enum json_kind kind = json_kind(node);
        if (kind == JSON_KIND_ABSENT || kind == JSON_KIND_NULL)
            continue;
        if (kind != JSON_KIND_STRING || !is_printable(json_get_string(node)))
            return STATUS_INVALID;
        enum status st = buf_set(fields[i].text, json_get_string(node));
        if (st != STATUS_OK)
            return st;
    }
    return timestamp_parse(
        json_get_string(json_member(root, "expiresAt")), &out->expires_ms);
}

enum status
sso_token_read(struct span text, struct sso_token *out, struct buf *problem)
{
    struct json_doc *doc = NULL;
    enum status st = json_parse(text, &doc, NULL);
    if (st == STATUS_OK)
        st = read_fields(json_root(doc), out);
    if (st == STATUS_OK && out->access_token.len == 0)
        st = STATUS_INVALID;
    if (st == STATUS_INVALID)
        buf_say(problem, "it is no token of SSO: run aws sso login");
    json_doc_free(doc);
    return st;
}

enum status
sso_token_renew(struct span answer, int64_t now_ms, struct sso_token *token,
    struct buf *problem)
{
    enum { LIFE_MAX_S = 30 * 24 * 3600 };
    struct json_doc *doc = NULL;
    enum status st = json_parse_strict(answer, &doc, NULL);
    const struct json *root = st == STATUS_OK ? json_root(doc) : NULL;
    struct span access = json_get_string(json_member(root, "accessToken"));
    struct span refresh = json_get_string(json_member(root, "refreshToken"));
    int64_t life_s = json_get_int(json_member(root, "expiresIn"));
    if (access.len == 0 || life_s <= 0 || life_s > LIFE_MAX_S ||
        !is_printable(access) || !is_printable(refresh)) {
        buf_say(problem, "its answer is no token");
        st = STATUS_INVALID;
    }
    if (st == STATUS_OK)
        st = buf_set(&token->access_token, access);
    if (st == STATUS_OK && refresh.len > 0)
        st = buf_set(&token->refresh_token, refresh);
    if (st == STATUS_OK)
        token->expires_ms = now_ms + life_s * 1000;
    json_doc_free(doc);
    return st;
}

enum status
sso_token_write(const struct sso_token *token, struct buf *out)
{
    struct sso_token borrowed = *token;
    struct field fields[FIELDS];
    struct buf expires = { 0 };
    enum status st = clock_format_rfc3339(token->expires_ms, &expires);
    struct json_writer w = json_writer_to(out);
    list_fields(&borrowed, fields);
    json_write_object_begin(&w);
    for (size_t i = 0; i < FIELDS; i++)
        if (fields[i].text->len > 0)
            json_write_key_string(&w, fields[i].name, buf_span(fields[i].text));
    json_write_key_string(&w, "expiresAt", buf_span(&expires));
    json_write_object_end(&w);
    enum status written = json_writer_end(&w);
    buf_reset(&expires);
    return st == STATUS_OK ? written : st;
}
