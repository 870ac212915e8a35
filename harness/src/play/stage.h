/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The processes of a scenario beside its cluster: the emulator, which keeps
 * its keys and its port when it is started again, and each apiserver's plugin,
 * the first perhaps with a proxy before it. Knows when each was started, killed
 * or paused by whom. Used by one thread.
 */
#ifndef PLAY_STAGE_H
#define PLAY_STAGE_H

#include "havoc/resolver.h"
#include "http/kms.h"
#include "process/process.h"
#include "process/usage.h"
#include "process/workspace.h"
#include "scenario/scenario.h"

struct stage;

enum stage_who { STAGE_EMULATOR, STAGE_PLUGIN, STAGE_PLUGIN_2, STAGE_COUNT };
extern const char *const stage_names[STAGE_COUNT];

/* The plugin of an apiserver, from 0. */
static inline enum stage_who
stage_plugin(size_t server)
{
    return server == 0 ? STAGE_PLUGIN : STAGE_PLUGIN_2;
}

struct stage_options {
    const struct workspace *workspace; /* borrowed; outlives the stage */
    const struct scenario *scenario;   /* borrowed too */
    const char *plugin;                /* path of another plugin; NULL: ours */
    const char *sockets; /* folder of the sockets; NULL: the workspace */
    uint64_t seed;
};

/* Starts everything. On failure one line in *problem; STATUS_UNSUPPORTED where
 * this machine cannot have what the scenario asks for. */
MUST_USE enum status stage_new(const struct stage_options *options,
    struct stage **out, struct buf *problem);
void stage_free(struct stage *stage);

MUST_USE enum status stage_start(
    struct stage *stage, enum stage_who who, struct buf *problem);
/* Where plugins that are started from now on look for KMS; empty: where the
 * emulator is. */
MUST_USE enum status stage_direct(struct stage *stage, struct span url);
/* SIGKILL, or SIGTERM first; waits for the end. */
void stage_stop(struct stage *stage, enum stage_who who, bool kill);
MUST_USE enum status stage_pause(struct stage *stage, enum stage_who who);
void stage_resume(struct stage *stage, enum stage_who who);

/* There is one in this scenario. */
bool stage_has(const struct stage *stage, enum stage_who who);
bool stage_running(const struct stage *stage, enum stage_who who);
bool stage_paused(const struct stage *stage, enum stage_who who);
/* 0 where it does not run. */
pid_t stage_process_id(const struct stage *stage, enum stage_who who);
/* It runs still as the process that stage_start started last. */
bool stage_untouched(const struct stage *stage, enum stage_who who);
MUST_USE enum status stage_usage(
    const struct stage *stage, enum stage_who who, struct usage *out);

/* Where things are; borrowed. */
struct kms_account stage_account(const struct stage *stage);
const char *stage_key(const struct stage *stage); /* the key in use */
/* Of an apiserver's plugin: for the apiserver, and the path of its socket. */
const char *stage_endpoint(const struct stage *stage, size_t server);
const char *stage_socket(const struct stage *stage, size_t server);
/* "" where a plugin of another kind says none. */
const char *stage_address(const struct stage *stage, enum stage_who who);

/* The alias points at a new key from now on. */
MUST_USE enum status stage_rotate(struct stage *stage, struct buf *problem);

/* GET, POST or DELETE on an address; *body gets the answer's. 0: none. */
unsigned stage_ask(const char *address, const char *method, const char *path,
    struct span sent, struct buf *body);

struct proxy *stage_proxy(struct stage *stage);       /* NULL: none */
struct resolver *stage_resolver(struct stage *stage); /* NULL: none */

#endif
