/* SPDX-License-Identifier: Apache-2.0 */
#include "faults/faults_parts.h"

#include "faults/doors.h"
#include "faults/links.h"
#include "net/transport.h"

#include <stdlib.h>

static enum status
read_match(void *context, const struct fault_place *place,
    const struct json *json, void **out)
{
    struct match *match = NULL;
    (void)context;
    enum status st = match_read(place, json, &match);
    if (st == STATUS_OK)
        *out = match;
    return st;
}

static void
free_match(void *match)
{
    match_free(match);
}

/* A rule that could never fire is a mistake of whoever armed it. */
static enum status
check_doors(const struct faults *faults, const struct fault_place *place,
    const struct action *action)
{
    if (faults->tls || action_stage(action) != MATCH_TLS)
        return STATUS_OK;
    return fault_refuse(place,
        "do: %s: nothing here serves TLS, so it would never fire: start "
        "kms-emulator with --tls or --listen-tls",
        action_kind_text(action));
}

static enum status
read_action(void *context, const struct fault_place *place,
    const struct json *json, const void *match, void **out)
{
    struct action *action = NULL;
    enum status st = action_read(place, json, match, &action);
    if (st == STATUS_OK)
        st = check_doors(context, place, action);
    if (st == STATUS_OK)
        *out = action;
    else
        action_free(action);
    return st;
}

static void
free_action(void *action)
{
    action_free(action);
}

static const char *
kind_of(const void *action)
{
    return action_kind_text(action);
}

/* A quota that is not used up lets a request pass to the next rule. */
static bool
exceeds_quota(const struct action *action)
{
    struct clock wall = clock_wall();
    return action->quota == NULL || !quota_take(action->quota, clock_ms(&wall));
}

static bool
matches(const void *match, const void *const *actions, size_t count,
    const void *facts)
{
    const struct match_facts *known = facts;
    if (!match_holds(match, facts))
        return false;
    for (size_t i = 0; i < count; i++)
        if (known->request != NULL &&
            !action_suits(actions[i], known->request->operation))
            return false;
    return count != 1 || exceeds_quota(actions[0]);
}

static const struct fault_meaning meaning = { read_match, free_match,
    read_action, free_action, kind_of, matches };

static void
on_withdrawn(void *context)
{
    faults_look(context);
}

static bool
heal(void *context, uint64_t id)
{
    struct faults *faults = context;
    return faults->transport == NULL ||
           net_transport_heal(faults->transport, id) == STATUS_OK;
}

static bool
tick(void *context)
{
    const struct faults *faults = context;
    return doors_look(faults->doors);
}

static bool
is_armed(void *context)
{
    const struct faults *faults = context;
    return fault_table_is_armed(faults->table);
}

static void
keep_record(void *context, const struct store_key *record, uint64_t version,
    struct span value)
{
    struct faults *faults = context;
    struct clock clock = clock_monotonic();
    history_add(faults->history, record, clock_ms(&clock), version, value);
}

static bool
recall_record(void *context, void *marked, const struct store_key *record,
    uint64_t *version, struct buf *value)
{
    struct faults *faults = context;
    const struct mark *mark = marked;
    struct clock clock = clock_monotonic();
    int64_t since_ms = clock_ms(&clock) - mark->action->for_ms;
    if (since_ms < mark->decision.rule->armed_ms)
        since_ms = mark->decision.rule->armed_ms;
    return mark->action->kind == ACTION_STALE_READS &&
           history_find(faults->history, record, since_ms, version, value);
}

static bool
may_wait(void *context, const struct service_request *request)
{
    struct faults *faults = context;
    return marks_is_waiting(faults->marks, request);
}

static void
on_left(void *context, const struct service_request *request)
{
    struct faults *faults = context;
    marks_left(faults->marks, request);
}

