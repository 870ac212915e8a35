/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether one key can be used, known from probes (an Encrypt and a Decrypt of
 * what it gave, never two at once) and from real calls. Each of the two APIs
 * has a state of its own, from its own calls and from probes that are counted
 * under it: v2 is probed from the start, v1 only once somebody asks about it.
 *
 * A good result counts for max_age_ms. After that whoever asks starts a probe
 * and waits for it, but only as long as he said; if KMS is silent he is told
 * what was known last. A real failure is a reason to probe, not a verdict: it
 * may be the caller's own fault. A success counts at once. Throttling says
 * nothing about the key. While the key is bad, and somebody asks, the probe is
 * repeated by itself, so that recovery does not wait for the next question.
 *
 * With `aep` all this is as in aws-encryption-provider: see aep_health.h.
 *
 * Thread-safe. One thread of its own starts the probes and tells those who
 * wait; no thread ever waits for KMS.
 */
#ifndef HEALTH_HEALTH_H
#define HEALTH_HEALTH_H

#include "crypt/crypt.h"

struct health;
struct aep_health; /* health/aep_health.h */

enum health_state {
    HEALTH_UNKNOWN, /* nothing was learnt yet, or long ago */
    HEALTH_GOOD,
    HEALTH_BAD,
};

struct health_view {
    enum health_state state;
    struct failure failure; /* kind is FAILURE_NONE when good */
    struct span text;       /* a line for a person; empty when good. Borrowed
                             * for the call that hands the view over */
};

enum {
    HEALTH_PROBE_MS = 2500, /* a probe's own deadline: the apiserver waits 3 s
                             * for Status unless told otherwise */
    HEALTH_FIRST_MS = 1500, /* from the start on, who asks waits for the first
                             * probe: there is nothing else to tell him */
    HEALTH_TRUST_MS = 90 * 1000, /* how long "good" may stand in for a probe
                                  * that is under way: a Status each minute */
    HEALTH_RETRY_MS = 2000,      /* between probes of a bad key, and those that
                                  * real failures start */
    HEALTH_ASKED_MS = 90 * 1000, /* an API nobody asks about is not probed */
};

struct health_options {
    const struct crypt *crypt; /* borrowed */
    int64_t max_age_ms;
    struct aep_health *aep; /* borrowed; shared by all keys. NULL: not so */
};

MUST_USE enum status health_new(
    const struct health_options *options, struct health **out);

/* Starts the thread and with it v2's first probe; questions may have been
 * asked before. Once. */
MUST_USE enum status health_start(struct health *health);

/* Called once for each question, before health_ask returns or later on the
 * thread of the health; must not block. */
typedef void health_told_fn(void *context, const struct health_view *view);

/* STATUS_NO_MEMORY: nobody will be told. */
MUST_USE enum status health_ask(struct health *health,
    enum metrics_version version, int64_t wait_ms, health_told_fn *told,
    void *context);

/* What is known now; asks nobody and starts nothing. */
enum health_state health_peek(
    struct health *health, enum metrics_version version);

/* What a real call came to; `text` as failure_describe has it, empty for a
 * success. */
struct health_news {
    enum metrics_version version;
    enum kms_operation operation;
    const struct failure *failure;
    struct span text;
};
void health_note(struct health *health, const struct health_news *news);

/*
 * Tells all who wait; from now on questions are answered at once and no probe
 * starts. Harmless if it never started, or twice. A probe that is under
 * way goes on: it ends when the client of KMS does.
 */
void health_stop(struct health *health);

/* After health_stop, and after the client of KMS was freed. */
void health_free(struct health *health);

#endif
