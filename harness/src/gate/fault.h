/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a gate can do to a request for KMS, as a table: what is done, and the
 * answer that stands in for KMS's own where there is one. No state.
 */
#ifndef GATE_FAULT_H
#define GATE_FAULT_H

#include "base/span.h"

enum gate_fault {
    GATE_NONE,
    GATE_REFUSED,   /* nobody listens; of all connections, not of a share */
    GATE_RESET,     /* the connection is reset once the request has come */
    GATE_SILENT,    /* the request is taken and never answered */
    GATE_SLOW,      /* answered after FAULT_SLOW_MS */
    GATE_TORN,      /* half of KMS's answer, then the end */
    GATE_HTML,      /* a proxy's page of status 502 */
    GATE_HTML_OK,   /* a captive portal's page of status 200 */
    GATE_EMPTY_500, /* no body, no type */
    GATE_THROTTLED,
    GATE_INTERNAL,
    GATE_EXPIRED,  /* the session token's time is over */
    GATE_DENIED,   /* the policy lacks it */
    GATE_NO_BYTES, /* an answer without ciphertext or plaintext */
    GATE_OVERSIZE, /* more bytes than any answer of KMS has */
    GATE_FAULT_COUNT,
};

enum { FAULT_SLOW_MS = 400 };

enum fault_action {
    FAULT_PASS, /* on to KMS and back */
    FAULT_UNLISTEN,
    FAULT_CLOSE_HARD,
    FAULT_HOLD,
    FAULT_DELAY,
    FAULT_HALF,
    FAULT_ANSWER, /* with what stands in the row */
    FAULT_FLOOD,
};

struct fault {
    const char *name; /* "reset" */
    enum fault_action action;
    /* Of FAULT_ANSWER: */
    const char *status; /* "502 Bad Gateway" */
    const char *type;   /* NULL: none is sent */
    const char *body;
};

extern const struct fault gate_faults[GATE_FAULT_COUNT];

#endif
