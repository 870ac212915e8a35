/* SPDX-License-Identifier: Apache-2.0 */
#include "encrypt/rewrite.h"

#include "base/json_copy.h"

static enum status
send_to_server(void *context, const struct kube_call *call,
    struct http_answer *answer, struct buf *problem)
{
    return kube_call(context, call, answer, problem);
}

struct rewrite_api
rewrite_api_of(const struct kube_server *server)
{
    /* kube_call takes it back as const. */
    union {
        const struct kube_server *given;
        void *context;
    } same = { .given = server };

    return (struct rewrite_api){ send_to_server, same.context };
}

/* "METHOD WHAT: 500 the words of the apiserver" */
static enum status
say_refusal(const struct kube_call *call, const struct http_answer *answer,
    struct buf *problem)
{
    struct buf words = { 0 };
    enum status st = kube_message(buf_span(&answer->body), &words);

    buf_say(problem, "%s %s: %u %s", call->method, call->path, answer->status,
        buf_text(&words));
    buf_reset(&words);
    return st == STATUS_OK ? STATUS_DENIED : st;
}

static enum status
call_secret(const struct rewrite_api *api, const char *method, const char *path,
    struct span body, struct http_answer *answer, struct buf *problem)
{
    const struct kube_call call = {
        .method = method, .path = path, .body = body
    };

    return api->send(api->context, &call, answer, problem);
}

static struct span
version_of(const struct json *object)
{
    return json_get_string(
        json_member(json_member(object, "metadata"), "resourceVersion"));
}

/* ---- one Secret -------------------------------------------------------- */

/* Counts it as rewritten where the answer has another version. */
static enum status
compare_versions(const struct json *sent, const struct http_answer *answer,
    struct rewrite_counts *counts)
{
    struct json_doc *doc = NULL;
    enum status st = json_parse(buf_span(&answer->body), &doc, NULL);

    if (st == STATUS_OK &&
        !span_equal(version_of(sent), version_of(json_root(doc))))
        counts->rewritten++;
    json_doc_free(doc);
    return st;
}

/* PUTs the object; *conflict where its version is no longer the newest. */
static enum status
put(const struct rewrite_api *api, const char *path, const struct json *object,
    struct rewrite_counts *counts, bool *conflict, struct buf *problem)
{
    struct buf body = { 0 };
    struct http_answer answer = { 0 };
    struct json_writer w = json_writer_to(&body);

    json_write_node(&w, object);
    *conflict = false;
    enum status st = json_writer_end(&w);
    if (st == STATUS_OK)
        st = call_secret(api, "PUT", path, buf_span(&body), &answer, problem);
    if (st == STATUS_OK && answer.status == 200)
        st = compare_versions(object, &answer, counts);
    else if (st == STATUS_OK && answer.status == 409)
        *conflict = true;
    else if (st == STATUS_OK && answer.status == 404)
        counts->gone++;
    else if (st == STATUS_OK)
        st = say_refusal(&(struct kube_call){ .method = "PUT", .path = path },
            &answer, problem);
    http_answer_reset(&answer);
    buf_reset(&body);
    return st;
}

/* Reads it anew; *doc stays NULL where it is gone. */
static enum status
get(const struct rewrite_api *api, const char *path, struct json_doc **doc,
    struct buf *problem)
{
    struct http_answer answer = { 0 };
    enum status st = call_secret(
        api, "GET", path, (struct span){ NULL, 0 }, &answer, problem);

    if (st == STATUS_OK && answer.status == 200)
        st = json_parse(buf_span(&answer.body), doc, NULL);
    else if (st == STATUS_OK && answer.status != 404)
        st = say_refusal(&(struct kube_call){ .method = "GET", .path = path },
            &answer, problem);
    http_answer_reset(&answer);
    return st;
}

/* After a conflict: what is there now, until nobody is in between. */
static enum status
put_newest(const struct rewrite_api *api, const char *path,
    struct rewrite_counts *counts, struct buf *problem)
{
    enum status st = STATUS_OK;
    bool conflict = true;

    for (int i = 1; i < REWRITE_ATTEMPTS && conflict && st == STATUS_OK; i++) {
        struct json_doc *doc = NULL;

        st = get(api, path, &doc, problem);
        if (st == STATUS_OK && doc == NULL) {
            counts->gone++;
            return STATUS_OK;
        }
        if (st == STATUS_OK)
            st = put(api, path, json_root(doc), counts, &conflict, problem);
        json_doc_free(doc);
    }
    if (st == STATUS_OK && conflict) {
        buf_say(problem, "PUT %s: changed by somebody else %d times in a row",
            path, REWRITE_ATTEMPTS);
        st = STATUS_CONFLICT;
    }
    return st;
}

