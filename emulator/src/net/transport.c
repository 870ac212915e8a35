/* SPDX-License-Identifier: Apache-2.0 */
#include "net/transport.h"

#include <stdlib.h>

enum { GRACE_MS = 1000 };

struct net_transport {
    struct net_heals heals;
    struct net_reactor *reactor;
    struct net_relays *relays;
    struct net_raws *raws;
};

/* One order to heal. */
struct healing {
    struct net_task task;
    struct net_transport *transport;
    uint64_t rule;
};

enum status
net_transport_new(
    const struct net_relays_options *relays, struct net_transport **out)
{
    struct net_transport *made = calloc(1, sizeof(*made));
    if (made == NULL)
        return STATUS_NO_MEMORY;
    net_heals_init(&made->heals);
    enum status st = net_reactor_new(&made->reactor);
    if (st == STATUS_OK)
        st = net_relays_new(made->reactor, &made->heals, relays, &made->relays);
    if (st == STATUS_OK)
        st = net_raws_new(
            made->reactor, &made->heals, made->relays, &made->raws);
    if (st != STATUS_OK) {
        net_transport_free(made);
        return st;
    }
    *out = made;
    return STATUS_OK;
}

enum status
net_transport_start(struct net_transport *transport)
{
    return net_reactor_start(transport->reactor);
}

struct net_raws *
net_transport_raws(struct net_transport *transport)
{
    return transport->raws;
}

struct net_relays *
net_transport_relays(struct net_transport *transport)
{
    return transport->relays;
}

static void
run_healing(void *context)
{
    struct healing *healing = context;
    net_raws_heal(healing->transport->raws, healing->rule);
    net_relays_heal(healing->transport->relays, healing->rule);
    free(healing);
}

enum status
net_transport_heal(struct net_transport *transport, uint64_t rule)
{
    struct healing *healing = calloc(1, sizeof(*healing));
    if (healing == NULL)
        return STATUS_NO_MEMORY;
    healing->task = (struct net_task){ NULL, run_healing, healing };
    healing->transport = transport;
    healing->rule = rule;
    net_heals_add(&transport->heals, rule);
    net_reactor_post(transport->reactor, &healing->task);
    return STATUS_OK;
}

void
net_transport_quiesce(struct net_transport *transport)
{
    net_raws_stop(transport->raws);
}

void
net_transport_stop(struct net_transport *transport)
{
    net_relays_stop(transport->relays, GRACE_MS);
    net_reactor_stop(transport->reactor);
}

void
net_transport_free(struct net_transport *transport)
{
    if (transport == NULL)
        return;
    if (transport->reactor != NULL)
        net_reactor_stop(transport->reactor);
    net_raws_free(transport->raws);
    net_relays_free(transport->relays);
    net_reactor_free(transport->reactor);
    net_heals_reset(&transport->heals);
    free(transport);
}
