/* SPDX-License-Identifier: Apache-2.0 */
#include "http/kms.h"

#include "aws/sigv4.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "http/http.h"

/* What a signed request is made of; the headers point into the bufs. */
struct signed_request {
    struct buf url, host, date, target, payload_hash, authorization;
};

enum { SIGNED_HEADERS = 4 };

static void
signed_request_reset(struct signed_request *r)
{
    buf_reset(&r->url);
    buf_reset(&r->host);
    buf_reset(&r->date);
    buf_reset(&r->target);
    buf_reset(&r->payload_hash);
    buf_reset(&r->authorization);
}

/* "http://127.0.0.1:8080/x" has the host "127.0.0.1:8080". */
static struct span
host_of(struct span url)
{
    struct span host = url, rest;
    size_t at;

    if (span_search(url, SPAN_LITERAL("://"), &at))
        host = span_skip(url, at + 3);
    if (span_cut(host, '/', &host, &rest))
        return host;
    return host;
}

static enum status
fill(const struct kms_account *account, const char *operation, struct span body,
    struct signed_request *r)
{
    struct clock clock = clock_wall();
    enum status status = buf_printf(&r->url, "%s/", account->endpoint);

    if (status == STATUS_OK)
        status = buf_append(&r->host, host_of(span_text(account->endpoint)));
    if (status == STATUS_OK)
        status = clock_format_amz(clock_ms(&clock), &r->date);
    if (status == STATUS_OK)
        status = buf_printf(&r->target, "TrentService.%s", operation);
    if (status == STATUS_OK)
        status = sigv4_payload_hash(body, &r->payload_hash);
    return status;
}

static enum status
sign(const struct kms_account *account, struct signed_request *r,
    const struct http_header headers[SIGNED_HEADERS])
{
    struct sigv4_header signed_headers[SIGNED_HEADERS];
    struct sigv4_request request = { .method = SPAN_LITERAL("POST"),
        .path = SPAN_LITERAL("/"),
        .headers = signed_headers,
        .header_count = SIGNED_HEADERS,
        .payload_sha256_hex = buf_span(&r->payload_hash),
        .normalize_path = true };
    struct sigv4_credentials credentials = { .access_key_id = span_text(
                                                 account->access_key_id),
        .secret_access_key = span_text(account->secret_access_key) };

    for (size_t i = 0; i < SIGNED_HEADERS; i++)
        signed_headers[i] = (struct sigv4_header){ span_text(headers[i].name),
            headers[i].value };
    return sigv4_sign(&request, &credentials, span_text(account->region),
        SPAN_LITERAL("kms"), NULL, &r->authorization);
}

static enum status
sign_and_send(const struct kms_account *account, struct signed_request *r,
    struct span body, struct http_answer *answer, struct buf *problem)
{
    struct http_header headers[SIGNED_HEADERS + 1] = {
        { "Content-Type", SPAN_LITERAL("application/x-amz-json-1.1") },
        { "Host", buf_span(&r->host) },
        { "X-Amz-Date", buf_span(&r->date) },
        { "X-Amz-Target", buf_span(&r->target) },
    };
    struct http_request request = { .url = buf_text(&r->url),
        .headers = headers,
        .header_count = ARRAY_LEN(headers),
        .body = body };
    enum status status = sign(account, r, headers);

    if (status != STATUS_OK)
        return status;
    headers[SIGNED_HEADERS] =
        (struct http_header){ "Authorization", buf_span(&r->authorization) };
    return http_send(&request, answer, problem);
}

/* The words of an error answer: "__type: message". */
static void
explain_refusal(
    const char *operation, const struct http_answer *answer, struct buf *out)
{
    struct json_doc *doc = NULL;
    const struct json *root = NULL;
    struct span type, message;

    if (out == NULL)
        return;
    if (json_parse(buf_span(&answer->body), &doc, NULL) == STATUS_OK)
        root = json_root(doc);
    type = json_get_string(json_member(root, "__type"));
    message = json_get_string(json_member(root, "message"));
    if (message.len == 0)
        message = json_get_string(json_member(root, "Message"));
    buf_say(out, "%s was refused with status %u: %.*s: %.*s", operation,
        answer->status, SPAN_ARG(type), SPAN_ARG(message));
    json_doc_free(doc);
}

