/* SPDX-License-Identifier: Apache-2.0 */
/* What happens to an answer, and when a request is over. */
#include "faults/effects.h"
#include "faults/faults_parts.h"
#include "faults/outcome.h"
#include "faults/plans.h"

void
reply_after(void *context, struct service_answer *answer)
{
    (void)context;
    effects_apply(answer->mark, answer);
}

/* In the reactor's thread. The answer's mark ends later, with its request. */
static void
on_plan_ended(
    void *context, uint64_t rule, enum net_outcome outcome, size_t sent)
{
    struct mark *mark = context;
    (void)rule;
    mark_observe(mark, outcome_of_plan(mark->action, outcome, sent));
}

bool
reply_on_answer(void *context, const struct service_request *request,
    struct service_answer *answer, struct net_raw_plan *plan)
{
    struct mark *mark = answer->mark;
    (void)context;
    if (mark == NULL)
        return false;
    mark->status = answer->http_status;
    if (!plans_make(mark, request->request_id, answer, plan))
        return false;
    plan->rule = mark->id;
    plan->ended = on_plan_ended;
    plan->context = mark;
    mark->stuck = true;
    return true;
}

void
reply_on_end(void *context, void *ended, enum http_ending ending)
{
    struct mark *mark = ended;
    (void)context;
    if (mark->healed)
        mark_observe(mark, "healed");
    mark_end(mark, ending == HTTP_ENDING_ANSWERED
                       ? outcome_of_status(mark->status)
                       : "client-left");
}

/* A plan without an answer is all that its mark stands for. */
static void
on_head_ended(
    void *context, uint64_t rule, enum net_outcome outcome, size_t sent)
{
    struct mark *mark = context;
    (void)rule;
    mark_end(mark, outcome_of_plan(mark->action, outcome, sent));
}

static struct span
find_target(const struct sigv4_request *wire)
{
    struct span prefix = SPAN_LITERAL("TrentService.");
    for (size_t i = 0; i < wire->header_count; i++)
        if (span_starts_with(wire->headers[i].value, prefix))
            return span_skip(wire->headers[i].value, prefix.len);
    return (struct span){ NULL, 0 };
}

bool
reply_on_head(void *context, const struct service_request *request,
    struct net_raw_plan *plan)
{
    struct faults *faults = context;
    if (!fault_table_is_armed(faults->table))
        return false;
    const struct match_facts known = {
        .stage = MATCH_HEADERS,
        .connection = request->connection,
        .wire = &request->wire,
        .operation = find_target(&request->wire),
    };
    struct mark *mark = faults_ask(faults, &known, request->request_id);
    if (mark == NULL)
        return false;
    plan->end = NET_RAW_RESET;
    plan->rule = mark->id;
    plan->ended = on_head_ended;
    plan->context = mark;
    mark->stuck = true;
    return true;
}
