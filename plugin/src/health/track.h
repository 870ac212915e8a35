/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Health of one key in one API: what is known, who waits to be told, and
 * whether a probe is due or under way. Here the two ways of judging differ,
 * ours (verdict.h) and aws-encryption-provider's (aep_health.h). Between the
 * files of this folder; used under its owner's lock, time handed in.
 */
#ifndef HEALTH_TRACK_H
#define HEALTH_TRACK_H

#include "health/probe.h"
#include "health/verdict.h"

struct question {
    struct question *next;
    health_told_fn *told;
    void *context;
    int64_t deadline_ms;
};

struct track {
    const struct health_options *options; /* borrowed */
    struct health *health;                /* its owner */
    enum metrics_version version;
    struct probe probe;     /* used by whoever set `probing` */
    struct verdict verdict; /* without aep */
    struct question *questions;
    bool wanted;       /* a probe shall start */
    bool probing;      /* a probe is under way */
    bool news;         /* one has finished since the questions were looked at */
    int64_t probed_ms; /* when the last probe finished */
    bool asked;        /* whether anybody ever asked */
    int64_t asked_ms;  /* when somebody asked last */
};

/* `done` gets the track as its context. */
void track_init(struct track *t, const struct health_options *options,
    struct health *health, enum metrics_version version, probe_done_fn *done);
void track_reset(struct track *t);

/* Wants a probe before anybody has asked: he will soon. */
void track_begin(struct track *t, int64_t now_ms);

/* Puts a question on the list, and wants a probe, unless what is known is
 * fresh: then false. */
bool track_ask(struct track *t, struct question *q, int64_t wait_ms,
    int64_t first_until_ms, int64_t now_ms);

/* Takes those off the list who have waited long enough, or all. */
struct question *track_take_questions(
    struct track *t, int64_t now_ms, bool all);

/* When the next question is due; INT64_MAX where none waits. */
int64_t track_next_question(const struct track *t);

/* True when the real call is a reason to probe at once. */
bool track_note(
    struct track *t, const struct health_news *news, int64_t now_ms);

void track_probed(
    struct track *t, const struct probe_result *result, int64_t now_ms);

/* When a bad key that somebody cares about is looked at again. */
int64_t track_next_retry(const struct track *t, int64_t now_ms);

/* The view's text is appended to *text and borrows it. */
MUST_USE enum status track_view(struct track *t, int64_t now_ms,
    struct buf *text, struct health_view *view);

#endif
