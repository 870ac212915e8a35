/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of a run, for the files of this folder: what steps, expectations,
 * load and probes work on. Used by one thread; everything that happens in a
 * run happens in the order of the cluster's time.
 */
#ifndef PLAY_ENGINE_H
#define PLAY_ENGINE_H

#include "havoc/socket_file.h"
#include "play/journal.h"
#include "play/ledger.h"
#include "play/logs.h"
#include "play/stage.h"
#include "process/usage.h"
#include "rpc/rpc_kms.h"
#include "testbed/cluster.h"

enum engine_operation {
    ENGINE_WRITE,
    ENGINE_READ,
    ENGINE_LIST,
    ENGINE_OPERATION_COUNT
};

/* A fault that was begun, and what became of it. */
struct engine_fault {
    struct buf name;
    struct buf rule;        /* JSON; empty: none */
    const char *where;      /* kms, plugin, process */
    const char *target;     /* "emulator", …; what heals it */
    int64_t from_ms, to_ms; /* to: negative while it lasts */
    int64_t requested;      /* negative: not told */
    bool by_rule; /* so often as the rule's limit, which KMS or proxy tells */
    int64_t matched, fired, observed;
    bool ours; /* nobody but us counts what is seen of it */
};

enum { ENGINE_SAMPLES = 512, ENGINE_CLASSES = 8, ENGINE_PHASES = 64 };

/* The load of one phase. */
struct engine_tally {
    uint64_t requests, ok;
    uint64_t unreachable;
    struct {
        unsigned code;
        uint64_t count;
    } classes[ENGINE_CLASSES];
    uint32_t took_ms[ENGINE_SAMPLES]; /* a ring of the last ones */
};

struct engine_phase {
    const char *name;
    int64_t from_ms, to_ms;
    struct engine_tally tallies[ENGINE_OPERATION_COUNT];
};

enum engine_probe {
    PROBE_READYZ,
    PROBE_HEALTHZ,
    PROBE_LIVEZ,
    PROBE_STATUS,
    PROBE_PLUGIN_HEALTHZ,
    PROBE_COUNT
};

struct engine_cursor {
    size_t next; /* step of the actor */
    int64_t due_ms;
    bool paced; /* it waits so */
};

struct engine {
    const struct scenario *scenario; /* borrowed */
    struct stage *stage;
    struct cluster clusters[SCENARIO_SERVERS]; /* the first has the time */
    enum scenario_runs here;                   /* what they are */
    struct journal journal;
    struct ledger ledger;
    struct rpc_channel *channels[SCENARIO_SERVERS]; /* ours, to each plugin */
    struct engine_fault *faults;
    size_t fault_count;
    struct engine_phase *phases;
    size_t phase_count;
    struct engine_cursor *cursors;
    size_t actor; /* that acts */
    int64_t step_count;
    int64_t load_due_ms, probe_due_ms;
    uint64_t load_turn;
    const char *probed[PROBE_COUNT];   /* the last values */
    int64_t detected_ms, recovered_ms; /* negative: not yet */
    int64_t first_fault_ms, last_heal_ms;
    bool calm;             /* before and after: neither load nor probes */
    struct buf said;       /* words of the last API answer */
    int64_t took_ms;       /* of the last API call, nominal */
    struct buf key_id;     /* of Status, at the last mark */
    struct buf kms_mark;   /* /metrics of the emulator then */
    struct buf kms_ended;  /* what emulators that ended had counted since */
    struct buf kms_paused; /* what one that is paused had */
    struct usage usage[STAGE_COUNT];
    pid_t usage_of[STAGE_COUNT];
    struct socket_file *socket_file;
    struct logs logs;
    struct buf problem; /* of the harness */
};

/* Borrowed until engine_reset: stage and cluster are taken. */
MUST_USE enum status engine_init(
    struct engine *engine, const struct scenario *scenario, uint64_t seed);
void engine_reset(struct engine *engine);

/* "apiserver", "apiserver-2": what faults and invariants call them. */
extern const char *const engine_server_names[SCENARIO_SERVERS];

int64_t engine_now(const struct engine *engine);

/* Lets all servers come to a time; load and probes do what is due meanwhile. */
MUST_USE enum status engine_pass(
    struct engine *engine, int64_t until_ms, bool real);

/* Another phase begins, unless it is the present one. */
MUST_USE enum status engine_phase(struct engine *engine, const char *name);

/* An API call with its effect on ledger, tally and journal. */
struct engine_call {
    enum scenario_verb verb; /* write, read, list, rewrite, delete */
    const char *name;
    bool load;
    size_t server;
};
MUST_USE enum status engine_call(struct engine *engine,
    const struct engine_call *call, struct cluster_answer *answer);

/* Faults. `rule` may be empty. The name is made unique. */
struct engine_fault *engine_fault_begin(struct engine *engine,
    const char *where, const char *target, const char *name);
/* Those that last and that this target heals end. */
void engine_fault_end(
    struct engine *engine, const char *where, const char *target);
bool engine_faulty(const struct engine *engine);
/* A fault of ours that took place at once: of a process, a socket, a key. */
void engine_fault_done(struct engine_fault *fault);
/* A call of ours, or a look at a probe, was not good: faults of ours that last
 * have been seen once more. */
void engine_fault_seen(struct engine *engine);

/* Looks at all probes once and notes what changed. */
MUST_USE enum status engine_probe(struct engine *engine);

/* "ok", "failed", "unreachable" for a path of the apiserver. */
MUST_USE enum status engine_health(struct engine *engine, size_t server,
    const char *path, const char **value, struct buf *words);

/* Status of a server's plugin, asked directly. */
struct engine_status {
    const char *value; /* ok, unhealthy, or a gRPC code */
    struct buf words;  /* healthz, or the error's */
    struct buf key_id;
};
void engine_status_reset(struct engine_status *status);
void engine_status(
    struct engine *engine, size_t server, struct engine_status *out);

/* Calls of a KMS operation since the last mark; "" for all. */
int64_t engine_kms_calls(struct engine *engine, const char *operation);
/* Before an emulator ends: what it counted is kept. */
void engine_kms_keep(struct engine *engine);
/* Before it is paused: what it counts until it is resumed. */
void engine_kms_pause(struct engine *engine);
/* What "same" and "since" mean from now on. */
MUST_USE enum status engine_mark(struct engine *engine);

#endif
