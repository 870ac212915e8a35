/* SPDX-License-Identifier: Apache-2.0 */
/* Raw answers: the connection waits, suspended, while net/raws has it. */
#include "http/server_parts.h"

#include "base/log.h"

/* In the reactor's thread. */
static void
on_ended(void *context, enum net_outcome outcome, size_t sent)
{
    struct http_exchange *exchange = context;
    struct http_waiting *waiting = &exchange->server->waiting;
    (void)outcome;
    (void)sent;
    if (http_waiting_answered(waiting, &exchange->raw)) {
        http_exchange_free(exchange);
        http_waiting_freed(waiting);
    }
}

enum MHD_Result
http_respond_raw(struct http_exchange *exchange,
    struct MHD_Connection *connection, struct net_raw_plan *plan,
    uint64_t moment)
{
    struct http_server *server = exchange->server;
    struct http_connection *peer = exchange->peer;
    exchange->raw.state = HTTP_WAIT_HANDLING;
    peer->busy = true;
    peer->deadline_us = UINT64_MAX; /* the plan's to decide */
    enum status st = net_raws_start(
        server->raws, peer->fd, plan, moment, on_ended, exchange);
    if (st != STATUS_OK) {
        log_event(LOG_WARN, "raw answer not begun, connection closed",
            log_text("reason", status_text(st)));
        exchange->raw.state = HTTP_WAIT_ANSWERED;
        if (plan->ended != NULL)
            plan->ended(plan->context, plan->rule, NET_OUTCOME_FAILED, 0);
        net_raw_plan_reset(plan);
        return MHD_NO;
    }
    return http_waiting_suspend(
               &server->waiting, &exchange->raw, connection, -1, UINT64_MAX)
               ? MHD_YES
               : MHD_NO;
}

bool
http_raw_at_head(struct http_exchange *exchange,
    struct MHD_Connection *connection, enum MHD_Result *done)
{
    const struct http_hooks *hooks = exchange->server->hooks;
    struct net_raw_plan plan = { 0 };
    uint64_t moment =
        hooks == NULL ? 0 : net_raws_moment(exchange->server->raws);
    if (hooks == NULL || hooks->on_head == NULL ||
        exchange->refusal != HTTP_REFUSAL_NONE ||
        !hooks->on_head(hooks->context, &exchange->request, &plan))
        return false;
    *done = http_respond_raw(exchange, connection, &plan, moment);
    return true;
}

bool
http_raw_at_body(struct http_exchange *exchange,
    struct MHD_Connection *connection, enum MHD_Result *done)
{
    const struct http_hooks *hooks = exchange->server->hooks;
    struct net_raw_plan plan = { 0 };
    uint64_t moment =
        hooks == NULL ? 0 : net_raws_moment(exchange->server->raws);
    if (hooks == NULL || hooks->on_body == NULL ||
        !hooks->on_body(hooks->context, &exchange->request, &plan))
        return false;
    *done = http_respond_raw(exchange, connection, &plan, moment);
    return true;
}

bool
http_raw_at_answer(struct http_exchange *exchange,
    struct MHD_Connection *connection, enum MHD_Result *done)
{
    const struct http_hooks *hooks = exchange->server->hooks;
    struct net_raw_plan plan = { 0 };
    uint64_t moment =
        hooks == NULL ? 0 : net_raws_moment(exchange->server->raws);
    if (hooks == NULL || hooks->on_answer == NULL ||
        !hooks->on_answer(
            hooks->context, &exchange->request, &exchange->answer, &plan))
        return false;
    /* Handled it was, whatever the client gets to see of it. */
    exchange->sent_status = exchange->answer.http_status;
    exchange->sent_operation = exchange->answer.operation;
    *done = http_respond_raw(exchange, connection, &plan, moment);
    return true;
}
