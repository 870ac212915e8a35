/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a storm blows on: kms-emulator, aws-kms-plugin, a proxy before it, and
 * the model of a kube-apiserver that seals Secrets through them. The model's
 * time goes RIG_HASTE times as fast as the machine's. Used by one thread.
 */
#ifndef STORM_RIG_H
#define STORM_RIG_H

#include "model/model.h"
#include "process/usage.h"
#include "process/workspace.h"
#include "services/emulator.h"
#include "services/plugin.h"
#include "storm/plan.h"

enum {
    RIG_HASTE = 20,
    RIG_RPC_MS = 400, /* what the apiserver leaves a call */
};

struct rig;

/* The workspace is borrowed. On failure one line is in *problem. */
MUST_USE enum status rig_new(const struct workspace *workspace, int64_t seed,
    struct rig **out, struct buf *problem);
void rig_free(struct rig *rig);

/* What a fault came to. */
struct rig_counts {
    int64_t matched, fired, observed;
};

/* Arms a fault; removes it and tells its counts. A plugin that was killed runs
 * again after rig_disarm. Failures say why in *problem. */
MUST_USE enum status rig_arm(
    struct rig *rig, const struct plan_fault *fault, struct buf *problem);
MUST_USE enum status rig_disarm(struct rig *rig, const struct plan_fault *fault,
    struct rig_counts *counts, struct buf *problem);

/* How many rules are armed at KMS and the proxy. */
MUST_USE enum status rig_armed(
    struct rig *rig, size_t *count, struct buf *problem);

/* Moves the model's time on to now. */
void rig_tick(struct rig *rig);

/* Secrets in namespace "default"; KMS v1 seals those with "v1" in their names
 * (and knows few keys by heart), v2 the others. *code is the API's answer; 0:
 * it does not run. `text` is what an error said, or what was read. */
MUST_USE enum status rig_write(struct rig *rig, const char *name,
    const char *value, unsigned *code, struct buf *text);
MUST_USE enum status rig_read(
    struct rig *rig, const char *name, unsigned *code, struct buf *text);
MUST_USE enum status rig_rewrite(
    struct rig *rig, const char *name, unsigned *code, struct buf *text);

/* "/readyz" and its like; false: not 200. */
MUST_USE enum status rig_health(
    struct rig *rig, const char *path, bool *ok, struct buf *text);

/* The apiserver forgets its seeds and keys, and starts again. */
MUST_USE enum status rig_restart(struct rig *rig, struct buf *problem);

/* Whether each process runs that no fault has ended. */
bool rig_runs(struct rig *rig);

/* Of plugin and emulator, added. STATUS_NOT_FOUND where one is gone. */
MUST_USE enum status rig_usage(struct rig *rig, struct usage *out);

#endif
