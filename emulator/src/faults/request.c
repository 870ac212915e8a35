/* SPDX-License-Identifier: Apache-2.0 */
/* What happens to a request before it is executed. */
#include "faults/errors.h"
#include "faults/faults_parts.h"
#include "faults/wait.h"
#include "faults/wire_clock.h"

#include <inttypes.h>
#include <stdio.h>

static void
add_headers(struct mark *mark, struct service_answer *answer)
{
    size_t at = 0;
    if (!fault_decision_is_quiet(&mark->decision))
        answer->headers[at++] = (struct service_header){ "x-kmslab-fault",
            fault_decision_name(&mark->decision) };
    if (mark->date[0] != '\0')
        answer->headers[at++] = (struct service_header){ "Date", mark->date };
    if (mark->retry_after[0] != '\0')
        answer->headers[at] =
            (struct service_header){ "x-amz-retry-after", mark->retry_after };
}

/* A client whose clock agrees with ours is out of date for a KMS whose clock
 * is wrong. */
static enum service_turn
turn_clock(struct mark *mark, const struct service_facts *facts,
    struct service_answer *answer)
{
    struct buf words = { 0 };
    enum service_turn turn = SERVICE_TURN_RUN;
    if (wire_clock_refuses(
            &facts->request->wire, mark->action->offset_ms, &words)) {
        errors_plain(
            mark, KMS_ERROR_INVALID_SIGNATURE, buf_span(&words), facts, answer);
        turn = SERVICE_TURN_ANSWER;
    }
    buf_reset(&words);
    return turn;
}

static enum service_turn
turn_wait(struct mark *mark, const struct service_facts *facts,
    struct service_pause *pause)
{
    mark_wait(mark, pause, facts->request,
        wait_of(
            mark->action, &mark->decision.draw, mark->decision.rule->armed_ms));
    return SERVICE_TURN_PAUSE;
}

static enum service_turn
take_turn(struct mark *mark, const struct service_facts *facts,
    struct service_pause *pause, struct service_answer *answer)
{
    const struct action *action = mark->action;
    switch (action->kind) {
    case ACTION_ERROR:
        errors_answer(mark, action, facts, answer);
        return SERVICE_TURN_ANSWER;
    case ACTION_THROTTLE:
        errors_plain(mark, KMS_ERROR_THROTTLING, (struct span){ NULL, 0 },
            facts, answer);
        return SERVICE_TURN_ANSWER;
    case ACTION_HTML:
    case ACTION_EMPTY:
        errors_page(action, answer);
        return SERVICE_TURN_ANSWER;
    case ACTION_HANG:
        return SERVICE_TURN_ANSWER; /* reply.c sees to it that none is sent */
    case ACTION_RESET:
        return action->at == ACTION_RESET_BODY ? SERVICE_TURN_ANSWER
                                               : SERVICE_TURN_RUN;
    case ACTION_LATENCY:
        return turn_wait(mark, facts, pause);
    case ACTION_CLOCK_OFFSET:
        return turn_clock(mark, facts, answer);
    case ACTION_NOT_DONE:
        return SERVICE_TURN_PRETEND;
    case ACTION_STALE_READS:
    case ACTION_WRONG_PLAINTEXT:
    case ACTION_FLIP_CIPHERTEXT:
    case ACTION_OTHER_KEY:
    case ACTION_CONTENT_TYPE:
    case ACTION_LOST_ANSWER:
    case ACTION_CLOSE_MID_BODY:
    case ACTION_TORN:
    case ACTION_DOUBLED_CHUNK:
    case ACTION_DRIP:
    case ACTION_BANDWIDTH:
    case ACTION_REFUSE_CONNECTIONS:
    case ACTION_ACCEPT_SILENT:
    case ACTION_LATE_TLS:
    case ACTION_EXPIRED_CERTIFICATE:
    case ACTION_KINDS:
        break;
    }
    return SERVICE_TURN_RUN;
}

enum service_turn
request_before(void *context, const struct service_facts *facts,
    struct service_pause *pause, struct service_answer *answer)
{
    const struct match_facts known = {
        .stage = MATCH_REQUEST,
        .connection = facts->request->connection,
        .wire = &facts->request->wire,
        .operation = span_text(facts->operation),
        .request = facts,
    };
    struct mark *mark = faults_ask(context, &known, facts->request->request_id);
    if (mark == NULL)
        return SERVICE_TURN_RUN;
    answer->mark = mark;
    if (mark->action->kind == ACTION_CLOCK_OFFSET)
        wire_clock_date(
            mark->action->offset_ms, mark->date, sizeof(mark->date));
    if (mark->action->retry_after_ms >= 0)
        (void)snprintf(mark->retry_after, sizeof(mark->retry_after), "%" PRId64,
            mark->action->retry_after_ms);
    add_headers(mark, answer);
    return take_turn(mark, facts, pause, answer);
}
