/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A scenario as data: what a file of harness/scenarios says
 * (docs/SCENARIOS.md), read by scenario/read.h. Plain values that own their
 * text; scenario_reset frees all. Durations are nominal milliseconds.
 */
#ifndef SCENARIO_SCENARIO_H
#define SCENARIO_SCENARIO_H

#include "base/buf.h"

enum scenario_runs {
    SCENARIO_ANYWHERE,
    SCENARIO_MODEL,
    SCENARIO_APISERVER, /* a real one: also in a kind cluster */
    SCENARIO_KIND
};

/* Whether what is to run `where` runs `here`, which is not ANYWHERE. */
bool scenario_runs_here(enum scenario_runs where, enum scenario_runs here);

/* What an actor does. The words are those of the files. */
#define SCENARIO_VERBS(X)                                                      \
    X(WRITE, "write")                                                          \
    X(READ, "read")                                                            \
    X(LIST, "list")                                                            \
    X(REWRITE, "rewrite")                                                      \
    X(DELETE, "delete")                                                        \
    X(KILL, "kill")                                                            \
    X(STOP, "stop")                                                            \
    X(START, "start")                                                          \
    X(RESTART, "restart")                                                      \
    X(PAUSE, "pause")                                                          \
    X(RESUME, "resume")                                                        \
    X(SOCKET, "socket")                                                        \
    X(RESOLVER, "resolver")                                                    \
    X(TAMPER, "tamper")                                                        \
    X(POD, "pod")                                                              \
    X(KMS, "kms")                                                              \
    X(ROTATE, "rotate")                                                        \
    X(FAULT, "fault")                                                          \
    X(PLUGIN_FAULT, "plugin-fault")                                            \
    X(HEAL, "heal")                                                            \
    X(WAIT, "wait")                                                            \
    X(UNTIL, "until")                                                          \
    X(CHECK, "check")                                                          \
    X(MARK, "mark")

enum scenario_verb {
#define SCENARIO_VERB(name, text) SCENARIO_##name,
    SCENARIO_VERBS(SCENARIO_VERB)
#undef SCENARIO_VERB
        SCENARIO_VERB_COUNT
};

extern const char *const scenario_verb_names[SCENARIO_VERB_COUNT];

struct expect_kind; /* scenario/expect.h */

/* One thing that must hold: of `subject`, where the kind has several. */
struct expectation {
    int line;
    const struct expect_kind *kind;
    struct buf subject; /* a Secret, an operation, a metric, a process */
    struct buf want;    /* as written */
    size_t server;      /* whom it is about, from 0 */
};

struct expectations {
    struct expectation *items;
    size_t count;
};

struct scenario_step {
    int line;
    enum scenario_verb verb;
    enum scenario_runs on;
    size_t server;     /* whom it is about, from 0 */
    struct buf target; /* what the verb is about: "a", "plugin", "DisableKey" */
    struct buf body;   /* JSON, durations scaled: a rule, a call's members */
    int64_t at_ms;     /* not before this time of the run; 0: at once */
    int64_t wait_ms;   /* wait: how long; until: within */
    bool paced;        /* wait: processes get their share of real time */
    int64_t times;     /* of a write, read, …; 1 */
    int64_t fires;     /* fault: at least so often; negative: not told */
    unsigned code;     /* of the answer; 0: any success */
    struct buf says;   /* the answer holds these words */
    struct buf endpoint; /* plugin: of another KMS; empty: the emulator's */
    struct buf as, from; /* tamper: flipped or old; another Secret's name */
    struct expectations expects; /* check, until */
};

struct scenario_actor {
    struct buf name;
    struct scenario_step *steps;
    size_t step_count;
};

enum { SCENARIO_FLAGS_MAX = 8, SCENARIO_SCALE = 20, SCENARIO_SERVERS = 2 };

struct scenario {
    struct buf file; /* path */
    struct buf name; /* of the file, without its ending */
    struct buf sha256;
    struct buf title;
    struct buf catalogue; /* "11"; "1.11" for rows of the behaviour matrix */
    enum scenario_runs only;
    struct buf because; /* why it runs there only */
    bool kms_v1;
    int64_t apiservers;    /* over one etcd, each with a plugin */
    bool proxy;            /* a gRPC proxy stands before the plugin */
    bool resolver;         /* KMS has a name, which one of ours resolves */
    int64_t scale;         /* real durations are nominal ones divided by it */
    int64_t timeout_ms;    /* of calls to the plugin */
    int64_t load_every_ms; /* 0: no load */
    int64_t load_secrets;
    int64_t probe_every_ms;
    int64_t secrets; /* written before: seed-0, … */
    bool may_lose;   /* the scenario loses Secrets on purpose */
    struct buf plugin_flags[SCENARIO_FLAGS_MAX];
    size_t plugin_flag_count;
    int plugin_line;               /* where they stand */
    struct scenario_actor *actors; /* [0] is "main" */
    size_t actor_count;
};

void scenario_reset(struct scenario *scenario);

/* Why it does not run in a place, which is not ANYWHERE; NULL: it does. */
const char *scenario_why_not(
    const struct scenario *scenario, enum scenario_runs here);

void expectations_reset(struct expectations *expectations);

/* The step in words, for journals: "write a", "kill emulator". Appends. */
MUST_USE enum status scenario_describe(
    const struct scenario_step *step, struct buf *out);

#endif