static enum status
rewrite_one(const struct rewrite_api *api, const struct json *object,
    struct rewrite_counts *counts, struct buf *problem)
{
    const struct json *metadata = json_member(object, "metadata");
    struct buf path = { 0 };
    bool conflict = false;
    enum status st = buf_printf(&path, "/api/v1/namespaces/%.*s/secrets/%.*s",
        SPAN_ARG(json_get_string(json_member(metadata, "namespace"))),
        SPAN_ARG(json_get_string(json_member(metadata, "name"))));

    counts->seen++;
    if (st == STATUS_OK)
        st = put(api, buf_text(&path), object, counts, &conflict, problem);
    if (st == STATUS_OK && conflict)
        st = put_newest(api, buf_text(&path), counts, problem);
    buf_reset(&path);
    return st;
}

/* ---- all of them ------------------------------------------------------- */

struct pages {
    size_t limit;    /* of the next page */
    struct buf from; /* token; empty: from the beginning */
    bool more;
};

/* Rewrites what a page lists. */
static enum status
rewrite_page(const struct rewrite_api *api, const struct http_answer *answer,
    struct pages *pages, struct rewrite_counts *counts, struct buf *problem)
{
    struct json_doc *doc = NULL;
    enum status st = json_parse(buf_span(&answer->body), &doc, NULL);

    if (st != STATUS_OK)
        return st;
    const struct json *items = json_member(json_root(doc), "items");

    for (size_t i = 0; st == STATUS_OK && i < json_count(items); i++)
        st = rewrite_one(api, json_at(items, i), counts, problem);
    if (st == STATUS_OK)
        st = buf_set(&pages->from,
            json_get_string(json_member(
                json_member(json_root(doc), "metadata"), "continue")));
    pages->more = pages->from.len > 0;
    json_doc_free(doc);
    return st;
}

/* A token that is too old: the list begins anew, and what was rewritten is
 * passed over by kube-apiserver itself. */
static void
begin_again(struct pages *pages, struct rewrite_counts *counts)
{
    buf_clear(&pages->from);
    counts->seen = 0;
}

static enum status
next_page(const struct rewrite_api *api, struct pages *pages,
    struct rewrite_counts *counts, struct buf *problem)
{
    struct http_answer answer = { 0 };
    struct buf path = { 0 }, words = { 0 };
    enum status st =
        buf_printf(&path, "/api/v1/secrets?limit=%zu%s%s", pages->limit,
            pages->from.len > 0 ? "&continue=" : "", buf_text(&pages->from));
    const struct kube_call call = { .method = "GET", .path = buf_text(&path) };

    if (st == STATUS_OK)
        st = api->send(api->context, &call, &answer, &words);
    if (st == STATUS_TOO_LARGE && pages->limit > 1) {
        pages->limit /= 2;
        st = STATUS_OK;
    } else if (st == STATUS_OK && answer.status == 200) {
        st = rewrite_page(api, &answer, pages, counts, problem);
    } else if (st == STATUS_OK && answer.status == 410) {
        begin_again(pages, counts);
    } else if (st == STATUS_OK) {
        st = say_refusal(&call, &answer, problem);
    } else {
        buf_say(problem, "%s", buf_text(&words));
    }
    http_answer_reset(&answer);
    buf_reset(&words);
    buf_reset(&path);
    return st;
}

enum status
rewrite_secrets(const struct rewrite_api *api, struct rewrite_counts *counts,
    struct buf *problem)
{
    struct pages pages = { .limit = REWRITE_PAGE, .more = true };
    enum status st = STATUS_OK;

    *counts = (struct rewrite_counts){ 0 };
    while (st == STATUS_OK && pages.more)
        st = next_page(api, &pages, counts, problem);
    buf_reset(&pages.from);
    return st;
}

/* ---- can they be read -------------------------------------------------- */

static enum status
check_one(
    const struct rewrite_api *api, const struct buf *key, struct buf *problem)
{
    struct http_answer answer = { 0 };
    struct buf path = { 0 }, words = { 0 };
    struct span name_space, name;
    enum status st = STATUS_INVALID;

    if (span_cut(buf_span(key), '/', &name_space, &name))
        st = buf_printf(&path, "/api/v1/namespaces/%.*s/secrets/%.*s",
            SPAN_ARG(name_space), SPAN_ARG(name));
    if (st == STATUS_OK)
        st = call_secret(api, "GET", buf_text(&path), (struct span){ NULL, 0 },
            &answer, problem);
    if (st == STATUS_OK && answer.status != 200 && answer.status != 404) {
        st = kube_message(buf_span(&answer.body), &words);
        buf_say(problem, "the Secret %s cannot be read: %u %s", buf_text(key),
            answer.status, buf_text(&words));
        st = st == STATUS_OK ? STATUS_CORRUPT : st;
    }
    http_answer_reset(&answer);
    buf_reset(&words);
    buf_reset(&path);
    return st;
}

enum status
rewrite_check_readable(const struct rewrite_api *api, const struct buf *keys,
    size_t count, struct buf *problem)
{
    enum status st = STATUS_OK;

    for (size_t i = 0; st == STATUS_OK && i < count; i++)
        st = check_one(api, &keys[i], problem);
    return st;
}
