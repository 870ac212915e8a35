/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is known about a key, and what follows from it: no threads, no calls,
 * time handed in. Used under its owner's lock.
 */
#ifndef HEALTH_VERDICT_H
#define HEALTH_VERDICT_H

#include "health/health.h"

/* What is known about one of the two operations. */
struct verdict_side {
    bool seen_good;
    int64_t good_ms; /* when it last succeeded */
    bool bad;        /* it has not succeeded since it failed */
};

struct verdict {
    struct verdict_side sides[2]; /* by enum kms_operation */
    bool suspect;                 /* a real call failed since the last probe */
    struct failure failure;       /* of the last probe that did not succeed */
    struct buf text;
};

void verdict_init(struct verdict *v);
void verdict_reset(struct verdict *v);

/* An operation succeeded, in a probe or for real. */
void verdict_success(
    struct verdict *v, enum kms_operation operation, int64_t now_ms);

/* A probe failed at an operation. `text` is taken. */
void verdict_probe_failed(struct verdict *v, enum kms_operation operation,
    const struct failure *failure, struct buf *text, int64_t now_ms);

/* A real call failed. True when that is a reason to probe. */
bool verdict_real_failure(struct verdict *v, const struct failure *failure);

/* Whether the answer is "good" without another probe. */
bool verdict_is_fresh(
    const struct verdict *v, int64_t max_age_ms, int64_t now_ms);

bool verdict_is_bad(const struct verdict *v);

/* Nothing was learnt yet, not even why nothing can be. */
bool verdict_is_empty(const struct verdict *v);

/* Borrows v's text. */
struct health_view verdict_view(const struct verdict *v, int64_t now_ms);

#endif
