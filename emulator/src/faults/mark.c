/* SPDX-License-Identifier: Apache-2.0 */
#include "faults/mark.h"

#include "base/log.h"
#include "faults/mark_list.h"

#include <stdlib.h>
#include <utlist.h>

static void
note(struct mark *mark, const struct match_facts *facts, struct span request_id)
{
    struct clock wall = clock_wall();
    struct event event = {
        .at_ms = clock_ms(&wall),
        .kind = action_kind_text(mark->action),
        .operation = mark->operation,
    };
    events_copy(span_text(fault_decision_name(&mark->decision)),
        EVENTS_NAME_MAX, event.rule);
    events_copy(request_id, EVENTS_ID_MAX, event.request_id);
    if (facts->request != NULL)
        events_copy(facts->request->key_id, EVENTS_ID_MAX, event.key);
    mark->event = events_add(mark->marks->options.events, &event);
    if (log_enabled(LOG_DEBUG))
        log_event(LOG_DEBUG, "fault", log_text("rule", event.rule),
            log_text("kind", event.kind),
            log_optional("request_id", event.request_id));
}

struct mark *
mark_new(struct marks *marks, struct fault_decision *decision,
    const struct match_facts *facts, struct span request_id)
{
    struct mark *mark = calloc(1, sizeof(*mark));
    if (mark == NULL) {
        fault_decision_observe(decision, "failed");
        fault_decision_reset(decision);
        return NULL;
    }
    mark->marks = marks;
    mark->decision = *decision;
    *decision = (struct fault_decision){ .table = NULL };
    mark->action = mark->decision.action;
    if (facts->request != NULL) {
        mark->operation = facts->request->operation;
        events_copy(
            facts->request->account, sizeof(mark->account) - 1, mark->account);
        events_copy(
            facts->request->region, sizeof(mark->region) - 1, mark->region);
    }
    note(mark, facts, request_id);
    mark_list_add(marks, mark);
    return mark;
}

void
mark_observe(struct mark *mark, const char *outcome)
{
    if (mark->outcome != NULL)
        return;
    mark->outcome = outcome;
    fault_decision_observe(&mark->decision, outcome);
    events_close(mark->marks->options.events, mark->event, outcome);
}

void
mark_end(struct mark *mark, const char *outcome)
{
    mark_list_remove(mark->marks, mark);
    mark_observe(mark, outcome);
    fault_decision_reset(&mark->decision);
    buf_reset(&mark->error_type);
    free(mark);
}
