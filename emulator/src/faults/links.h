/* SPDX-License-Identifier: Apache-2.0 */
/* What happens to connections before HTTP: the hooks of net/. */
#ifndef FAULTS_LINKS_H
#define FAULTS_LINKS_H

#include "faults/faults_parts.h"

/* For struct net_faults, whose contract they have; the context is a struct
 * faults. */
void links_decide_accept(void *faults, const struct net_accept_facts *facts,
    struct net_accept_decision *decision);
void links_decide_tls(void *faults, const struct net_tls_facts *facts,
    struct net_tls_decision *decision);
void links_ended(void *faults, uint64_t id, enum net_outcome outcome);

/* The port of a socket's address, and the address without it. */
int64_t links_port(const struct net_address *address);

#endif
