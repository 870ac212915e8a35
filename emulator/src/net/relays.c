/* SPDX-License-Identifier: Apache-2.0 */
#include "net/relay.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <utlist.h>

enum { STOP_STEP_MS = 2 };

const struct net_relays_options net_relays_default = {
    .handshake_ms = NET_RELAY_HANDSHAKE_MS,
    .stall_ms = NET_RELAY_STALL_MS,
    .linger_ms = NET_RELAY_LINGER_MS,
    .max = NET_RELAYS_MAX,
};

void
relay_tell(struct relay *relay, uint64_t *rule, enum net_outcome outcome)
{
    const struct net_faults *faults = relay->arrival.faults;
    uint64_t which = *rule;
    *rule = NET_RULE_NONE;
    if (which != NET_RULE_NONE && faults != NULL && faults->ended != NULL)
        faults->ended(faults->context, which, outcome);
}

void
relay_deadline(struct relay *relay, uint64_t ms)
{
    uint64_t most_ms = ms < NET_WAIT_MAX_MS ? ms : NET_WAIT_MAX_MS;
    net_reactor_timer(relay->relays->reactor, &relay->deadline,
        net_reactor_now_us() + most_ms * 1000);
}

bool
relay_watch_client(struct relay *relay, uint32_t events)
{
    if (net_reactor_watch(relay->relays->reactor, &relay->client, events) ==
        STATUS_OK)
        return true;
    relay_free(relay);
    return false;
}

static void
close_fd(struct net_reactor *reactor, struct net_watch *watch)
{
    net_reactor_unwatch(reactor, watch);
    if (watch->fd >= 0)
        (void)close(watch->fd);
    watch->fd = -1;
}

void
relay_free(struct relay *relay)
{
    struct net_relays *relays = relay->relays;
    enum net_outcome outcome = relays->stopping ? NET_OUTCOME_STOPPED
                               : relay->stage < RELAY_OPEN
                                   ? NET_OUTCOME_CLIENT_LEFT
                                   : NET_OUTCOME_SENT;
    relay_tell(relay, &relay->arrival.decision.rule, outcome);
    relay_tell(relay, &relay->tls_decision.rule, outcome);
    close_fd(relays->reactor, &relay->client);
    close_fd(relays->reactor, &relay->inner);
    net_reactor_timer_stop(relays->reactor, &relay->deadline);
    net_reactor_timer_stop(relays->reactor, &relay->refill);
    SSL_free(relay->ssl);
    buf_reset(&relay->up.rest);
    buf_reset(&relay->down.rest);
    DL_DELETE(relays->list, relay);
    relays->count--;
    relays->pending--;
    free(relay);
}

/* A plain connection without a rate needs nobody in between any more. */
static void
let_through(struct relay *relay)
{
    net_gate_fn *next = relay->arrival.next;
    void *context = relay->arrival.next_context;
    struct net_address peer = relay->arrival.peer;
    int fd = relay->client.fd;
    net_reactor_unwatch(relay->relays->reactor, &relay->client);
    relay->client.fd = -1;
    relay_free(relay);
    next(context, fd, &peer);
}

void
relay_serve(struct relay *relay)
{
    if (relay->arrival.tls != NULL)
        relay_handshake(relay);
    else if (relay->arrival.decision.bytes_per_second > 0)
        relay_open(relay);
    else
        let_through(relay);
}

uint64_t
net_relays_moment(struct net_relays *relays)
{
    return net_heals_now(relays->heals);
}

static void
begin(void *context)
{
    struct relay *relay = context;
    struct net_relays *relays = relay->relays;
    DL_APPEND(relays->list, relay);
    relays->count++;
    relay_heal_missed(relay);
    if (relays->stopping || relays->count > relays->options.max)
        relay_free(relay);
    else if (relay->arrival.decision.action == NET_ACCEPT_SILENT)
        (void)relay_watch_client(relay, EPOLLRDHUP);
    else
        relay_serve(relay);
}

