/* SPDX-License-Identifier: Apache-2.0 */
/* What the files behind faults.h share. */
#ifndef FAULTS_FAULTS_PARTS_H
#define FAULTS_FAULTS_PARTS_H

#include "faults/faults.h"
#include "faults/history.h"
#include "faults/mark.h"

struct doors;

struct faults {
    struct fault_table *table;
    struct events *events;
    struct marks *marks;
    struct history *history;
    struct net_transport *transport; /* NULL: not attached */
    struct doors *doors;
    struct service_hooks service;
    struct http_hooks http;
    struct net_faults net;
    bool tls;
};

/* Asks the table; NULL: nothing is to happen. */
struct mark *faults_ask(struct faults *faults, const struct match_facts *facts,
    struct span request_id);

/* request.c: the hooks of the service. */
enum service_turn request_before(void *faults,
    const struct service_facts *facts, struct service_pause *pause,
    struct service_answer *answer);

/* reply.c: what is made of an answer, and the hooks of the HTTP server. */
void reply_after(void *faults, struct service_answer *answer);
bool reply_on_head(void *faults, const struct service_request *request,
    struct net_raw_plan *plan);
bool reply_on_answer(void *faults, const struct service_request *request,
    struct service_answer *answer, struct net_raw_plan *plan);
void reply_on_end(void *faults, void *mark, enum http_ending ending);

#endif
