/* SPDX-License-Identifier: Apache-2.0 */
#include "admin/admin.h"

#include "admin/fault_routes.h"
#include "admin/guard.h"
#include "admin/problem.h"
#include "admin/prometheus.h"
#include "base/json_writer.h"
#include "base/num.h"
#include "faults/faults.h"
#include "http/front.h"

enum { NS_PER_MS = 1000000 };

/* What the query of a request said; empty where it said nothing. */
struct parameters {
    struct span account;
    struct span advance;
};

typedef void answer_fn(const struct admin *admin,
    const struct parameters *parameters, struct service_answer *answer);

static void
answer_now(struct service_answer *answer, int64_t now_ms)
{
    struct buf text = { 0 };
    enum status st = clock_format_rfc3339(now_ms, &text);
    struct json_writer w = json_writer_to(&answer->body);
    json_write_object_begin(&w);
    json_write_key_text(&w, "now", buf_text(&text));
    json_write_object_end(&w);
    if (st == STATUS_OK)
        st = json_writer_end(&w);
    if (st != STATUS_OK)
        problem_status(answer, st);
    buf_reset(&text);
}

static void
get_metrics(const struct admin *admin, const struct parameters *parameters,
    struct service_answer *answer)
{
    (void)parameters;
    answer->content_type = "text/plain; version=0.0.4; charset=utf-8";
    enum status st = admin_prometheus_print(admin->metrics,
        admin->faults == NULL ? NULL : faults_table(admin->faults),
        &answer->body);
    if (st != STATUS_OK)
        problem_status(answer, st);
}

static void
post_reset(const struct admin *admin, const struct parameters *parameters,
    struct service_answer *answer)
{
    enum status st = service_reset(admin->service, parameters->account);
    if (st == STATUS_OK)
        st = buf_append_text(&answer->body, "{}");
    if (st == STATUS_INVALID)
        problem_answer(answer, 400, "account: 12 digits are wanted");
    else if (st != STATUS_OK)
        problem_status(answer, st);
}

static void
get_clock(const struct admin *admin, const struct parameters *parameters,
    struct service_answer *answer)
{
    int64_t now_ms;
    enum status st =
        service_clock_get(admin->service, parameters->account, &now_ms);
    if (st == STATUS_OK)
        answer_now(answer, now_ms);
    else
        problem_status(answer, st);
}

static void
post_clock(const struct admin *admin, const struct parameters *parameters,
    struct service_answer *answer)
{
    int64_t step_ns, now_ms;
    if (num_parse_duration_ns(parameters->advance, &step_ns) != STATUS_OK ||
        step_ns < 0) {
        problem_answer(
            answer, 400, "advance: a duration such as 9600h or 30m is wanted");
        return;
    }
    enum status st = service_clock_advance(
        admin->service, parameters->account, step_ns / NS_PER_MS, &now_ms);
    if (st == STATUS_OK)
        answer_now(answer, now_ms);
    else
        problem_status(answer, st);
}

static void
get_health(const struct admin *admin, const struct parameters *parameters,
    struct service_answer *answer)
{
    (void)admin;
    (void)parameters;
    http_front_health(answer);
}

static const struct route {
    const char *method, *path;
    answer_fn *answer;
} routes[] = {
    { "GET", "/health", get_health },
    { "GET", "/metrics", get_metrics },
    { "POST", "/reset", post_reset },
    { "GET", "/clock", get_clock },
    { "POST", "/clock", post_clock },
};

/* STATUS_INVALID for a parameter that no route knows, or one given twice. No
 * value that is wanted here needs percent-encoding, so none is decoded. */
static enum status
parse_query(struct span query, struct parameters *out)
{
    while (query.len > 0) {
        struct span part = query, name, value;
        if (!span_cut(query, '&', &part, &query))
            query = (struct span){ NULL, 0 };
        if (!span_cut(part, '=', &name, &value))
            return STATUS_INVALID;
        struct span *place = span_equal_text(name, "account")   ? &out->account
                             : span_equal_text(name, "advance") ? &out->advance
                                                                : NULL;
        if (place == NULL || place->len > 0 || value.len == 0)
            return STATUS_INVALID;
        *place = value;
    }
    return STATUS_OK;
}

static void
dispatch(const struct admin *admin, const struct sigv4_request *wire,
    struct service_answer *answer)
{
    struct parameters parameters = { 0 };
    bool known_path = false;
    if (parse_query(wire->query, &parameters) != STATUS_OK) {
        problem_answer(answer, 400,
            "the query may hold account=N and advance=DURATION, once each");
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(routes); i++) {
        if (!span_equal_text(wire->path, routes[i].path))
            continue;
        known_path = true;
        if (!span_equal_text(wire->method, routes[i].method))
            continue;
        routes[i].answer(admin, &parameters, answer);
        return;
    }
    problem_answer(answer, known_path ? 405 : 404,
        known_path ? "this path takes another method"
                   : "no such path; there are /health, /metrics, /reset, "
                     "/clock and /faults");
}

void
admin_handle(void *admin, const struct service_request *request,
    service_done_fn *done, void *done_context)
{
    struct service_answer answer = {
        .http_status = 200,
        .content_type = "application/json",
        .operation = "",
    };
    const struct admin *asked = admin;
    if (admin_guard_allows(request) && fault_routes_is_meant(request))
        fault_routes_answer(asked->faults, request, &answer);
    else if (admin_guard_allows(request))
        dispatch(admin, &request->wire, &answer);
    else
        problem_answer(&answer, 403,
            "only this machine may ask: Host and Origin must be loopback");
    done(done_context, &answer);
    buf_reset(&answer.body);
}
