/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The load of a storm: one client that writes, reads and rewrites Secrets and
 * judges what it reads. Each value says itself which write it is of and bears
 * a hash of that, so a value that no write made is seen at once. A write that
 * failed may have been done or not: either value is right from then on.
 */
#ifndef STORM_LOAD_H
#define STORM_LOAD_H

#include "base/random.h"
#include "storm/rig.h"

enum {
    LOAD_SECRETS = 24,
    LOAD_SAMPLES_MAX = 16384, /* latencies kept, of a phase and operation */
    LOAD_CLASSES_MAX = 12,    /* of errors */
    LOAD_CLASS_MAX = 64,      /* bytes of one's name */
};

enum load_phase { LOAD_STORM, LOAD_AFTER, LOAD_PHASES };
enum load_operation { LOAD_WRITE, LOAD_READ, LOAD_OPERATIONS };

struct load_tally {
    uint64_t requests, ok;
    struct {
        char name[LOAD_CLASS_MAX + 1];
        uint64_t count;
    } errors[LOAD_CLASSES_MAX];       /* the last: all others */
    double samples[LOAD_SAMPLES_MAX]; /* ms */
    size_t sample_count;
};

struct load_secret {
    uint64_t sure;    /* the last write that was acknowledged; 0: none */
    uint64_t pending; /* a later one that failed, or 0 */
};

struct load {
    int64_t seed;
    struct random_seeded seeded;
    struct load_secret secrets[LOAD_SECRETS];
    uint64_t writes;
    struct load_tally tallies[LOAD_PHASES][LOAD_OPERATIONS];
    struct buf wrong; /* the first Secret that is lost or altered, in words */
    struct buf error; /* what the last operation said, where it failed */
};

void load_init(struct load *load, int64_t seed);
void load_reset(struct load *load);

/* Writes every Secret once. *good: all were acknowledged. */
MUST_USE enum status load_fill(struct load *load, struct rig *rig, bool *good);

/* One operation, by the draw. *ok: it was answered well. */
MUST_USE enum status load_step(
    struct load *load, struct rig *rig, enum load_phase phase, bool *ok);

/* Writes a new Secret for each version of KMS. *ok: both were taken. */
MUST_USE enum status load_canary(struct load *load, struct rig *rig, bool *ok);

/* Reads all Secrets; load->wrong has words where one is lost or altered.
 * `must`: what cannot be read is lost. */
MUST_USE enum status load_verify(
    struct load *load, struct rig *rig, enum load_phase phase, bool must);

/* The `share`th of the latencies (0.5, 0.99, 1), in ms; negative: none. Sorts
 * them. */
double load_quantile(struct load_tally *tally, double share);

#endif
