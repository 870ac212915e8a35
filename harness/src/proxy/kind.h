/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kinds of faults between kube-apiserver and its plugin: what a rule's
 * `do` may say (docs/FAULTS.md), and what becomes of a call or a request then.
 */
#ifndef PROXY_KIND_H
#define PROXY_KIND_H

#include "base/json_writer.h"
#include "proxy/effect.h"
#include "proxy/latency.h"
#include "proxy/strike.h"

enum kind_stage {
    KIND_CALL,       /* before the plugin is asked */
    KIND_ANSWER,     /* the plugin's answer */
    KIND_FRAMES,     /* a request among frames */
    KIND_CONNECTION, /* when it is accepted */
};

struct kind {
    const char *name, *about;
    enum kind_stage stage;
    enum effect_kind effect; /* of calls */
    enum strike_kind strike; /* of frames */
    const char *const *members;
};

/* A `do` that was read. Owns. */
struct kind_action {
    const struct kind *kind;
    struct latency latency;
    bool has_latency;
    struct effect effect;
    struct strike strike;
};

/* STATUS_INVALID, and the place says what, for what is none. */
MUST_USE enum status kind_read(const struct fault_place *place,
    const struct json *object, struct kind_action *out);
void kind_action_reset(struct kind_action *action);

/* What it does this time: copies, with a draw for what it leaves open. The
 * outputs are empty before, and have no decision. */
MUST_USE enum status kind_effect(const struct kind_action *action,
    const struct fault_draw *draw, struct effect *out);
MUST_USE enum status kind_strike(const struct kind_action *action,
    const struct fault_draw *draw, struct strike *out);

static inline bool
kind_is_of_calls(const struct kind *kind)
{
    return kind->stage == KIND_CALL || kind->stage == KIND_ANSWER;
}

/* Writes the list of {"kind","stage","about","parameters"}. */
void kind_write_all(struct json_writer *writer);

#endif
