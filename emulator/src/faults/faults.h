/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Faults on request: rules, what they match, and what happens to those they
 * mean. The service, the HTTP server and the network are told what to do
 * through their own hooks and know nothing of rules. All functions are
 * thread-safe unless they say otherwise.
 */
#ifndef FAULTS_FAULTS_H
#define FAULTS_FAULTS_H

#include "fault/rule_table.h"
#include "faults/events.h"
#include "http/hooks.h"
#include "net/faults.h"

struct faults;
struct net_transport;
struct net_door;

struct faults_options {
    uint64_t seed; /* of rules without one of their own */
    bool tls;      /* some door serves TLS; else rules for it are refused */
};
MUST_USE enum status faults_new(
    const struct faults_options *options, struct faults **out);
/* When there is a transport, and its API doors (each may be NULL); before the
 * first request. Borrowed until faults_stop. */
void faults_attach(struct faults *faults, struct net_transport *transport,
    struct net_door *plain, struct net_door *tls);
/* Lets all go on that waits. Before what is attached and hooked goes. */
void faults_stop(struct faults *faults);
/* After those have gone. Takes NULL. */
void faults_free(struct faults *faults);

/* Valid until faults_free. */
const struct service_hooks *faults_service_hooks(struct faults *faults);
const struct http_hooks *faults_http_hooks(struct faults *faults);
const struct net_faults *faults_net_hooks(struct faults *faults);

/* After rules were added: what they say about doors is in force when this
 * returns. */
void faults_look(struct faults *faults);

/* For those who arm rules and look at them. */
struct fault_table *faults_table(struct faults *faults);
struct events *faults_events(struct faults *faults);

#endif
