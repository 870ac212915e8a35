/* SPDX-License-Identifier: Apache-2.0 */
#include "proxy/control.h"

#include "base/json_writer.h"
#include "base/num.h"
#include "proxy/proxy_internal.h"
#include "serve/loopback.h"

#include <stdlib.h>

struct control {
    struct proxy *proxy;
    struct server *server;
};

/* ---- answers --------------------------------------------------------------
 */

/* Whatever was written before goes. */
static void
answer_error(struct server_answer *answer, unsigned status, const char *text)
{
    struct json_writer w;

    buf_clear(&answer->body);
    w = json_writer_to(&answer->body);
    json_write_object_begin(&w);
    json_write_key_text(&w, "error", text);
    json_write_object_end(&w);
    (void)!json_writer_end(&w); /* then without words */
    answer->status = status;
}

static unsigned
http_status(enum status status)
{
    if (status == STATUS_NOT_FOUND)
        return 404;
    return status == STATUS_NO_MEMORY ? 500 : 400;
}

/* The answer to something that may have failed, with the words for it. */
static void
conclude(struct server_answer *answer, enum status status, unsigned good,
    const struct buf *problem)
{
    if (status == STATUS_OK)
        answer->status = good;
    else
        answer_error(answer, http_status(status),
            problem->len > 0 ? buf_text(problem) : status_text(status));
    if (status == STATUS_OK && answer->body.len == 0)
        (void)!buf_append_text(&answer->body, "{}");
}

/* ---- requests -------------------------------------------------------------
 */

typedef void handle_fn(struct proxy *proxy,
    const struct server_request *request, struct server_answer *answer);

static void
list_rules(struct proxy *proxy, const struct server_request *request,
    struct server_answer *answer)
{
    struct buf none = { 0 };

    (void)request;
    conclude(answer, proxy_rules(proxy, &answer->body), 200, &none);
}

static struct fault_table *
table_of(struct proxy *proxy)
{
    return rules_table(proxy_own_rules(proxy));
}

static void
change(struct proxy *proxy, const struct server_request *request, bool replace,
    struct server_answer *answer)
{
    struct buf names = { 0 }, problem = { 0 };
    enum status status =
        replace
            ? fault_table_set(table_of(proxy), request->body, &names, &problem)
            : fault_table_add(table_of(proxy), request->body, &names, &problem);

    if (status == STATUS_OK)
        status = buf_printf(&answer->body, "{\"names\":%s}", buf_text(&names));
    conclude(answer, status, replace ? 200 : 201, &problem);
    buf_reset(&names);
    buf_reset(&problem);
}

static void
add_rules(struct proxy *proxy, const struct server_request *request,
    struct server_answer *answer)
{
    change(proxy, request, false, answer);
}

static void
replace_rules(struct proxy *proxy, const struct server_request *request,
    struct server_answer *answer)
{
    change(proxy, request, true, answer);
}

static void
heal(struct proxy *proxy, const struct server_request *request,
    struct server_answer *answer)
{
    struct buf none = { 0 };

    (void)request;
    proxy_heal(proxy);
    conclude(answer, STATUS_OK, 200, &none);
}

static void
pause_rules(struct proxy *proxy, const struct server_request *request,
    struct server_answer *answer)
{
    bool pause = strcmp(request->path, "/faults/pause") == 0;
    struct buf none = { 0 };

    fault_table_pause(table_of(proxy), pause);
    conclude(answer, STATUS_OK, 200, &none);
}

static void
list_kinds(struct proxy *proxy, const struct server_request *request,
    struct server_answer *answer)
{
    struct json_writer w = json_writer_to(&answer->body);
    struct buf none = { 0 };

    (void)proxy;
    (void)request;
    json_write_object_begin(&w);
    json_write_key(&w, "kinds");
    kind_write_all(&w);
    json_write_object_end(&w);
    conclude(answer, json_writer_end(&w), 200, &none);
}

