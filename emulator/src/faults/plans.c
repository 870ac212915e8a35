/* SPDX-License-Identifier: Apache-2.0 */
#include "faults/plans.h"

#include "http/hooks.h"

#include <stdlib.h>

enum { CHUNK = 64 };

/* So many bytes after the headers, by default half of what there is. */
static size_t
cut_at(const struct action *action, const struct net_raw_plan *plan,
    size_t body_at)
{
    size_t there = plan->bytes.len - body_at;
    size_t wanted = action->bytes < 0 ? (there + 1) / 2 : (size_t)action->bytes;
    return body_at + (wanted < there ? wanted : there);
}

/* One chunk once more: after its size line and bytes comes the same again. */
static enum status
double_chunk(struct buf *bytes, size_t body_at)
{
    struct buf doubled = { 0 };
    struct span all = buf_span(bytes);
    struct span body = span_skip(all, body_at);
    char *end;
    size_t line;
    if (!span_search(body, SPAN_LITERAL("\r\n"), &line))
        return STATUS_OK; /* there is no body */
    size_t size = (size_t)strtoul((const char *)body.ptr, &end, 16);
    size_t len = size + line + 4;
    enum status st = buf_append(&doubled, span_first(all, body_at + len));
    if (st == STATUS_OK)
        st = buf_append(&doubled, span_first(body, len));
    if (st == STATUS_OK)
        st = buf_append(&doubled, span_skip(body, len));
    if (st == STATUS_OK)
        buf_take(bytes, &doubled);
    buf_reset(&doubled);
    return st;
}

/* The answer as bytes, and what is done to them. */
static enum status
shape(const struct action *action, struct span request_id,
    const struct service_answer *answer, struct net_raw_plan *plan)
{
    size_t body_at = 0;
    bool doubled = action->kind == ACTION_DOUBLED_CHUNK;
    size_t chunk = doubled && action->bytes > 0 ? (size_t)action->bytes
                   : doubled || action->kind == ACTION_TORN ? CHUNK
                                                            : 0;
    enum status st =
        http_hooks_print(answer, request_id, chunk, &plan->bytes, &body_at);
    if (st != STATUS_OK)
        return st;
    if (action->kind == ACTION_CLOSE_MID_BODY || action->kind == ACTION_TORN ||
        action->kind == ACTION_RESET) {
        plan->cut = true;
        plan->cut_at = cut_at(action, plan, body_at);
        plan->end =
            action->kind == ACTION_RESET ? NET_RAW_RESET : NET_RAW_TRUNCATE;
    }
    if (action->kind == ACTION_DRIP) {
        plan->piece = action->bytes > 0 ? (size_t)action->bytes : 1;
        plan->piece_ms = (uint64_t)action->every_ms;
    }
    if (action->kind == ACTION_BANDWIDTH)
        plan->bytes_per_second = (uint64_t)action->bytes_per_second;
    return doubled ? double_chunk(&plan->bytes, body_at) : STATUS_OK;
}

static bool
needs_bytes(const struct action *action)
{
    return action->kind == ACTION_CLOSE_MID_BODY ||
           action->kind == ACTION_TORN ||
           action->kind == ACTION_DOUBLED_CHUNK ||
           action->kind == ACTION_DRIP || action->kind == ACTION_BANDWIDTH ||
           (action->kind == ACTION_RESET && action->at == ACTION_RESET_ANSWER);
}

bool
plans_make(const struct mark *mark, struct span request_id,
    const struct service_answer *answer, struct net_raw_plan *plan)
{
    const struct action *action = mark->action;
    if (needs_bytes(action)) {
        if (shape(action, request_id, answer, plan) != STATUS_OK)
            net_raw_plan_reset(plan);
        return true;
    }
    if (action->kind == ACTION_HANG)
        plan->end = NET_RAW_SILENT;
    else if (action->kind == ACTION_RESET)
        plan->end = NET_RAW_RESET;
    else if (action->kind == ACTION_LOST_ANSWER)
        plan->end = action->end == 0 ? NET_RAW_CLOSE : NET_RAW_RESET;
    else
        return false;
    return true;
}
