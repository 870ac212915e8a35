/* SPDX-License-Identifier: Apache-2.0 */
#include "net/relay.h"

#include <utlist.h>

static bool
is_meant(uint64_t rule, uint64_t healed)
{
    return rule != NET_RULE_NONE && (healed == NET_RULE_NONE || rule == healed);
}

/* What the rule of the accept stage wants is over. */
static void
lift(struct relay *relay)
{
    struct net_accept_decision *accepted = &relay->arrival.decision;
    relay_tell(relay, &accepted->rule, NET_OUTCOME_HEALED);
    accepted->action = NET_ACCEPT_SERVE;
    accepted->bytes_per_second = 0;
    relay->up.rate.per_second = relay->down.rate.per_second = 0;
}

void
relay_heal_missed(struct relay *relay)
{
    uint64_t rule = relay->arrival.decision.rule;
    if (rule != NET_RULE_NONE &&
        net_heals_since(relay->relays->heals, relay->arrival.moment, rule))
        lift(relay);
}

static void
heal(struct relay *relay, uint64_t rule)
{
    const struct net_accept_decision *accepted = &relay->arrival.decision;
    enum relay_stage stage = relay->stage;
    bool lifted = (stage == RELAY_HELD || accepted->bytes_per_second > 0) &&
                  is_meant(accepted->rule, rule);
    if (lifted)
        lift(relay);
    if (relay->tls_waits && is_meant(relay->tls_decision.rule, rule)) {
        relay_tell(relay, &relay->tls_decision.rule, NET_OUTCOME_HEALED);
        relay_handshake_go_on(relay);
    } else if (lifted && stage == RELAY_HELD) {
        relay_serve(relay);
    } else if (lifted && stage == RELAY_OPEN) {
        relay_pump(relay);
    }
}

void
net_relays_heal(struct net_relays *relays, uint64_t rule)
{
    struct relay *relay, *next;
    DL_FOREACH_SAFE(relays->list, relay, next)
    {
        heal(relay, rule);
    }
}