/* There are none for what stands here: public incidents were KMS's. */
static void
list_presets(struct proxy *proxy, const struct server_request *request,
    struct server_answer *answer)
{
    struct buf none = { 0 };

    (void)proxy;
    (void)request;
    conclude(
        answer, buf_append_text(&answer->body, "{\"presets\":[]}"), 200, &none);
}

static void
list_events(struct proxy *proxy, const struct server_request *request,
    struct server_answer *answer)
{
    const char *text = server_query(request, "after");
    int64_t after = 0;
    struct buf problem = { 0 };
    enum status status = STATUS_OK;

    if (text != NULL)
        status = num_parse(span_text(text), 0, INT64_MAX, &after);
    if (status != STATUS_OK)
        buf_say(&problem, "after must be a number");
    else
        status = rules_write_events(
            proxy_own_rules(proxy), (uint64_t)after, &answer->body);
    conclude(answer, status, 200, &problem);
    buf_reset(&problem);
}

static void
list_calls(struct proxy *proxy, const struct server_request *request,
    struct server_answer *answer)
{
    struct buf none = { 0 };

    (void)request;
    conclude(answer, proxy_report(proxy, &answer->body), 200, &none);
}

/* /faults/NAME */
static void
change_one(struct proxy *proxy, const struct server_request *request,
    struct server_answer *answer)
{
    const char *name = request->path + strlen("/faults/");
    struct buf problem = { 0 };
    enum status status;

    if (strcmp(request->method, "DELETE") == 0)
        status = proxy_disarm(proxy, name);
    else
        status = fault_table_replace(
            table_of(proxy), span_text(name), request->body, &problem);
    if (status == STATUS_NOT_FOUND)
        buf_say(&problem, "there is no rule '%s'", name);
    conclude(answer, status, 200, &problem);
    buf_reset(&problem);
}

/* A path that ends in '/' means all that begin so; the first row counts. */
static const struct row {
    const char *method, *path;
    handle_fn *handle;
} rows[] = {
    { "GET", "/faults", list_rules },
    { "POST", "/faults", add_rules },
    { "PUT", "/faults", replace_rules },
    { "DELETE", "/faults", heal },
    { "POST", "/faults/pause", pause_rules },
    { "POST", "/faults/resume", pause_rules },
    { "GET", "/faults/kinds", list_kinds },
    { "GET", "/faults/presets", list_presets },
    { "GET", "/faults/events", list_events },
    { "GET", "/calls", list_calls },
    { "PUT", "/faults/", change_one },
    { "DELETE", "/faults/", change_one },
};

static bool
is_row(const struct row *row, const struct server_request *request)
{
    struct span path = span_text(request->path), wanted = span_text(row->path);
    bool all = wanted.ptr[wanted.len - 1] == '/';

    return strcmp(row->method, request->method) == 0 &&
           (all ? path.len > wanted.len && span_starts_with(path, wanted)
                : span_equal(path, wanted));
}

static void
handle(void *context, const struct server_request *request,
    struct server_answer *answer)
{
    const struct control *control = context;

    answer->content_type = "application/json";
    if (!loopback_allows(request)) {
        answer_error(answer, 403, "the Host must be this machine");
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (is_row(&rows[i], request)) {
            rows[i].handle(control->proxy, request, answer);
            return;
        }
    answer_error(answer, 404, "there is nothing of that method and path");
}

/* ---- the listener ---------------------------------------------------------
 */

enum status
control_new(uint16_t port, struct proxy *proxy, struct control **out)
{
    struct control *control = calloc(1, sizeof(*control));
    enum status status;

    if (control == NULL)
        return STATUS_NO_MEMORY;
    control->proxy = proxy;
    status = server_new(port, handle, control, &control->server);
    if (status == STATUS_OK)
        *out = control;
    else
        free(control);
    return status;
}

uint16_t
control_port(const struct control *control)
{
    return server_port(control->server);
}

void
control_free(struct control *control)
{
    if (control == NULL)
        return;
    server_free(control->server);
    free(control);
}
