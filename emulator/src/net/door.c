/* SPDX-License-Identifier: Apache-2.0 */
#include "net/door.h"

#include "net/socket.h"

#include <stdlib.h>
#include <unistd.h>

struct net_door {
    struct net_listener *listener;
    struct net_door_options options;
    uint64_t ordinal; /* the loop's thread */
};

static void
end(struct net_door *door, int fd, const struct net_accept_decision *decision)
{
    const struct net_faults *faults = door->options.faults;
    if (decision->action == NET_ACCEPT_RESET)
        net_socket_reset(fd);
    (void)close(fd);
    if (decision->rule != NET_RULE_NONE && faults->ended != NULL)
        faults->ended(faults->context, decision->rule, NET_OUTCOME_CUT);
}

/* A net_gate_fn. */
static void
enter(void *context, int fd, const struct net_address *peer)
{
    struct net_door *door = context;
    const struct net_door_options *options = &door->options;
    const struct net_faults *faults = options->faults;
    struct net_arrival arrival = {
        .fd = fd,
        .listener = *net_listener_address(door->listener),
        .peer = *peer,
        .ordinal = ++door->ordinal,
        .tls = options->tls,
        .faults = faults,
        .next = options->next,
        .next_context = options->next_context,
        .moment = net_relays_moment(options->relays),
    };
    const struct net_accept_facts facts = { &arrival.listener, &arrival.peer,
        arrival.ordinal, options->tls != NULL };
    struct net_accept_decision *decision = &arrival.decision;
    if (faults != NULL && faults->decide_accept != NULL)
        faults->decide_accept(faults->context, &facts, decision);
    switch (decision->action) {
    case NET_ACCEPT_RESET:
    case NET_ACCEPT_CLOSE:
        end(door, fd, decision);
        return;
    case NET_ACCEPT_SERVE:
    case NET_ACCEPT_SILENT:
        break;
    }
    if (decision->action == NET_ACCEPT_SERVE && options->tls == NULL &&
        decision->bytes_per_second == 0)
        options->next(options->next_context, fd, peer);
    else
        net_relays_take(options->relays, &arrival);
}

enum status
net_door_new(struct net_loop *loop, const struct net_address *address,
    const struct net_door_options *options, struct net_door **out)
{
    struct net_door *door = calloc(1, sizeof(*door));
    if (door == NULL)
        return STATUS_NO_MEMORY;
    door->options = *options;
    enum status st =
        net_listener_new(loop, address, enter, door, &door->listener);
    if (st != STATUS_OK) {
        free(door);
        return st;
    }
    *out = door;
    return STATUS_OK;
}

const struct net_address *
net_door_address(const struct net_door *door)
{
    return net_listener_address(door->listener);
}

bool
net_door_is_tls(const struct net_door *door)
{
    return door->options.tls != NULL;
}

enum status
net_door_refuse(struct net_door *door, bool refuse)
{
    return net_listener_refuse(door->listener, refuse);
}

void
net_door_close(struct net_door *door)
{
    net_listener_close(door->listener);
}

void
net_door_free(struct net_door *door)
{
    if (door == NULL)
        return;
    net_listener_free(door->listener);
    free(door);
}