static void
on_client(void *context, uint32_t events)
{
    struct relay *relay = context;
    bool gone = (events & (EPOLLERR | EPOLLHUP)) != 0;
    switch (relay->stage) {
    case RELAY_HELD:
        relay_free(relay); /* whatever it is, the client has left */
        return;
    case RELAY_HANDSHAKE:
        relay_handshake_ready(relay, events);
        return;
    case RELAY_OPEN:
        if (gone)
            relay_free(relay);
        else
            relay_pump(relay);
        return;
    case RELAY_LINGER:
        if (gone)
            relay_free(relay);
        else
            relay_linger_ready(relay);
        return;
    }
}

static void
on_inner(void *context, uint32_t events)
{
    (void)events; /* reading and writing tell the same */
    relay_pump(context);
}

static void
on_refill(void *context)
{
    relay_pump(context);
}

static void
on_deadline(void *context)
{
    struct relay *relay = context;
    if (relay->stage == RELAY_HANDSHAKE && relay->tls_waits)
        relay_handshake_go_on(relay);
    else if (relay->stage == RELAY_LINGER && relay->end == NET_RAW_RESET)
        relay_reset(relay);
    else
        relay_free(relay);
}

void
net_relays_take(struct net_relays *relays, const struct net_arrival *arrival)
{
    struct relay *relay = calloc(1, sizeof(*relay));
    if (relay == NULL) {
        (void)close(arrival->fd);
        return;
    }
    relay->relays = relays;
    relay->arrival = *arrival;
    relay->client =
        (struct net_watch){ arrival->fd, 0, false, on_client, relay };
    relay->inner = (struct net_watch){ -1, 0, false, on_inner, relay };
    relay->deadline.due = on_deadline;
    relay->refill.due = on_refill;
    relay->deadline.context = relay->refill.context = relay;
    relay->task = (struct net_task){ NULL, begin, relay };
    relays->pending++;
    net_reactor_post(relays->reactor, &relay->task);
}

bool
net_relays_end_with(struct net_relays *relays, int fd, enum net_raw_end end)
{
    struct relay *relay;
    struct stat info;
    if (fstat(fd, &info) != 0 || !S_ISSOCK(info.st_mode))
        return false;
    DL_SEARCH_SCALAR(relays->list, relay, other_end, info.st_ino);
    if (relay == NULL)
        return false;
    relay->end = end;
    return true;
}

/* Those that serve nobody yet, or have said all, are not waited for. */
static void
stop(void *context)
{
    struct net_relays *relays = context;
    struct relay *relay, *next;
    relays->stopping = true;
    DL_FOREACH_SAFE(relays->list, relay, next)
    {
        if (relay->stage < RELAY_OPEN || relay->said_goodbye)
            relay_free(relay);
    }
}

void
net_relays_stop(struct net_relays *relays, uint64_t grace_ms)
{
    const struct timespec step = { 0, STOP_STEP_MS * 1000000L };
    net_reactor_post(relays->reactor, &relays->stop_task);
    for (uint64_t ms = 0; relays->pending > 0 && ms < grace_ms;
         ms += STOP_STEP_MS)
        (void)nanosleep(&step, NULL);
}

enum status
net_relays_new(struct net_reactor *reactor, struct net_heals *heals,
    const struct net_relays_options *options, struct net_relays **out)
{
    struct net_relays *relays = calloc(1, sizeof(*relays));
    if (relays == NULL)
        return STATUS_NO_MEMORY;
    relays->reactor = reactor;
    relays->heals = heals;
    relays->options = *options;
    relays->stop_task = (struct net_task){ NULL, stop, relays };
    *out = relays;
    return STATUS_OK;
}

void
net_relays_free(struct net_relays *relays)
{
    struct relay *relay, *next;
    if (relays == NULL)
        return;
    relays->stopping = true;
    DL_FOREACH_SAFE(relays->list, relay, next)
    {
        relay_free(relay);
    }
    free(relays);
}