static void
hook_up(struct faults *faults)
{
    faults->service = (struct service_hooks){ faults, is_armed, request_before,
        reply_after, keep_record, recall_record };
    faults->http = (struct http_hooks){
        .context = faults,
        .on_head = reply_on_head,
        .on_answer = reply_on_answer,
        .may_wait = may_wait,
        .on_left = on_left,
        .on_end = reply_on_end,
    };
    faults->net = (struct net_faults){ faults, links_decide_accept,
        links_decide_tls, links_ended };
}

enum status
faults_new(const struct faults_options *options, struct faults **out)
{
    struct faults *faults = calloc(1, sizeof(*faults));
    if (faults == NULL)
        return STATUS_NO_MEMORY;
    const struct fault_table_options table = {
        .meaning = &meaning,
        .context = faults,
        .clock = clock_monotonic(),
        .seed = options->seed,
        .withdrawn = on_withdrawn,
    };
    faults->tls = options->tls;
    hook_up(faults);
    enum status st = events_new(&faults->events);
    if (st == STATUS_OK)
        st = history_new(&faults->history);
    const struct marks_options marks = { faults->events, heal, tick, faults };
    if (st == STATUS_OK)
        st = fault_table_new(&table, &faults->table);
    if (st == STATUS_OK)
        st = doors_new(faults, &faults->doors);
    if (st == STATUS_OK)
        st = marks_new(&marks, &faults->marks);
    if (st != STATUS_OK) {
        faults_free(faults);
        return st;
    }
    *out = faults;
    return STATUS_OK;
}

void
faults_attach(struct faults *faults, struct net_transport *transport,
    struct net_door *plain, struct net_door *tls)
{
    faults->transport = transport;
    doors_add(faults->doors, plain);
    doors_add(faults->doors, tls);
    faults_look(faults);
}

void
faults_look(struct faults *faults)
{
    (void)doors_look(faults->doors);
    marks_look(faults->marks);
}

void
faults_stop(struct faults *faults)
{
    doors_leave(faults->doors);
    marks_stop(faults->marks);
}

void
faults_free(struct faults *faults)
{
    if (faults == NULL)
        return;
    marks_free(faults->marks);
    doors_free(faults->doors);
    fault_table_free(faults->table);
    history_free(faults->history);
    events_free(faults->events);
    free(faults);
}

const struct service_hooks *
faults_service_hooks(struct faults *faults)
{
    return &faults->service;
}

const struct http_hooks *
faults_http_hooks(struct faults *faults)
{
    return &faults->http;
}

const struct net_faults *
faults_net_hooks(struct faults *faults)
{
    return &faults->net;
}

struct fault_table *
faults_table(struct faults *faults)
{
    return faults->table;
}

struct events *
faults_events(struct faults *faults)
{
    return faults->events;
}

/* Who asks: the test that says so in a header, else the caller with the
 * operation and the key. */
static enum status
print_scope(const struct match_facts *facts, struct buf *out)
{
    static const char header[] = "x-kmslab-scope";
    const struct sigv4_request *wire = facts->wire;
    for (size_t i = 0; wire != NULL && i < wire->header_count; i++)
        if (match_is_header(&wire->headers[i], header))
            return buf_append(out, wire->headers[i].value);
    if (facts->request == NULL)
        return buf_append(
            out, facts->wire == NULL ? facts->server_name : facts->operation);
    return buf_printf(out, "%.*s %s %.*s", SPAN_ARG(facts->request->caller),
        facts->request->operation, SPAN_ARG(facts->request->key_id));
}

struct mark *
faults_ask(struct faults *faults, const struct match_facts *facts,
    struct span request_id)
{
    struct buf scope = { 0 };
    struct mark *mark = NULL;
    struct fault_decision decision = { .table = NULL };
    if (print_scope(facts, &scope) == STATUS_OK &&
        fault_table_decide(faults->table, facts, buf_span(&scope), &decision))
        mark = mark_new(faults->marks, &decision, facts, request_id);
    buf_reset(&scope);
    return mark;
}
