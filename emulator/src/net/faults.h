/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What may happen to a connection before HTTP: decided by somebody else,
 * through these hooks, and carried out in this folder. Without hooks every
 * connection is served.
 */
#ifndef NET_FAULTS_H
#define NET_FAULTS_H

#include "base/span.h"
#include "net/address.h"

/* How something that a rule asked for has ended. */
enum net_outcome {
    NET_OUTCOME_SENT,        /* all bytes; or: served after what was asked */
    NET_OUTCOME_CUT,         /* ended by us before that, as was asked */
    NET_OUTCOME_CLIENT_LEFT, /* the client did not wait for it */
    NET_OUTCOME_REFUSED,     /* the client did not like the certificate */
    NET_OUTCOME_HEALED,      /* net_transport_heal came first */
    NET_OUTCOME_STOPPED,     /* the emulator stops */
    NET_OUTCOME_FAILED,      /* no memory or no descriptor for it */
};

/* Nothing that a rule asks for waits longer than a day. */
enum { NET_WAIT_MAX_MS = 24 * 60 * 60 * 1000 };

/* Rules are told apart by a number of the caller's, never 0. */
enum { NET_RULE_NONE = 0 };

enum net_accept_action {
    NET_ACCEPT_SERVE,
    NET_ACCEPT_SILENT, /* never read, until it is healed: then served */
    NET_ACCEPT_RESET,  /* RST at once */
    NET_ACCEPT_CLOSE,  /* FIN at once */
};

struct net_accept_facts {
    const struct net_address *listener, *peer; /* borrowed for the call */
    uint64_t ordinal; /* of the connection at its listener, from 1 */
    bool tls;
};

struct net_accept_decision {
    enum net_accept_action action;
    uint64_t bytes_per_second; /* of HTTP, each way, for as long as the
                                  connection lives; 0: no limit */
    uint64_t rule;             /* NET_RULE_NONE: ended is not called */
};

enum net_tls_action {
    NET_TLS_SERVE,
    NET_TLS_LATE,       /* goes on after wait_ms */
    NET_TLS_SILENT,     /* no ServerHello until it is healed */
    NET_TLS_RESET,      /* RST in the place of the ServerHello */
    NET_TLS_CLOSE,      /* FIN in its place */
    NET_TLS_EXPIRED,    /* with a certificate that ended yesterday */
    NET_TLS_WRONG_NAME, /* with one for wrong-name.invalid */
};

struct net_tls_facts {
    const struct net_address *listener, *peer; /* borrowed for the call */
    uint64_t ordinal;
    struct span server_name; /* empty: none was sent; borrowed for the call */
};

struct net_tls_decision {
    enum net_tls_action action;
    uint64_t wait_ms; /* more than NET_WAIT_MAX_MS is that */
    uint64_t rule;
};

/*
 * decide_accept is called in the loop's thread, decide_tls (the ClientHello
 * is read) and ended in the reactor's. None may block or call back into this
 * folder, but for net_transport_heal and net_raws_start. A decision comes
 * zeroed: to leave it alone is to serve. Each may be NULL.
 */
struct net_faults {
    void *context;
    void (*decide_accept)(void *context, const struct net_accept_facts *facts,
        struct net_accept_decision *decision);
    void (*decide_tls)(void *context, const struct net_tls_facts *facts,
        struct net_tls_decision *decision);
    /* Once for each decision with a rule. For a rate alone it is called when
     * the connection ends. */
    void (*ended)(void *context, uint64_t rule, enum net_outcome outcome);
};

#endif
