/* SPDX-License-Identifier: Apache-2.0 */
#include "health/health.h"

#include "base/monitor.h"
#include "health/track.h"

#include <stdlib.h>

struct health {
    struct health_options options;
    struct clock clock;
    pthread_t thread;
    bool started;           /* used by whoever starts and stops */
    struct monitor monitor; /* guards what follows */
    struct track tracks[METRICS_VERSION_COUNT];
    int64_t started_ms;
    bool stopping;
};

/* Hands the view over outside the lock, with a text of its own. */
static void
tell(struct track *t, struct question *questions)
{
    struct health *h = t->health;
    while (questions != NULL) {
        struct question *q = questions;
        questions = q->next;
        struct buf text = { 0 };
        struct health_view view = { HEALTH_UNKNOWN,
            { FAILURE_OTHER, GRPC_CODE_RESOURCE_EXHAUSTED, "" },
            SPAN_LITERAL("the plugin is out of memory") };
        monitor_lock(&h->monitor);
        /* Without memory the view stays as it is. */
        (void)!track_view(t, clock_ms(&h->clock), &text, &view);
        monitor_unlock(&h->monitor);
        q->told(q->context, &view);
        buf_reset(&text);
        free(q);
    }
}

/* On KMS's thread, or on ours when nothing could be started. */
static void
on_probe_done(void *context, const struct probe_result *result)
{
    struct track *t = context;
    struct health *h = t->health;
    monitor_lock(&h->monitor);
    track_probed(t, result, clock_ms(&h->clock));
    monitor_signal(&h->monitor);
    monitor_unlock(&h->monitor);
}

/* One look at a track, under the lock; false when there was nothing to do but
 * wait, until *wake_ms at most. */
static bool
turn(struct health *h, struct track *t, int64_t *wake_ms)
{
    int64_t now_ms = clock_ms(&h->clock);
    int64_t retry_ms = track_next_retry(t, now_ms);
    if ((t->wanted || now_ms >= retry_ms) && !t->probing) {
        t->wanted = false;
        t->probing = true;
        monitor_unlock(&h->monitor);
        probe_start(&t->probe, now_ms);
        monitor_lock(&h->monitor);
        return true;
    }
    struct question *due = track_take_questions(t, now_ms, t->news);
    t->news = false;
    if (due != NULL) {
        monitor_unlock(&h->monitor);
        tell(t, due);
        monitor_lock(&h->monitor);
        return true;
    }
    int64_t question_ms = track_next_question(t);
    if (retry_ms < *wake_ms)
        *wake_ms = retry_ms;
    if (question_ms < *wake_ms)
        *wake_ms = question_ms;
    return false;
}

static void *
run(void *context)
{
    struct health *h = context;
    monitor_lock(&h->monitor);
    while (!h->stopping) {
        int64_t wake_ms = INT64_MAX;
        bool busy = false;
        for (size_t i = 0; i < ARRAY_LEN(h->tracks); i++)
            busy = turn(h, &h->tracks[i], &wake_ms) || busy;
        if (!busy && !h->stopping)
            (void)monitor_wait(&h->monitor, wake_ms);
    }
    monitor_unlock(&h->monitor);
    return NULL;
}

enum status
health_new(const struct health_options *options, struct health **out)
{
    struct health *h = calloc(1, sizeof(*h));
    if (h == NULL)
        return STATUS_NO_MEMORY;
    h->options = *options;
    h->clock = clock_monotonic();
    h->started_ms = clock_ms(&h->clock);
    enum status st = monitor_init(&h->monitor);
    if (st != STATUS_OK) {
        free(h);
        return st;
    }
    for (size_t i = 0; i < ARRAY_LEN(h->tracks); i++)
        track_init(&h->tracks[i], &h->options, h, (enum metrics_version)i,
            on_probe_done);
    *out = h;
    return STATUS_OK;
}

enum status
health_start(struct health *h)
{
    monitor_lock(&h->monitor);
    h->started_ms = clock_ms(&h->clock);
    track_begin(&h->tracks[METRICS_V2], h->started_ms);
    monitor_unlock(&h->monitor);
    if (pthread_create(&h->thread, NULL, run, h) != 0)
        return STATUS_NO_MEMORY;
    h->started = true;
    return STATUS_OK;
}

enum status
health_ask(struct health *h, enum metrics_version version, int64_t wait_ms,
    health_told_fn *told, void *context)
{
    struct question *q = calloc(1, sizeof(*q));
    if (q == NULL)
        return STATUS_NO_MEMORY;
    *q = (struct question){ .told = told, .context = context };
    struct track *t = &h->tracks[version];
    monitor_lock(&h->monitor);
    bool waits = !h->stopping &&
                 track_ask(t, q, wait_ms, h->started_ms + HEALTH_FIRST_MS,
                     clock_ms(&h->clock));
    if (waits)
        monitor_signal(&h->monitor);
    monitor_unlock(&h->monitor);
    if (!waits)
        tell(t, q);
    return STATUS_OK;
}

enum health_state
health_peek(struct health *h, enum metrics_version version)
{
    struct buf text = { 0 };
    struct health_view view = { .state = HEALTH_UNKNOWN };
    monitor_lock(&h->monitor);
    /* Without memory the view stays as it is. */
    (void)!track_view(&h->tracks[version], clock_ms(&h->clock), &text, &view);
    monitor_unlock(&h->monitor);
    buf_reset(&text);
    return view.state;
}

void
health_note(struct health *h, const struct health_news *news)
{
    struct track *t = &h->tracks[news->version];
    monitor_lock(&h->monitor);
    if (track_note(t, news, clock_ms(&h->clock)) && !t->probing) {
        t->wanted = true;
        monitor_signal(&h->monitor);
    }
    monitor_unlock(&h->monitor);
}

void
health_stop(struct health *h)
{
    monitor_lock(&h->monitor);
    h->stopping = true;
    monitor_signal(&h->monitor);
    monitor_unlock(&h->monitor);
    if (h->started)
        (void)pthread_join(h->thread, NULL);
    h->started = false;
    for (size_t i = 0; i < ARRAY_LEN(h->tracks); i++) {
        monitor_lock(&h->monitor);
        struct question *waiting = track_take_questions(&h->tracks[i], 0, true);
        monitor_unlock(&h->monitor);
        tell(&h->tracks[i], waiting);
    }
}

void
health_free(struct health *h)
{
    if (h == NULL)
        return;
    for (size_t i = 0; i < ARRAY_LEN(h->tracks); i++)
        track_reset(&h->tracks[i]);
    monitor_reset(&h->monitor);
    free(h);
}
