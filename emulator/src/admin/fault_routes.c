/* SPDX-License-Identifier: Apache-2.0 */
#include "admin/fault_routes.h"

#include "admin/problem.h"
#include "base/json_writer.h"
#include "base/num.h"
#include "faults/action.h"
#include "faults/faults.h"
#include "faults/presets.h"

#include <stdlib.h>

#define ROOT "/faults"

/* A request on its way through the routes. */
struct asked {
    struct faults *faults;
    struct fault_table *table;
    struct events *events;
    struct span name; /* what the path ends with, after the route's own */
    struct span query, body;
    struct service_answer *answer;
};

typedef void route_fn(const struct asked *asked);

/* One line for a person. */
static void
refuse(const struct asked *asked, enum status st, const struct buf *problem)
{
    unsigned http_status = st == STATUS_NO_MEMORY   ? 500
                           : st == STATUS_NOT_FOUND ? 404
                           : st == STATUS_EXISTS    ? 409
                                                    : 400;
    problem_answer(asked->answer, http_status,
        problem->len > 0         ? buf_text(problem)
        : st == STATUS_NOT_FOUND ? "there is no rule or preset of that name"
                                 : status_text(st));
}

static void
end_json(const struct asked *asked, struct json_writer *w)
{
    enum status st = json_writer_end(w);
    if (st != STATUS_OK)
        problem_status(asked->answer, st);
}

static void
say_nothing(const struct asked *asked)
{
    struct json_writer w = json_writer_to(&asked->answer->body);
    json_write_object_begin(&w);
    json_write_object_end(&w);
    end_json(asked, &w);
}

static void
say_names(const struct asked *asked, enum status st, struct buf *names,
    struct buf *problem)
{
    if (st == STATUS_OK) {
        struct json_writer w = json_writer_to(&asked->answer->body);
        asked->answer->http_status = 201;
        faults_look(asked->faults);
        json_write_object_begin(&w);
        json_write_key(&w, "names");
        json_write_raw(&w, buf_span(names));
        json_write_object_end(&w);
        end_json(asked, &w);
    } else {
        refuse(asked, st, problem);
    }
    buf_reset(names);
    buf_reset(problem);
}

static void
get_rules(const struct asked *asked)
{
    struct json_writer w = json_writer_to(&asked->answer->body);
    fault_table_write(asked->table, &w);
    end_json(asked, &w);
}

static void
post_rules(const struct asked *asked)
{
    struct buf names = { 0 }, problem = { 0 };
    enum status st =
        fault_table_add(asked->table, asked->body, &names, &problem);
    say_names(asked, st, &names, &problem);
}

static void
put_rules(const struct asked *asked)
{
    struct buf names = { 0 }, problem = { 0 };
    enum status st =
        fault_table_set(asked->table, asked->body, &names, &problem);
    say_names(asked, st, &names, &problem);
}

static void
delete_rules(const struct asked *asked)
{
    fault_table_clear(asked->table);
    say_nothing(asked);
}

static void
put_rule(const struct asked *asked)
{
    struct buf names = { 0 }, problem = { 0 };
    enum status st =
        fault_table_replace(asked->table, asked->name, asked->body, &problem);
    struct json_writer w = json_writer_to(&names);
    json_write_array_begin(&w);
    json_write_string(&w, asked->name);
    json_write_array_end(&w);
    if (st == STATUS_OK)
        st = json_writer_end(&w);
    say_names(asked, st, &names, &problem);
    if (asked->answer->http_status == 201)
        asked->answer->http_status = 200;
}

static void
delete_rule(const struct asked *asked)
{
    const struct buf problem = { 0 };
    enum status st = fault_table_remove(asked->table, asked->name);
    if (st == STATUS_OK)
        say_nothing(asked);
    else
        refuse(asked, st, &problem);
}

static void
post_pause(const struct asked *asked)
{
    fault_table_pause(asked->table, true);
    say_nothing(asked);
}

static void
post_resume(const struct asked *asked)
{
    fault_table_pause(asked->table, false);
    faults_look(asked->faults);
    say_nothing(asked);
}

