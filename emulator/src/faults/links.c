/* SPDX-License-Identifier: Apache-2.0 */
#include "faults/links.h"

#include "faults/outcome.h"

#include <arpa/inet.h>

int64_t
links_port(const struct net_address *address)
{
    if (address->socket.any.sa_family == AF_INET)
        return ntohs(address->socket.v4.sin_port);
    if (address->socket.any.sa_family == AF_INET6)
        return ntohs(address->socket.v6.sin6_port);
    return 0;
}

static struct span
print_host(const struct net_address *address, char *text, socklen_t room)
{
    bool v6 = address->socket.any.sa_family == AF_INET6;
    const void *bytes = v6 ? (const void *)&address->socket.v6.sin6_addr
                           : (const void *)&address->socket.v4.sin_addr;
    return span_text(inet_ntop(v6 ? AF_INET6 : AF_INET, bytes, text, room));
}

static struct mark *
ask(struct faults *faults, enum match_stage stage,
    const struct net_address *listener, const struct net_address *peer,
    uint64_t ordinal, struct span server_name)
{
    char host[INET6_ADDRSTRLEN];
    const struct match_facts known = {
        .stage = stage,
        .connection = ordinal,
        .address = print_host(peer, host, sizeof(host)),
        .port = links_port(listener),
        .server_name = server_name,
    };
    struct mark *mark = faults_ask(faults, &known, (struct span){ NULL, 0 });
    if (mark != NULL)
        mark->stuck = true;
    return mark;
}

void
links_decide_accept(void *context, const struct net_accept_facts *facts,
    struct net_accept_decision *decision)
{
    struct faults *faults = context;
    if (!fault_table_is_armed(faults->table))
        return;
    struct mark *mark = ask(faults, MATCH_ACCEPT, facts->listener, facts->peer,
        facts->ordinal, (struct span){ NULL, 0 });
    if (mark == NULL)
        return;
    decision->rule = mark->id;
    decision->action = mark->action->kind == ACTION_RESET ? NET_ACCEPT_RESET
                                                          : NET_ACCEPT_SILENT;
}

void
links_decide_tls(void *context, const struct net_tls_facts *facts,
    struct net_tls_decision *decision)
{
    struct faults *faults = context;
    if (!fault_table_is_armed(faults->table))
        return;
    struct mark *mark = ask(faults, MATCH_TLS, facts->listener, facts->peer,
        facts->ordinal, facts->server_name);
    if (mark == NULL)
        return;
    decision->rule = mark->id;
    decision->wait_ms = (uint64_t)mark->action->wait_ms;
    decision->action = mark->action->kind == ACTION_RESET ? NET_TLS_RESET
                       : mark->action->kind == ACTION_LATE_TLS
                           ? NET_TLS_LATE
                           : NET_TLS_EXPIRED;
}

void
links_ended(void *context, uint64_t id, enum net_outcome outcome)
{
    struct faults *faults = context;
    struct mark *mark = marks_find(faults->marks, id);
    if (mark != NULL)
        mark_end(mark, outcome_of_link(mark->action, outcome));
}
