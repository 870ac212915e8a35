/* SPDX-License-Identifier: Apache-2.0 */
#include "net/raws_parts.h"

#include "net/relays.h"
#include "net/socket.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>

enum {
    UNSENT_STEP_US = 1000,
    UNSENT_STEPS = 1000, /* a second for the last bytes before a reset */
};

/* What the plan wants to be sent of its bytes. */
static size_t
wanted(const struct net_raw_plan *plan)
{
    return plan->cut && plan->cut_at < plan->bytes.len ? plan->cut_at
                                                       : plan->bytes.len;
}

static void
pause_for(struct raw *raw, uint64_t us)
{
    net_reactor_timer(
        raw->raws->reactor, &raw->timer, net_reactor_now_us() + us);
}

/* Up to where bytes may go out at once; the present place where they may not
 * yet: then a timer is set. */
static size_t
allowed(struct raw *raw, size_t end)
{
    const struct net_raw_plan *plan = &raw->plan;
    if (raw->pause < plan->pause_count && plan->pauses[raw->pause].at < end)
        end = plan->pauses[raw->pause].at;
    if (plan->piece > 0 && end - raw->sent > plan->piece - raw->piece_sent)
        end = raw->sent + plan->piece - raw->piece_sent;
    uint64_t again_us;
    size_t most = net_rate_allows(&raw->rate, net_reactor_now_us(), &again_us);
    if (most == 0)
        net_reactor_timer(raw->raws->reactor, &raw->timer, again_us);
    return end - raw->sent > most ? raw->sent + most : end;
}

/* True: go on. */
static bool
send_some(struct raw *raw, size_t end)
{
    const struct net_raw_plan *plan = &raw->plan;
    ssize_t put = send(raw->fd, plan->bytes.ptr + raw->sent, end - raw->sent,
        MSG_NOSIGNAL | MSG_DONTWAIT);
    if (put < 0 && errno == EINTR)
        return true;
    if (put < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) &&
        net_reactor_watch(raw->raws->reactor, &raw->watch,
            EPOLLOUT | net_raws_interest(raw)) == STATUS_OK)
        return false;
    if (put < 0) {
        net_raws_finish(raw, NET_OUTCOME_CLIENT_LEFT);
        return false;
    }
    raw->sent += (size_t)put;
    net_rate_moved(&raw->rate, (size_t)put);
    raw->piece_sent += (size_t)put;
    if (plan->piece > 0 && raw->piece_sent == plan->piece) {
        raw->piece_sent = 0;
        if (raw->sent < wanted(plan) && plan->piece_ms > 0) {
            pause_for(raw, plan->piece_ms * 1000);
            return false;
        }
    }
    return true;
}

/* RST, once the bytes before it are where it cannot overtake them. */
static void
reset_or_wait(struct raw *raw)
{
    if (!net_relays_end_with(raw->raws->relays, raw->fd, NET_RAW_RESET)) {
        if (net_socket_unsent(raw->fd) > 0 &&
            raw->unsent_steps++ < UNSENT_STEPS) {
            pause_for(raw, UNSENT_STEP_US);
            return;
        }
        net_socket_reset(raw->fd);
    }
    net_raws_finish(raw, NET_OUTCOME_CUT);
}

static void
reach_end(struct raw *raw)
{
    size_t len = raw->plan.bytes.len;
    switch (raw->plan.end) {
    case NET_RAW_TRUNCATE:
        (void)net_relays_end_with(raw->raws->relays, raw->fd, NET_RAW_TRUNCATE);
        /* fallthrough */
    case NET_RAW_CLOSE:
        net_raws_finish(raw,
            len > 0 && raw->sent == len ? NET_OUTCOME_SENT : NET_OUTCOME_CUT);
        return;
    case NET_RAW_RESET:
        reset_or_wait(raw);
        return;
    case NET_RAW_SILENT:
        return; /* the watch or somebody else ends it */
    }
}

void
net_raws_advance(void *context)
{
    struct raw *raw = context;
    const struct net_raw_plan *plan = &raw->plan;
    size_t end = wanted(plan);
    for (;;) {
        if (raw->pause < plan->pause_count &&
            plan->pauses[raw->pause].at <= raw->sent) {
            pause_for(raw, plan->pauses[raw->pause++].ms * 1000);
            return;
        }
        if (raw->sent == end) {
            reach_end(raw);
            return;
        }
        size_t to = allowed(raw, end);
        if (to == raw->sent || !send_some(raw, to))
            return;
    }
}