enum status
kms_call(const struct kms_account *account, const char *operation,
    struct span body, struct buf *answer, struct buf *problem)
{
    struct signed_request r = { 0 };
    struct http_answer reply = { 0 };
    enum status status = fill(account, operation, body, &r);

    if (status == STATUS_OK)
        status = sign_and_send(account, &r, body, &reply, problem);
    if (status == STATUS_OK && reply.status != 200) {
        explain_refusal(operation, &reply, problem);
        status = STATUS_DENIED;
    } else if (status == STATUS_OK) {
        status = buf_append(answer, buf_span(&reply.body));
    }
    http_answer_reset(&reply);
    signed_request_reset(&r);
    return status;
}

static enum status
take_arn(struct span answer, struct buf *arn, struct buf *problem)
{
    struct json_doc *doc = NULL;
    struct span found = { NULL, 0 };
    enum status status = json_parse(answer, &doc, NULL);

    if (status == STATUS_OK)
        found = json_get_string(
            json_member(json_member(json_root(doc), "KeyMetadata"), "Arn"));
    if (status == STATUS_OK && found.len == 0)
        status = STATUS_INVALID;
    if (status == STATUS_OK)
        status = buf_append(arn, found);
    else if (problem != NULL)
        buf_say(problem, "the answer of KMS names no key");
    json_doc_free(doc);
    return status;
}

/* A call with one text field. */
static enum status
call_with(const struct kms_account *account, const char *operation,
    const char *field, const char *value, struct buf *answer,
    struct buf *problem)
{
    struct buf body = { 0 };
    struct json_writer w = json_writer_to(&body);
    enum status status;

    json_write_object_begin(&w);
    json_write_key_text(&w, field, value);
    json_write_object_end(&w);
    status = json_writer_end(&w);
    if (status == STATUS_OK)
        status = kms_call(account, operation, buf_span(&body), answer, problem);
    buf_reset(&body);
    return status;
}

/* The same, where the answer describes a key. */
static enum status
call_for_key(const struct kms_account *account, const char *operation,
    const char *field, const char *value, struct buf *arn, struct buf *problem)
{
    struct buf answer = { 0 };
    enum status status =
        call_with(account, operation, field, value, &answer, problem);

    if (status == STATUS_OK)
        status = take_arn(buf_span(&answer), arn, problem);
    buf_reset(&answer);
    return status;
}

enum status
kms_call_on_key(const struct kms_account *account, const char *operation,
    const char *key, struct buf *answer, struct buf *problem)
{
    return call_with(account, operation, "KeyId", key, answer, problem);
}

enum status
kms_create_key(const struct kms_account *account, const char *description,
    struct buf *arn, struct buf *problem)
{
    return call_for_key(
        account, "CreateKey", "Description", description, arn, problem);
}

enum status
kms_find_key(const struct kms_account *account, const char *key,
    struct buf *arn, struct buf *problem)
{
    return call_for_key(account, "DescribeKey", "KeyId", key, arn, problem);
}

static enum status
create_alias(const struct kms_account *account, const char *alias,
    struct span key, struct buf *problem)
{
    struct buf body = { 0 }, answer = { 0 };
    struct json_writer w = json_writer_to(&body);
    enum status status;

    json_write_object_begin(&w);
    json_write_key_text(&w, "AliasName", alias);
    json_write_key_string(&w, "TargetKeyId", key);
    json_write_object_end(&w);
    status = json_writer_end(&w);
    if (status == STATUS_OK)
        status =
            kms_call(account, "CreateAlias", buf_span(&body), &answer, problem);
    buf_reset(&answer);
    buf_reset(&body);
    return status;
}

enum status
kms_ensure_alias(const struct kms_account *account, const char *alias,
    struct buf *arn, struct buf *problem)
{
    struct buf made = { 0 }, words = { 0 };
    enum status status = kms_find_key(account, alias, arn, &words);

    if (status != STATUS_DENIED) {
        buf_say(problem, "%s", buf_text(&words));
        goto out;
    }
    status = kms_create_key(account, alias, &made, problem);
    if (status == STATUS_OK)
        status = create_alias(account, alias, buf_span(&made), problem);
    if (status == STATUS_OK)
        status = buf_append(arn, buf_span(&made));
out:
    buf_reset(&words);
    buf_reset(&made);
    return status;
}
