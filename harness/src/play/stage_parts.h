/* SPDX-License-Identifier: Apache-2.0 */
/* What stage_new.c makes and stage.c works with. */
#ifndef PLAY_STAGE_PARTS_H
#define PLAY_STAGE_PARTS_H

#include "play/stage.h"
#include "services/emulator.h"
#include "services/plugin.h"

#define STAGE_ALIAS "alias/kmslab-scenario"

struct stage {
    struct stage_options options;
    struct emulator *emulator;
    struct plugin *plugins[SCENARIO_SERVERS];
    struct proxy *proxy;
    struct resolver *resolver;
    bool paused[STAGE_COUNT];
    struct buf data, listen; /* of the emulator */
    struct buf url;          /* the account borrows it */
    struct buf by_name;      /* url for who asks the resolver; may be empty */
    struct buf elsewhere;    /* for the plugin, instead of url; may be empty */
    struct buf key;          /* ARN */
    struct buf sockets[SCENARIO_SERVERS], endpoints[SCENARIO_SERVERS];
    struct buf front, front_endpoint;
    struct buf address[STAGE_COUNT];
};

/* Starts what does not run: again where it ran before. */
MUST_USE enum status stage_start_emulator(
    struct stage *stage, struct buf *problem);
MUST_USE enum status stage_start_plugin(
    struct stage *stage, size_t server, struct buf *problem);

#endif
