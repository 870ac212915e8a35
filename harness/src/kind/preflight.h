/* SPDX-License-Identifier: Apache-2.0 */
/* What can be known to stand in a new cluster's way before anything is made. */
#ifndef KIND_PREFLIGHT_H
#define KIND_PREFLIGHT_H

#include "engine/engine.h"
#include "kind/plan.h"

/* Disk that a node takes: its /var, copied from the image, and what it writes.
 */
#define KIND_NODE_BYTES (UINT64_C(1536) * 1024 * 1024)

/* The engine answers, the name is free, there is room. STATUS_EXISTS: taken;
 * STATUS_FULL; the engine's as engine_check has them. */
MUST_USE enum status kind_preflight(const struct kind_plan *plan,
    const struct engine *engine, struct buf *problem);

/* What is free on the disk of `path`, compared with what `nodes` need. A path
 * that is not on this machine is no failure. */
MUST_USE enum status kind_preflight_disk(
    const char *path, size_t nodes, struct buf *problem);

/* Whether the engine's machine has no cgroup v2. */
MUST_USE enum status kind_preflight_cgroup_v1(
    const struct engine *engine, bool *v1);

#endif
