/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A request as text: "METHOD TARGET\n", then lines "Name:value". No request
 * verifies under a secret that did not sign it; what sigv4_sign signs does.
 */
#include "aws/sigv4.h"
#include "fuzz/fuzz.h"

#include <strings.h>

#define EMPTY_SHA256                                                           \
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

struct input {
    struct sigv4_request wire;
    struct sigv4_header headers[SIGV4_HEADERS_MAX + 1]; /* one too many */
    struct span authorization, amz_date;
};

/* As sigv4_sign looks for it: the first, in any case. */
static bool
is_first_date(const struct input *in, struct span name)
{
    const struct span date = SPAN_LITERAL("x-amz-date");
    return in->amz_date.ptr == NULL && name.len == date.len &&
           strncasecmp(
               (const char *)name.ptr, (const char *)date.ptr, date.len) == 0;
}

static void
read_header(struct input *in, struct span line)
{
    struct sigv4_header *header = &in->headers[in->wire.header_count];
    header->name = line;
    header->value = (struct span){ NULL, 0 };
    (void)span_cut(line, ':', &header->name, &header->value);
    if (span_equal_text(header->name, "Authorization"))
        in->authorization = header->value;
    if (is_first_date(in, header->name))
        in->amz_date = span_trim(header->value);
    in->wire.header_count++;
}

static void
read_input(struct input *in, struct span text)
{
    struct span line = text;
    *in = (struct input){ 0 };
    in->wire.headers = in->headers;
    in->wire.payload_sha256_hex = SPAN_LITERAL(EMPTY_SHA256);
    in->wire.normalize_path = text.len % 2 == 0;
    (void)span_cut(text, '\n', &line, &text);
    (void)span_cut(line, ' ', &in->wire.method, &line);
    in->wire.path = line;
    (void)span_cut(line, '?', &in->wire.path, &in->wire.query);
    while (in->wire.header_count < ARRAY_LEN(in->headers) &&
           span_cut(text, '\n', &line, &text))
        read_header(in, line);
}

/* The texts that AWS quotes are there exactly when it quotes them. */
static void
check_refused(const struct input *in,
    const struct sigv4_authorization *authorization, struct span amz_date)
{
    struct buf canonical = { 0 }, text = { 0 };
    enum status st = sigv4_verify(&in->wire, authorization, amz_date,
        SPAN_LITERAL("never used to sign"), NULL, &canonical, &text);
    FUZZ_CHECK(st != STATUS_OK);
    FUZZ_CHECK((st == STATUS_AUTHENTIC) == (canonical.len > 0));
    FUZZ_CHECK((st == STATUS_AUTHENTIC) == (text.len > 0));
    buf_reset(&canonical);
    buf_reset(&text);
}

static void
check_header(const struct input *in)
{
    struct sigv4_authorization authorization;
    if (sigv4_parse_authorization(in->authorization, &authorization) !=
        STATUS_OK)
        return;
    FUZZ_CHECK(sigv4_parts_found(in->authorization) == 7);
    FUZZ_CHECK(authorization.scope.date.len == 8);
    check_refused(in, &authorization, in->amz_date);
}

static void
check_query(const struct input *in)
{
    struct sigv4_authorization authorization;
    struct buf decoded = { 0 };
    struct span amz_date;
    if (sigv4_parse_query(
            in->wire.query, &decoded, &authorization, &amz_date) == STATUS_OK)
        check_refused(in, &authorization, amz_date);
    buf_reset(&decoded);
}

static void
check_own_signature(const struct input *in)
{
    struct buf text = { 0 };
    struct sigv4_authorization authorization;
    struct sigv4_credentials credentials = { SPAN_LITERAL("AKID"),
        SPAN_LITERAL("secret"), { NULL, 0 } };
    enum status st = sigv4_sign(&in->wire, &credentials, SPAN_LITERAL("here"),
        SPAN_LITERAL("kms"), NULL, &text);
    if (st == STATUS_OK)
        st = sigv4_parse_authorization(buf_span(&text), &authorization);
    if (st == STATUS_OK)
        FUZZ_CHECK(
            sigv4_verify(&in->wire, &authorization, in->amz_date,
                credentials.secret_access_key, NULL, NULL, NULL) == STATUS_OK);
    buf_reset(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct input in;
    read_input(&in, span_of(bytes, len));
    check_header(&in);
    check_query(&in);
    check_own_signature(&in);
    return 0;
}
