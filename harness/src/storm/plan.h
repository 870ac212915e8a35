/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a storm does and when: a pure function of a seed and a length. Printed
 * as JSON, and read back, so that a plan can be kept, cut down and run again:
 *
 *   {"format":"kmslab-storm/1","seed":7,"seconds":60,"faults":[
 *    {"name":"s001-throttle","where":"kms","at_ms":412,"for_ms":900,
 *     "rule":{"name":"s001-throttle","when":{…},"do":{"kind":"throttle"}}},
 *    {"name":"s002-kill-plugin","where":"process","at_ms":3020,"for_ms":700}]}
 *
 * The rules are those of docs/FAULTS.md: of the emulator for "kms", of
 * `kmslab proxy` for "plugin". What happens to a process is in the name's end:
 * kill-plugin, pause-plugin, pause-emulator.
 */
#ifndef STORM_PLAN_H
#define STORM_PLAN_H

#include "base/buf.h"

enum {
    PLAN_FAULTS_MAX = 32768,
    PLAN_SECONDS_MAX = 24 * 3600,
    PLAN_NAME_MAX = 64,
    PLAN_ROUND_MS = 3000, /* trouble, then calm */
    PLAN_CALM_MS = 1000,  /* of each round nothing is armed at its end */
};

enum plan_place { PLAN_KMS, PLAN_PLUGIN, PLAN_PROCESS };
extern const char *const plan_places[];

enum plan_harm { PLAN_KILL_PLUGIN, PLAN_PAUSE_PLUGIN, PLAN_PAUSE_EMULATOR };

struct plan_fault {
    char name[PLAN_NAME_MAX + 1];
    enum plan_place place;
    enum plan_harm harm; /* of a process */
    int64_t at_ms, for_ms;
    struct buf rule; /* JSON; empty for a process */
};

struct plan {
    int64_t seed, seconds;
    struct plan_fault *faults; /* owned; by at_ms */
    size_t count;
};

/* seconds: 1 to PLAN_SECONDS_MAX. */
MUST_USE enum status plan_make(int64_t seed, int64_t seconds, struct plan *out);
void plan_reset(struct plan *plan);

/* Appends the JSON and a newline. */
MUST_USE enum status plan_write(const struct plan *plan, struct buf *out);

/* STATUS_INVALID and one line in *problem for what is no plan. */
MUST_USE enum status plan_read(
    struct span text, struct plan *out, struct buf *problem);

/*
 * The faults that `keep` says, with what time there was between them where
 * nothing is armed cut to PLAN_CALM_MS, and only as long as they take.
 */
MUST_USE enum status plan_pick(
    const struct plan *plan, const bool *keep, struct plan *out);

/* When the last fault ends; 0 where there is none. */
int64_t plan_end_ms(const struct plan *plan);

#endif
