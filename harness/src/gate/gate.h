/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A gate between a client of KMS and KMS: it passes requests on, or does to a
 * share of them what a fault says. It speaks plain HTTP on 127.0.0.1. Which
 * requests are struck follows from its seed and their order, so that a run can
 * be repeated as far as the order can. Thread-safe.
 */
#ifndef GATE_GATE_H
#define GATE_GATE_H

#include "base/buf.h"
#include "gate/fault.h"

#include <stdint.h>

struct gate;

enum { GATE_CONNECTIONS_MAX = 1024 };

/* Listens. `backend` is KMS's "http://127.0.0.1:PORT". */
MUST_USE enum status gate_new(
    const char *backend, uint64_t seed, struct gate **out, struct buf *problem);

/* Ends all connections. NULL is fine. */
void gate_free(struct gate *gate);

/* "http://127.0.0.1:PORT"; borrowed. */
const char *gate_url(const struct gate *gate);

/*
 * From here on `percent` of the requests get the fault; GATE_NONE heals, and
 * what was held is let go by closing its connection. GATE_REFUSED also ends
 * the connections that are open.
 */
void gate_set(struct gate *gate, enum gate_fault fault, unsigned percent);

/* How many requests each fault has struck so far; GATE_NONE: passed. */
void gate_count(const struct gate *gate, uint64_t counts[GATE_FAULT_COUNT]);

#endif
