/* SPDX-License-Identifier: Apache-2.0 */
#include "support_sigv4.h"

#include "base/file.h"
#include "test/check.h"

void
vector_request_add(
    struct vector_request *request, const char *name, struct span value)
{
    assert_true(request->wire.header_count < SIGV4_HEADERS_MAX);
    request->headers[request->wire.header_count++] =
        (struct sigv4_header){ span_text(name), value };
}

/* A line that starts with a blank goes on with the value before it. */
static void
add_line(struct vector_request *request, struct span line)
{
    if (line.ptr[0] == ' ') {
        struct sigv4_header *last =
            &request->headers[request->wire.header_count - 1];
        last->value.len = (size_t)(line.ptr + line.len - last->value.ptr);
        return;
    }
    struct sigv4_header *header =
        &request->headers[request->wire.header_count++];
    assert_true(span_cut(line, ':', &header->name, &header->value));
}

static void
read_first_line(struct vector_request *request, struct span line)
{
    struct span target;
    assert_true(span_cut(line, ' ', &request->wire.method, &target));
    assert_true(span_ends_with(target, SPAN_LITERAL(" HTTP/1.1")));
    target.len -= strlen(" HTTP/1.1");
    request->wire.path = target;
    (void)span_cut(target, '?', &request->wire.path, &request->wire.query);
}

void
vector_request_init(struct vector_request *request, struct span text)
{
    *request = (struct vector_request){ 0 };
    request->wire.headers = request->headers;
    request->wire.normalize_path = true;
    struct span line, rest = text;
    assert_true(span_cut(rest, '\n', &line, &rest));
    read_first_line(request, line);
    while (span_cut(rest, '\n', &line, &rest) && line.len > 0)
        add_line(request, line);
    request->body = rest;
    assert_ok(sigv4_payload_hash(request->body, &request->hash));
    request->wire.payload_sha256_hex = buf_span(&request->hash);
}

void
vector_request_reset(struct vector_request *request)
{
    buf_reset(&request->hash);
}

struct json_doc *
vectors_load(void)
{
    enum { LIMIT = 1 << 20 };
    struct buf text = { 0 };
    struct json_doc *doc = NULL;
    assert_ok(file_read("fixtures/sigv4/vectors.json", LIMIT, &text));
    assert_ok(json_parse_strict(buf_span(&text), &doc, NULL));
    buf_reset(&text);
    return doc;
}

void
vectors_for_each(void (*check)(const char *name, const struct json *vector))
{
    enum { PUBLISHED = 38 };
    struct json_doc *doc = vectors_load();
    const struct json *all = json_member(json_root(doc), "vectors");
    assert_int_equal(json_count(all), PUBLISHED);
    for (void *it = json_first(all); it != NULL; it = json_next(all, it))
        check((const char *)json_iterator_key(it).ptr, json_iterator_value(it));
    json_doc_free(doc);
}
