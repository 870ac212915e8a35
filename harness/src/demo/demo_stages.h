/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stages of the demo, in four files: the flow of a Secret, what is stored
 * of it, an outage of KMS, a move to a new key. Each takes up where the one
 * before it ended, says what it does through the report, and returns false
 * where it could not go on: a claim did not hold, or `problem` says what
 * failed.
 */
#ifndef DEMO_DEMO_STAGES_H
#define DEMO_DEMO_STAGES_H

#include "demo/demo_cluster.h"
#include "demo/report.h"
#include "services/emulator.h"
#include "services/plugin.h"

enum {
    DEMO_SECRETS = 3,
    DEMO_PASSWORD_MAX = 64,
    DEMO_SEED = 32,
    DEMO_CALL_TIMEOUT_MS = 3000, /* as kube-apiserver has it */
};

struct demo_secret {
    const char *name;
    char password[DEMO_PASSWORD_MAX]; /* what it holds at present */
};

struct demo {
    struct report report;
    struct workspace *workspace;
    struct emulator *emulator;
    struct plugin *plugin;
    struct rpc_channel *channel; /* our own, beside the apiserver's */
    struct demo_cluster *cluster;
    struct demo_secret secrets[DEMO_SECRETS];
    struct buf data;    /* the emulator's folder */
    struct buf address; /* where it listens: 127.0.0.1:PORT */
    struct buf key;     /* ARN */
    struct buf new_key; /* ARN */
    struct buf problem;
};

typedef bool demo_stage_fn(struct demo *demo);

demo_stage_fn demo_flow_key, demo_flow_plugin, demo_flow_seed, demo_flow_write,
    demo_flow_read;
demo_stage_fn demo_stored_record, demo_stored_search;
demo_stage_fn demo_outage_begin, demo_outage_expiry, demo_outage_heal;
demo_stage_fn demo_move_key, demo_move_rewrite, demo_move_retire;

/* What several stages do. */

/* Starts the emulator over the demo's folder, on the address it had. */
MUST_USE bool demo_start_emulator(struct demo *demo);
MUST_USE bool demo_start_plugin(struct demo *demo, const char *key);

/* The plugin as the demo itself asks it. */
struct kms_service_v2 demo_plugin(struct demo *demo);

/* Asks for Status as kube-apiserver would, and for a while again until it is
 * as healthy as wanted: a plugin answers before its probe of KMS has when that
 * takes longer than 50 ms. The last answer, or error, is handed over. */
MUST_USE enum status demo_await_status(struct demo *demo, bool healthy,
    struct kms_v2_status *answer, struct grpc_error *error);

/* False, with a line in `problem`, where a call itself failed. */
MUST_USE bool demo_check(
    struct demo *demo, enum status status, const char *what);

/* Says "185 bytes: 310102…". */
void demo_fact_bytes(struct demo *demo, const char *name, struct span bytes);

/* Reads all Secrets and claims that each holds its password. */
MUST_USE bool demo_claim_reads(struct demo *demo, const char *when);

/* Gives Secret `index` a new password. *code is the apiserver's; where that is
 * no success, *message (may be NULL) gets its words. */
MUST_USE bool demo_write(
    struct demo *demo, size_t index, unsigned *code, struct buf *message);

/* Asks the apiserver's health endpoint and claims its status. */
MUST_USE bool demo_claim_health(
    struct demo *demo, const char *path, unsigned expected);

#endif
