/* SPDX-License-Identifier: Apache-2.0 */
#include "net/raws_parts.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utlist.h>

void
net_raws_finish(struct raw *raw, enum net_outcome outcome)
{
    struct net_raws *raws = raw->raws;
    net_reactor_unwatch(raws->reactor, &raw->watch);
    net_reactor_timer_stop(raws->reactor, &raw->timer);
    DL_DELETE(raws->list, raw);
    /* Now, whenever the caller comes to closing it: FIN where there was no
     * RST, and an end of the stream for the caller's own reading. */
    (void)shutdown(raw->fd, SHUT_RDWR);
    (void)close(raw->fd);
    if (raw->plan.ended != NULL)
        raw->plan.ended(raw->plan.context, raw->plan.rule, outcome, raw->sent);
    raw->done(raw->context, outcome, raw->sent);
    net_raw_plan_reset(&raw->plan);
    free(raw);
    raws->count--;
}

uint32_t
net_raws_interest(const struct raw *raw)
{
    return raw->half_closed ? 0 : EPOLLRDHUP;
}

/* Who sends no more may still want the rest of what it is being sent: if it
 * has left, the next bytes tell. Who gets no bytes any more, or had none yet,
 * has left. */
static bool
has_left(struct raw *raw, uint32_t events)
{
    if ((events & (EPOLLHUP | EPOLLERR)) != 0)
        return true;
    if ((events & EPOLLRDHUP) == 0)
        return false;
    raw->half_closed = raw->sent > 0 && raw->plan.end != NET_RAW_SILENT;
    return !raw->half_closed;
}

/* The socket takes bytes again, or the client has left. */
static void
on_ready(void *context, uint32_t events)
{
    struct raw *raw = context;
    if (has_left(raw, events) ||
        net_reactor_watch(raw->raws->reactor, &raw->watch,
            net_raws_interest(raw)) != STATUS_OK) {
        net_raws_finish(raw, NET_OUTCOME_CLIENT_LEFT);
        return;
    }
    if ((events & EPOLLOUT) != 0)
        net_raws_advance(raw);
}

static void
begin(void *context)
{
    struct raw *raw = context;
    struct net_raws *raws = raw->raws;
    DL_APPEND(raws->list, raw);
    if (raws->stopped)
        net_raws_finish(raw, NET_OUTCOME_STOPPED);
    else if (net_heals_since(raws->heals, raw->moment, raw->plan.rule))
        net_raws_finish(raw, NET_OUTCOME_HEALED);
    else if (net_reactor_watch(raws->reactor, &raw->watch, EPOLLRDHUP) !=
             STATUS_OK)
        net_raws_finish(raw, NET_OUTCOME_FAILED);
    else
        net_raws_advance(raw);
}

static struct raw *
make(struct net_raws *raws, int fd)
{
    struct raw *raw = calloc(1, sizeof(*raw));
    if (raw == NULL)
        return NULL;
    raw->raws = raws;
    raw->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (raw->fd < 0) {
        free(raw);
        return NULL;
    }
    raw->task.run = begin;
    raw->timer.due = net_raws_advance;
    raw->watch.fd = raw->fd;
    raw->watch.ready = on_ready;
    raw->task.context = raw->timer.context = raw->watch.context = raw;
    return raw;
}

uint64_t
net_raws_moment(struct net_raws *raws)
{
    return net_heals_now(raws->heals);
}

enum status
net_raws_start(struct net_raws *raws, int fd, struct net_raw_plan *plan,
    uint64_t moment, net_raws_done_fn *done, void *context)
{
    if (!net_raw_plan_valid(plan))
        return STATUS_INVALID;
    if (raws->count++ >= NET_RAW_PLANS_MAX) {
        raws->count--;
        return STATUS_FULL;
    }
    struct raw *raw = make(raws, fd);
    if (raw == NULL) {
        raws->count--;
        return STATUS_NO_MEMORY;
    }
    raw->plan = *plan;
    raw->rate.per_second = plan->bytes_per_second;
    *plan = (struct net_raw_plan){ 0 };
    raw->moment = moment;
    raw->done = done;
    raw->context = context;
    net_reactor_post(raws->reactor, &raw->task);
    return STATUS_OK;
}

static void
end_all(struct net_raws *raws, uint64_t rule, enum net_outcome outcome)
{
    struct raw *raw, *next;
    DL_FOREACH_SAFE(raws->list, raw, next)
    {
        if (rule == NET_RULE_NONE || raw->plan.rule == rule)
            net_raws_finish(raw, outcome);
    }
}

void
net_raws_heal(struct net_raws *raws, uint64_t rule)
{
    end_all(raws, rule, NET_OUTCOME_HEALED);
}

static void
stop_all(void *context)
{
    end_all(context, NET_RULE_NONE, NET_OUTCOME_STOPPED);
}

void
net_raws_stop(struct net_raws *raws)
{
    if (!atomic_exchange(&raws->stopped, true))
        net_reactor_post(raws->reactor, &raws->stop_task);
}

enum status
net_raws_new(struct net_reactor *reactor, struct net_heals *heals,
    struct net_relays *relays, struct net_raws **out)
{
    struct net_raws *raws = calloc(1, sizeof(*raws));
    if (raws == NULL)
        return STATUS_NO_MEMORY;
    raws->reactor = reactor;
    raws->heals = heals;
    raws->relays = relays;
    raws->stop_task.run = stop_all;
    raws->stop_task.context = raws;
    *out = raws;
    return STATUS_OK;
}

void
net_raws_free(struct net_raws *raws)
{
    if (raws == NULL)
        return;
    stop_all(raws);
    free(raws);
}
