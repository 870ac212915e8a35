/* SPDX-License-Identifier: Apache-2.0 */
/* Between the files of the rig: rig.c makes it, rig_faults.c arms, rig_api.c
 * asks its apiserver. */
#ifndef STORM_RIG_INTERNAL_H
#define STORM_RIG_INTERNAL_H

#include "proxy/proxy.h"
#include "rpc/rpc_kms.h"
#include "storm/rig.h"

struct rig {
    const struct workspace *workspace; /* borrowed */
    int64_t seed;
    struct emulator *emulator;
    struct plugin *plugin; /* NULL: a fault has ended it */
    struct proxy *proxy;
    struct rpc_channel *channel;
    struct kv *kv;
    struct model *model;
    struct encryption_config config;
    struct buf key, socket, front;
    struct clock clock;
    int64_t ticked_ms;
};

MUST_USE enum status rig_start_plugin(struct rig *rig, struct buf *problem);

#endif
