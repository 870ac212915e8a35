/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Giving a key new material: on demand, or because it is due. A multi-Region
 * key gets the same in each of its Regions, in one commit. What is due happens
 * when the key is next looked at, once however many periods have gone by:
 * nothing was encrypted between.
 */
#ifndef API_ROTATION_H
#define API_ROTATION_H

#include "api/call.h"

/*
 * Where rotation of the call's key is due, collects it and sets call->due: the
 * operation is to run again once that is committed.
 */
enum kms_error rotation_catch_up(struct call *call);

/* Collects the rotation of a key at a time. */
enum kms_error rotation_collect(struct call *call, const struct key *key,
    enum key_material_cause cause, int64_t date_ms);

/* Collects new settings of automatic rotation. */
enum kms_error rotation_set(struct call *call, const struct key *key,
    const struct key_rotation *settings);

#endif