static void
get_kinds(const struct asked *asked)
{
    struct json_writer w = json_writer_to(&asked->answer->body);
    action_write_kinds(&w);
    end_json(asked, &w);
}

static void
get_presets(const struct asked *asked)
{
    struct json_writer w = json_writer_to(&asked->answer->body);
    presets_write(&w);
    end_json(asked, &w);
}

/* What a query says of one parameter; no other may stand in it. */
static enum status
read_query(struct span query, const char *name, struct span *value)
{
    struct span found, rest;
    if (query.len == 0)
        return STATUS_OK;
    if (!span_cut(query, '=', &found, &rest) || !span_equal_text(found, name))
        return STATUS_INVALID;
    *value = rest;
    return STATUS_OK;
}

static void
post_preset(const struct asked *asked)
{
    struct buf names = { 0 }, problem = { 0 };
    struct span text = SPAN_LITERAL("1");
    double scale;
    enum status st = read_query(asked->query, "scale", &text);
    if (st == STATUS_OK)
        st = presets_read_scale(text, &scale);
    if (st != STATUS_OK)
        buf_say(&problem, "scale: a number from 0.001 to 1000 is wanted");
    else
        st = presets_arm(asked->table, asked->name, scale, &names, &problem);
    say_names(asked, st, &names, &problem);
}

static void
get_events(const struct asked *asked)
{
    int64_t after = 0;
    struct span text = SPAN_LITERAL("0");
    if (read_query(asked->query, "after", &text) != STATUS_OK ||
        num_parse(text, 0, INT64_MAX - 1, &after) != STATUS_OK) {
        problem_answer(
            asked->answer, 400, "after: the number of an event is wanted");
        return;
    }
    struct json_writer w = json_writer_to(&asked->answer->body);
    events_write(asked->events, (uint64_t)after, &w);
    end_json(asked, &w);
}

/* The first that fits; a path that ends with '/' takes a name after it. */
static const struct route {
    const char *method, *path;
    route_fn *answer;
    bool query; /* it takes one */
} routes[] = {
    { "GET", ROOT, get_rules, false },
    { "POST", ROOT, post_rules, false },
    { "PUT", ROOT, put_rules, false },
    { "DELETE", ROOT, delete_rules, false },
    { "POST", ROOT "/pause", post_pause, false },
    { "POST", ROOT "/resume", post_resume, false },
    { "GET", ROOT "/kinds", get_kinds, false },
    { "GET", ROOT "/presets", get_presets, false },
    { "GET", ROOT "/events", get_events, true },
    { "POST", ROOT "/presets/", post_preset, true },
    { "PUT", ROOT "/", put_rule, false },
    { "DELETE", ROOT "/", delete_rule, false },
};

static bool
fits(const struct route *route, struct span path, struct span *name)
{
    struct span own = span_text(route->path);
    if (own.ptr[own.len - 1] != '/')
        return span_equal(path, own);
    size_t slash;
    *name = span_skip(path, own.len);
    return span_starts_with(path, own) && name->len > 0 &&
           !span_find(*name, '/', &slash);
}

bool
fault_routes_is_meant(const struct service_request *request)
{
    struct span path = request->wire.path;
    return span_equal_text(path, ROOT) ||
           span_starts_with(path, SPAN_LITERAL(ROOT "/"));
}

void
fault_routes_answer(struct faults *faults,
    const struct service_request *request, struct service_answer *answer)
{
    bool known = false;
    for (size_t i = 0; faults != NULL && i < ARRAY_LEN(routes); i++) {
        struct asked asked = {
            .faults = faults,
            .table = faults_table(faults),
            .events = faults_events(faults),
            .query = request->wire.query,
            .body = request->body,
            .answer = answer,
        };
        if (!fits(&routes[i], request->wire.path, &asked.name))
            continue;
        known = true;
        if (!span_equal_text(request->wire.method, routes[i].method))
            continue;
        if (asked.query.len > 0 && !routes[i].query)
            problem_answer(answer, 400, "this path takes no query");
        else
            routes[i].answer(&asked);
        return;
    }
    problem_answer(answer, known ? 405 : 404,
        known ? "this path takes another method"
              : "no such path below /faults");
}
