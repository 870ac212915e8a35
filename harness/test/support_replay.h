/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An outage recorded on a real kube-apiserver (fixtures/journals-apiserver),
 * done again to the model: the same clients ask at the same times while the
 * plugin does what it did then.
 */
#ifndef TEST_SUPPORT_REPLAY_H
#define TEST_SUPPORT_REPLAY_H

#include "base/json.h"
#include "support_model.h"
#include "support_replay_lane.h"

enum { REPLAY_LANES = 8 };

struct replay {
    struct support_model *model; /* borrowed */
    const struct json *journal;  /* borrowed */
    struct replay_lane model_lanes[REPLAY_LANES];
    struct replay_lane real_lanes[REPLAY_LANES];
    size_t next_step; /* of the journal, that was not done yet */
    unsigned created, deleted;
    struct buf cold;       /* a stored value of a seed that is not at work */
    int64_t cold_until_ms; /* it is in etcd until then */
};

/* Runs the whole journal on a model that has just started. */
void support_replay_run(struct replay *replay);
void support_replay_reset(struct replay *replay);

#endif
