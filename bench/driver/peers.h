/* SPDX-License-Identifier: Apache-2.0 */
/* What the comparison of KMS plugins measured, and how it is told. */
#ifndef DRIVER_PEERS_H
#define DRIVER_PEERS_H

#include "driver/bench.h"

enum { PEERS_LOADS = 6, PEERS_STARTS = 11 };

struct peers_load {
    const char *operation;
    size_t at_once;
    uint64_t share; /* of the requests of a load */
};
extern const struct peers_load peers_loads[PEERS_LOADS];

struct peers_result {
    bool measured; /* false: no such program was given */
    struct measure loads[PEERS_LOADS];
    double idle_mib, loaded_mib;
    double starts_ms[PEERS_STARTS];
};

/* Prints all of them, ratios and aims. Sorts the starts. */
void peers_report(
    const struct bench *bench, struct peers_result results[BENCH_PEERS]);

#endif
