/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `make bench`: each figure is a ratio between two measurements of one run, a
 * subject and a named floor or peer, because machines are shared and noisy.
 */
#ifndef DRIVER_BENCH_H
#define DRIVER_BENCH_H

#include "driver/measure.h"
#include "process/workspace.h"
#include "services/emulator.h"

/* KMS plugins of the comparison. */
enum bench_peer {
    BENCH_OURS,
    BENCH_STATIC,
    BENCH_STRANGER,
    BENCH_AEP,
    BENCH_PEERS,
};

struct bench {
    const struct workspace *workspace;
    uint64_t requests; /* of each load; durable ones are a tenth */
    bool json;
    const char *peers[BENCH_PEERS]; /* paths; NULL: not given, skipped */
    struct buf *problem;            /* one line when something failed */
};

/* A line of the result: CPU a request above the floor's, and the ratio. */
void bench_compare(const struct bench *bench, const char *what,
    const struct measure *subject, const char *floor_name,
    const struct measure *floor);

/* A line of a single figure. */
void bench_figure(const struct bench *bench, const char *what, double value,
    const char *unit);

/* A line about what one plugin did under a load, and what the client and the
 * emulator spent on it. */
void bench_load(
    const struct bench *bench, const char *what, const struct measure *measure);

/* A line with a ratio to a peer, and the aim beside it (NULL: none). */
void bench_ratio(const struct bench *bench, const char *what, const char *peer,
    double ratio, const char *aim);

/* The parts of the bench. */
MUST_USE enum status bench_emulator(struct bench *bench);
MUST_USE enum status bench_durable(struct bench *bench);
MUST_USE enum status bench_plugin(struct bench *bench);
MUST_USE enum status bench_size(struct bench *bench);
MUST_USE enum status bench_peers(struct bench *bench);

/* An emulator whose caller is a registered access key, so that signatures are
 * verified. *account borrows from *emulator. */
MUST_USE enum status bench_start_emulator(struct bench *bench, const char *data,
    struct emulator **emulator, struct kms_account *account);

#endif
