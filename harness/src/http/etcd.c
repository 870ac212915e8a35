/* SPDX-License-Identifier: Apache-2.0 */
#include "http/etcd.h"

#include "base/encode.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "http/http.h"

static void
say(struct buf *problem, const char *endpoint, const char *words)
{
    if (problem != NULL)
        buf_say(problem, "etcd at %s %s", endpoint, words);
}

/* POSTs JSON to `path`; *answer gets the JSON of a good answer. */
static enum status
post(const struct etcd_server *server, const char *path, struct span body,
    struct json_doc **answer, struct buf *problem)
{
    struct http_header type = { "Content-Type",
        SPAN_LITERAL("application/json") };
    struct http_request request = { .headers = &type,
        .header_count = 1,
        .body = body,
        .ca_file = server->ca_file,
        .cert_file = server->cert_file,
        .key_file = server->key_file };
    struct http_answer reply = { 0 };
    struct buf url = { 0 };
    enum status status = buf_printf(&url, "%s%s", server->endpoint, path);

    request.url = buf_text(&url);
    if (status == STATUS_OK)
        status = http_send(&request, &reply, problem);
    if (status == STATUS_OK && reply.status != 200) {
        status = STATUS_UNAVAILABLE;
        say(problem, server->endpoint, "refused the request");
    } else if (status == STATUS_OK) {
        status = json_parse(buf_span(&reply.body), answer, NULL);
        if (status != STATUS_OK)
            say(problem, server->endpoint, "gave an answer that is no JSON");
    }
    http_answer_reset(&reply);
    buf_reset(&url);
    return status;
}

/* The end of the range of all keys with this prefix: the last byte plus one,
 * where 0xff bytes cannot be raised and fall away. */
static enum status
range_end(struct span prefix, struct buf *end)
{
    size_t len = prefix.len;

    while (len > 0 && prefix.ptr[len - 1] == 0xff)
        len--;
    if (len == 0)
        return buf_append_byte(end, 0);
    if (buf_append(end, span_first(prefix, len)) != STATUS_OK)
        return STATUS_NO_MEMORY;
    end->ptr[len - 1]++;
    return STATUS_OK;
}

static enum status
query_range(const struct etcd_server *server, struct span key, struct span end,
    struct json_doc **answer, struct buf *problem)
{
    struct buf body = { 0 };
    struct json_writer w = json_writer_to(&body);
    enum status status;

    json_write_object_begin(&w);
    json_write_key_base64(&w, "key", key);
    if (end.len > 0)
        json_write_key_base64(&w, "range_end", end);
    json_write_object_end(&w);
    status = json_writer_end(&w);
    if (status == STATUS_OK)
        status = post(server, "/v3/kv/range", buf_span(&body), answer, problem);
    buf_reset(&body);
    return status;
}

enum status
etcd_get(const struct etcd_server *server, struct span key, struct buf *value,
    struct buf *problem)
{
    struct json_doc *answer = NULL;
    const struct json *found;
    enum status status =
        query_range(server, key, (struct span){ NULL, 0 }, &answer, problem);

    if (status != STATUS_OK)
        return status;
    found = json_at(json_member(json_root(answer), "kvs"), 0);
    if (found == NULL) {
        status = STATUS_NOT_FOUND;
        say(problem, server->endpoint, "has no such key");
    } else {
        status =
            base64_decode(json_get_string(json_member(found, "value")), value);
    }
    json_doc_free(answer);
    return status;
}

enum status
etcd_put(const struct etcd_server *server, struct span key, struct span value,
    struct buf *problem)
{
    struct json_doc *answer = NULL;
    struct buf body = { 0 };
    struct json_writer w = json_writer_to(&body);
    enum status status;

    json_write_object_begin(&w);
    json_write_key_base64(&w, "key", key);
    json_write_key_base64(&w, "value", value);
    json_write_object_end(&w);
    status = json_writer_end(&w);
    if (status == STATUS_OK)
        status = post(server, "/v3/kv/put", buf_span(&body), &answer, problem);
    json_doc_free(answer);
    buf_reset(&body);
    return status;
}

enum status
etcd_delete(
    const struct etcd_server *server, struct span key, struct buf *problem)
{
    struct json_doc *answer = NULL;
    struct buf body = { 0 };
    struct json_writer w = json_writer_to(&body);
    enum status status;

    json_write_object_begin(&w);
    json_write_key_base64(&w, "key", key);
    json_write_object_end(&w);
    status = json_writer_end(&w);
    if (status == STATUS_OK)
        status = post(
            server, "/v3/kv/deleterange", buf_span(&body), &answer, problem);
    json_doc_free(answer);
    buf_reset(&body);
    return status;
}

static enum status
visit_pair(const struct json *pair, etcd_visit_fn *visit, void *context)
{
    struct buf key = { 0 }, value = { 0 };
    enum status status =
        base64_decode(json_get_string(json_member(pair, "key")), &key);

    if (status == STATUS_OK)
        status =
            base64_decode(json_get_string(json_member(pair, "value")), &value);
    if (status == STATUS_OK)
        visit(context, buf_span(&key), buf_span(&value));
    buf_reset(&key);
    buf_reset(&value);
    return status;
}

enum status
etcd_list(const struct etcd_server *server, struct span prefix,
    etcd_visit_fn *visit, void *context, struct buf *problem)
{
    struct json_doc *answer = NULL;
    const struct json *pairs;
    struct buf end = { 0 };
    enum status status = range_end(prefix, &end);

    if (status == STATUS_OK)
        status = query_range(server, prefix, buf_span(&end), &answer, problem);
    buf_reset(&end);
    if (status != STATUS_OK)
        return status;
    pairs = json_member(json_root(answer), "kvs");
    for (size_t i = 0; status == STATUS_OK && i < json_count(pairs); i++)
        status = visit_pair(json_at(pairs, i), visit, context);
    json_doc_free(answer);
    return status;
}
