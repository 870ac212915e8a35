/* SPDX-License-Identifier: Apache-2.0 */
#include "kms/signer.h"

#include "aws/arn.h"
#include "base/clock.h"
#include "credentials/credentials_set.h"
#include "kms/request.h"

#include <stdlib.h>

struct signer {
    struct endpoint endpoint;
    struct buf region;
    struct buf source_arn, source_account; /* both or neither */
    struct sigv4_key_cache *keys;
};

void
signer_free(struct signer *signer)
{
    if (signer == NULL)
        return;
    endpoint_reset(&signer->endpoint);
    buf_reset(&signer->region);
    buf_reset(&signer->source_arn);
    buf_reset(&signer->source_account);
    sigv4_key_cache_free(signer->keys);
    free(signer);
}

const struct endpoint *
signer_endpoint(const struct signer *signer)
{
    return &signer->endpoint;
}

bool
kms_region_is_valid(struct span region)
{
    return credentials_is_region(region);
}

bool
kms_endpoint_is_valid(struct span url)
{
    struct endpoint endpoint = { .direct = false };
    enum status st = endpoint_init(&endpoint, url, SPAN_LITERAL("us-east-1"));
    endpoint_reset(&endpoint);
    return st != STATUS_INVALID;
}

bool
kms_source_arn_is_valid(struct span text)
{
    struct arn arn;
    if (arn_parse(text, &arn) != STATUS_OK || arn.account.len == 0)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] <= ' ' || text.ptr[i] >= 0x7f)
            return false;
    return true;
}

static enum status
take_source_arn(struct signer *signer, struct span text)
{
    struct arn arn;
    if (text.len == 0)
        return STATUS_OK;
    if (!kms_source_arn_is_valid(text))
        return STATUS_INVALID;
    enum status st = arn_parse(text, &arn);
    if (st == STATUS_OK)
        st = buf_append(&signer->source_arn, text);
    if (st == STATUS_OK)
        st = buf_append(&signer->source_account, arn.account);
    return st;
}

enum status
signer_new(const struct kms_options *options, struct signer **out)
{
    if (!credentials_is_region(options->region))
        return STATUS_INVALID;
    struct signer *signer = calloc(1, sizeof(*signer));
    if (signer == NULL)
        return STATUS_NO_MEMORY;
    enum status st =
        endpoint_init(&signer->endpoint, options->endpoint, options->region);
    if (st == STATUS_OK)
        st = buf_append(&signer->region, options->region);
    if (st == STATUS_OK)
        st = take_source_arn(signer, options->source_arn);
    if (st == STATUS_OK)
        st = sigv4_key_cache_new(&signer->keys);
    if (st != STATUS_OK) {
        signer_free(signer);
        return st;
    }
    *out = signer;
    return STATUS_OK;
}

/* The headers that are signed, and what they borrow from. */
struct parts {
    struct buf date, hash, authorization;
    struct sigv4_header headers[SIGNER_LINES];
    size_t count;
};

static void
parts_reset(struct parts *parts)
{
    buf_reset(&parts->date);
    buf_reset(&parts->hash);
    buf_reset(&parts->authorization);
}

/* An empty value is no header. */
static void
add_header(struct parts *parts, const char *name, struct span value)
{
    if (value.len > 0)
        parts->headers[parts->count++] =
            (struct sigv4_header){ span_text(name), value };
}

static enum status
sign_parts(struct signer *signer, const struct signer_input *input,
    struct parts *parts)
{
    enum status st = clock_format_amz(input->now_ms, &parts->date);
    if (st == STATUS_OK)
        st = sigv4_payload_hash(input->body, &parts->hash);
    if (st != STATUS_OK)
        return st;
    add_header(parts, "Host", buf_span(&signer->endpoint.host));
    add_header(
        parts, "Content-Type", SPAN_LITERAL("application/x-amz-json-1.1"));
    add_header(parts, "X-Amz-Date", buf_span(&parts->date));
    add_header(
        parts, "X-Amz-Target", span_text(request_target(input->operation)));
    add_header(parts, "X-Amz-Security-Token",
        buf_span(&input->credentials->session_token));
    add_header(parts, "X-Amz-Source-Arn", buf_span(&signer->source_arn));
    add_header(
        parts, "X-Amz-Source-Account", buf_span(&signer->source_account));
    const struct sigv4_request request = {
        .method = SPAN_LITERAL("POST"),
        .path = buf_span(&signer->endpoint.path),
        .headers = parts->headers,
        .header_count = parts->count,
        .payload_sha256_hex = buf_span(&parts->hash),
        .normalize_path = true,
    };
    const struct sigv4_credentials view =
        credentials_set_view(input->credentials);
    st = sigv4_sign(&request, &view, buf_span(&signer->region),
        SPAN_LITERAL("kms"), signer->keys, &parts->authorization);
    if (st == STATUS_OK)
        add_header(parts, "Authorization", buf_span(&parts->authorization));
    return st;
}

/* An empty value stops libcurl from sending a header of that name. */
static enum status
add_line(struct signed_header *out, struct span name, struct span value)
{
    out->starts[out->count] = out->text.len;
    enum status st = buf_append(&out->text, name);
    if (st == STATUS_OK)
        st = buf_append_text(&out->text, value.len > 0 ? ": " : ":");
    if (st == STATUS_OK)
        st = buf_append(&out->text, value);
    if (st == STATUS_OK)
        st = buf_append_byte(&out->text, 0);
    if (st == STATUS_OK)
        out->count++;
    return st;
}

/* Only when all text is there: it does not move any more. */
static void
link_lines(struct signed_header *out)
{
    for (size_t i = 0; i < out->count; i++) {
        out->lines[i].data = (char *)out->text.ptr + out->starts[i];
        out->lines[i].next = i + 1 < out->count ? &out->lines[i + 1] : NULL;
    }
}

static enum status
write_lines(const struct parts *parts, struct signed_header *out)
{
    enum status st = STATUS_OK;
    buf_clear(&out->text);
    out->count = 0;
    for (size_t i = 0; i < parts->count && st == STATUS_OK; i++)
        st = add_line(out, parts->headers[i].name, parts->headers[i].value);
    if (st == STATUS_OK)
        st = add_line(out, SPAN_LITERAL("Accept"), (struct span){ NULL, 0 });
    if (st == STATUS_OK)
        st = add_line(out, SPAN_LITERAL("Expect"), (struct span){ NULL, 0 });
    if (st == STATUS_OK)
        link_lines(out);
    return st;
}

enum status
signer_sign(struct signer *signer, const struct signer_input *input,
    struct signed_header *out)
{
    struct parts parts = { 0 };
    enum status st = sign_parts(signer, input, &parts);
    if (st == STATUS_OK)
        st = write_lines(&parts, out);
    parts_reset(&parts);
    return st;
}

void
signed_header_reset(struct signed_header *header)
{
    buf_reset(&header->text);
}
