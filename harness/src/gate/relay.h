/* SPDX-License-Identifier: Apache-2.0 */
/* One client's connection through the gate: requests in, answers out, with
 * what befalls them on the way. */
#ifndef GATE_RELAY_H
#define GATE_RELAY_H

#include "gate/fault.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* What the connections of a gate share. */
struct relay_plan {
    uint16_t backend_port;
    uint64_t seed;
    _Atomic uint64_t drawn;   /* requests so far */
    _Atomic unsigned fault;   /* enum gate_fault */
    _Atomic unsigned percent; /* of the requests */
    _Atomic uint64_t counts[GATE_FAULT_COUNT];
};

/*
 * Serves until either side ends it; the client's descriptor stays open, and
 * whoever shuts it down ends the relay. *backend_fd is where the other one
 * stands meanwhile.
 */
void relay_run(struct relay_plan *plan, int client_fd, _Atomic int *backend_fd);

#endif
