/* SPDX-License-Identifier: Apache-2.0 */
#include "rpc/rpc_relay_call.h"

void
relay_held_add(struct rpc_relay_call *call)
{
    struct rpc_relay *relay = call->relay;
    int64_t now_ms = relay_now_ms();

    call->references++;
    call->is_held = true;
    call->due_ms = call->plan.wait_ms > INT64_MAX - now_ms
                       ? INT64_MAX
                       : now_ms + call->plan.wait_ms;
    (void)pthread_mutex_lock(&relay->lock);
    call->before = NULL;
    call->after = relay->held;
    if (relay->held != NULL)
        relay->held->before = call;
    relay->held = call;
    (void)pthread_mutex_unlock(&relay->lock);
}

/* With the lock held. */
static void
unlink_held(struct rpc_relay_call *call)
{
    if (call->before != NULL)
        call->before->after = call->after;
    else
        call->relay->held = call->after;
    if (call->after != NULL)
        call->after->before = call->before;
    call->is_held = false;
}

struct rpc_relay_call *
relay_held_release(struct rpc_relay_call *call, bool (*is_due)(void *state))
{
    if (is_due == NULL || is_due(call->plan.state))
        call->due_ms = 0;
    return call->after;
}

int64_t
relay_held_sweep(struct rpc_relay *relay, int64_t now_ms)
{
    struct rpc_relay_call *due = NULL;
    int64_t next_ms = INT64_MAX;

    (void)pthread_mutex_lock(&relay->lock);
    for (struct rpc_relay_call *c = relay->held, *after; c != NULL; c = after) {
        after = c->after;
        if (c->due_ms <= now_ms) {
            unlink_held(c);
            c->after = due;
            due = c;
        } else if (c->due_ms < next_ms) {
            next_ms = c->due_ms;
        }
    }
    (void)pthread_mutex_unlock(&relay->lock);
    while (due != NULL) {
        struct rpc_relay_call *call = due;
        due = call->after;
        relay_onward_go(call);
        relay_call_drop(call);
    }
    return next_ms;
}

bool
relay_held_take(struct rpc_relay_call *call)
{
    (void)pthread_mutex_lock(&call->relay->lock);
    bool held = call->is_held;
    if (held)
        unlink_held(call);
    (void)pthread_mutex_unlock(&call->relay->lock);
    return held;
}
