/* SPDX-License-Identifier: Apache-2.0 */
#include "testbed/cluster_api.h"

#include "base/encode.h"
#include "base/json.h"
#include "testbed/secret.h"

enum status
cluster_api_send(const struct cluster_api *api, const struct kube_call *call,
    struct http_answer *got, struct cluster_answer *answer)
{
    enum status st = kube_call(api->server, call, got, &answer->words);

    if (st == STATUS_CANCELLED || st == STATUS_NO_MEMORY)
        return st;
    if (st != STATUS_OK) {
        answer->code = 0;
        return STATUS_OK;
    }
    answer->code = got->status;
    if (got->status >= 300)
        return kube_message(buf_span(&got->body), &answer->words);
    return STATUS_OK;
}

/* Of a Secret, or of all of them where the name is empty. */
static enum status
call_name(const struct cluster_api *api, const char *method, const char *name,
    struct span body, struct http_answer *got, struct cluster_answer *answer)
{
    struct buf path = { 0 };
    enum status st = buf_printf(&path, "/api/v1/namespaces/%s/secrets%s%s",
        api->name_space, name[0] == '\0' || name[0] == '?' ? "" : "/", name);
    const struct kube_call call = {
        .method = method, .path = buf_text(&path), .body = body
    };

    if (st == STATUS_OK)
        st = cluster_api_send(api, &call, got, answer);
    buf_reset(&path);
    return st;
}

enum status
cluster_api_write(const struct cluster_api *api, const char *name,
    const char *value, struct cluster_answer *answer)
{
    const struct kube_secret secret = { name, SECRET_KEY, span_text(value) };
    struct http_answer got = { 0 };
    struct buf body = { 0 };
    enum status st = kube_secret_write(&secret, &body);

    if (st == STATUS_OK)
        st = call_name(api, "PUT", name, buf_span(&body), &got, answer);
    if (st == STATUS_OK && answer->code == 404) {
        cluster_answer_reset(answer);
        st = call_name(api, "POST", "", buf_span(&body), &got, answer);
    }
    http_answer_reset(&got);
    buf_reset(&body);
    return st;
}

static enum status
take_value(struct span body, struct buf *value)
{
    struct json_doc *doc = NULL;
    enum status st = json_parse(body, &doc, NULL);

    if (st == STATUS_OK)
        st = base64_decode(
            json_get_string(
                json_member(json_member(json_root(doc), "data"), SECRET_KEY)),
            value);
    json_doc_free(doc);
    return st;
}

enum status
cluster_api_read(const struct cluster_api *api, const char *name,
    struct cluster_answer *answer)
{
    const struct span nothing = { NULL, 0 };
    struct http_answer got = { 0 };
    enum status st = call_name(api, "GET", name, nothing, &got, answer);

    if (st == STATUS_OK && answer->code == 200 &&
        take_value(buf_span(&got.body), &answer->value) != STATUS_OK)
        buf_clear(&answer->value);
    http_answer_reset(&got);
    return st;
}

enum status
cluster_api_rewrite(const struct cluster_api *api, const char *name,
    struct cluster_answer *answer)
{
    const struct span nothing = { NULL, 0 };
    struct http_answer got = { 0 }, written = { 0 };
    enum status st = call_name(api, "GET", name, nothing, &got, answer);

    if (st == STATUS_OK && answer->code == 200) {
        cluster_answer_reset(answer);
        st = call_name(api, "PUT", name, buf_span(&got.body), &written, answer);
    }
    http_answer_reset(&got);
    http_answer_reset(&written);
    return st;
}

enum status
cluster_api_remove(const struct cluster_api *api, const char *name,
    struct cluster_answer *answer)
{
    const struct span nothing = { NULL, 0 };
    struct http_answer got = { 0 };
    enum status st = call_name(api, "DELETE", name, nothing, &got, answer);

    http_answer_reset(&got);
    return st;
}

enum status
cluster_api_list(const struct cluster_api *api, struct cluster_answer *answer)
{
    const struct span nothing = { NULL, 0 };
    struct http_answer got = { 0 };
    struct json_doc *doc = NULL;
    /* Straight from etcd, as kubectl's lists with a limit are. */
    enum status st = call_name(api, "GET", "?limit=500", nothing, &got, answer);

    if (st == STATUS_OK && answer->code == 200 &&
        json_parse(buf_span(&got.body), &doc, NULL) == STATUS_OK)
        answer->count = json_count(json_member(json_root(doc), "items"));
    json_doc_free(doc);
    http_answer_reset(&got);
    return st;
}

enum status
cluster_api_get(const struct cluster_api *api, const char *path,
    struct cluster_answer *answer)
{
    struct http_answer got = { 0 };
    const struct kube_call call = { .method = "GET", .path = path };
    enum status st = cluster_api_send(api, &call, &got, answer);

    if (st == STATUS_OK && answer->code != 0)
        buf_take(&answer->words, &got.body);
    http_answer_reset(&got);
    return st;
}
