/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/kube_client.h"

#include "base/encode.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "http/http.h"

#define SECRETS_PATH "/api/v1/namespaces/default/secrets"

enum status
kube_call(const struct kube_server *server, const struct kube_call *call,
    struct http_answer *answer, struct buf *problem)
{
    const struct http_header json = { "Content-Type",
        SPAN_LITERAL("application/json") };
    struct buf url = { 0 };
    enum status st = buf_printf(&url, "%s%s", server->url, call->path);
    struct http_request request = {
        .method = call->method,
        .url = buf_text(&url),
        .headers = &json,
        .header_count = 1,
        .body = call->body,
        .ca_file = server->ca_file,
        .cert_file = server->cert_file,
        .key_file = server->key_file,
        .bearer_token = server->token,
        .timeout_ms = call->timeout_ms == 0 ? 30 * 1000 : call->timeout_ms,
    };

    if (st == STATUS_OK)
        st = http_send(&request, answer, problem);
    buf_reset(&url);
    return st;
}

enum status
kube_message(struct span body, struct buf *words)
{
    struct json_doc *doc = NULL;
    struct span message = body;

    if (json_parse(body, &doc, NULL) == STATUS_OK &&
        json_member(json_root(doc), "message") != NULL)
        message = json_get_string(json_member(json_root(doc), "message"));
    enum status st = buf_append(words, span_trim(message));
    json_doc_free(doc);
    return st;
}

/* Sends; an answer that is no 2xx becomes a status and a line. */
static enum status
kube_send(const struct kube_server *server, const char *method,
    const char *name, struct span body, struct http_answer *answer,
    struct buf *problem)
{
    struct buf path = { 0 }, words = { 0 };
    enum status st = buf_printf(
        &path, SECRETS_PATH "%s%s", name[0] == '\0' ? "" : "/", name);
    struct kube_call call = {
        .method = method, .path = buf_text(&path), .body = body
    };

    if (st == STATUS_OK)
        st = kube_call(server, &call, answer, problem);
    if (st == STATUS_OK && answer->status / 100 != 2) {
        st = kube_message(buf_span(&answer->body), &words);
        buf_say(problem, "%s %s%s: %u %s", method, SECRETS_PATH "/", name,
            answer->status, buf_text(&words));
        st = st != STATUS_OK         ? st
             : answer->status == 404 ? STATUS_NOT_FOUND
                                     : STATUS_DENIED;
    }
    buf_reset(&words);
    buf_reset(&path);
    return st;
}

enum status
kube_secret_write(const struct kube_secret *secret, struct buf *body)
{
    struct json_writer w = json_writer_to(body);

    json_write_object_begin(&w);
    json_write_key_text(&w, "apiVersion", "v1");
    json_write_key_text(&w, "kind", "Secret");
    json_write_key(&w, "metadata");
    json_write_object_begin(&w);
    json_write_key_text(&w, "name", secret->name);
    json_write_object_end(&w);
    json_write_key(&w, "data");
    json_write_object_begin(&w);
    json_write_key_base64(&w, secret->key, secret->value);
    json_write_object_end(&w);
    json_write_object_end(&w);
    return json_writer_end(&w);
}

enum status
kube_secret_create(const struct kube_server *server,
    const struct kube_secret *secret, struct buf *problem)
{
    struct buf body = { 0 };
    struct http_answer answer = { 0 };
    enum status st = kube_secret_write(secret, &body);

    if (st == STATUS_OK)
        st = kube_send(server, "POST", "", buf_span(&body), &answer, problem);
    http_answer_reset(&answer);
    buf_reset(&body);
    return st;
}

enum status
kube_secret_read(const struct kube_server *server, const char *name,
    const char *key, struct buf *value, struct buf *problem)
{
    struct http_answer answer = { 0 };
    struct json_doc *doc = NULL;
    enum status st =
        kube_send(server, "GET", name, span_of(NULL, 0), &answer, problem);

    if (st == STATUS_OK)
        st = json_parse(buf_span(&answer.body), &doc, NULL);
    if (st == STATUS_OK) {
        const struct json *data = json_member(json_root(doc), "data");
        st = base64_decode(json_get_string(json_member(data, key)), value);
    }
    json_doc_free(doc);
    http_answer_reset(&answer);
    return st;
}

/* Appends metadata.resourceVersion of the object in `body`. */
static enum status
resource_version(struct span body, struct buf *version)
{
    struct json_doc *doc = NULL;
    enum status st = json_parse(body, &doc, NULL);

    if (st == STATUS_OK) {
        const struct json *metadata = json_member(json_root(doc), "metadata");
        st = buf_append(
            version, json_get_string(json_member(metadata, "resourceVersion")));
    }
    json_doc_free(doc);
    return st;
}

enum status
kube_secret_replace(const struct kube_server *server, const char *name,
    bool *rewritten, struct buf *problem)
{
    struct http_answer before = { 0 }, after = { 0 };
    struct buf old = { 0 }, new = { 0 };
    enum status st =
        kube_send(server, "GET", name, span_of(NULL, 0), &before, problem);

    if (st == STATUS_OK)
        st = kube_send(
            server, "PUT", name, buf_span(&before.body), &after, problem);
    if (st == STATUS_OK)
        st = resource_version(buf_span(&before.body), &old);
    if (st == STATUS_OK)
        st = resource_version(buf_span(&after.body), &new);
    if (st == STATUS_OK)
        *rewritten = !span_equal(buf_span(&old), buf_span(&new));
    buf_reset(&old);
    buf_reset(&new);
    http_answer_reset(&before);
    http_answer_reset(&after);
    return st;
}

enum status
kube_secret_count(
    const struct kube_server *server, size_t *count, struct buf *problem)
{
    struct http_answer answer = { 0 };
    struct json_doc *doc = NULL;
    enum status st =
        kube_send(server, "GET", "", span_of(NULL, 0), &answer, problem);

    if (st == STATUS_OK)
        st = json_parse(buf_span(&answer.body), &doc, NULL);
    if (st == STATUS_OK)
        *count = json_count(json_member(json_root(doc), "items"));
    json_doc_free(doc);
    http_answer_reset(&answer);
    return st;
}
