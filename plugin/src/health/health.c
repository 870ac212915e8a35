/* SPDX-License-Identifier: Apache-2.0 */
#include "health/health.h"

#include "base/log.h"
#include "health/probe.h"
#include "health/verdict.h"
#include "sync/monitor.h"

#include <stdlib.h>

struct question {
    struct question *next;
    health_told_fn *told;
    void *context;
    int64_t deadline_ms;
};

struct health {
    struct health_options options;
    struct clock clock;
    struct probe probe; /* used by whoever set `probing` */
    pthread_t thread;
    bool started;           /* used by whoever starts and stops */
    struct monitor monitor; /* guards what follows */
    struct verdict verdict;
    struct question *questions;
    bool wanted;  /* a probe shall start */
    bool probing; /* a probe is under way */
    bool news;    /* one has finished since the questions were looked at */
    bool stopping;
    int64_t probed_ms; /* when the last probe finished */
    int64_t asked_ms;  /* when somebody asked last */
};

static int64_t
earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Hands the view over outside the lock, with a text of its own. */
static void
tell(struct health *h, struct question *questions)
{
    while (questions != NULL) {
        struct question *q = questions;
        questions = q->next;
        struct buf text = { 0 };
        monitor_lock(&h->monitor);
        struct health_view view =
            verdict_view(&h->verdict, clock_ms(&h->clock));
        enum status copied = buf_append(&text, view.text);
        monitor_unlock(&h->monitor);
        view.text = copied == STATUS_OK ? buf_span(&text)
                                        : SPAN_LITERAL("out of memory");
        q->told(q->context, &view);
        buf_reset(&text);
        free(q);
    }
}

/* Takes those off the list who have waited long enough, or all. */
static struct question *
take_questions(struct health *h, int64_t now_ms, bool all)
{
    struct question *taken = NULL;
    for (struct question **at = &h->questions; *at != NULL;) {
        struct question *q = *at;
        if (!all && now_ms < q->deadline_ms) {
            at = &q->next;
            continue;
        }
        *at = q->next;
        q->next = taken;
        taken = q;
    }
    return taken;
}

static void
log_change(const struct health *h, bool was_bad)
{
    bool bad = verdict_is_bad(&h->verdict);
    if (bad && !was_bad)
        log_event(LOG_WARN, "the key cannot be used",
            log_span("key", h->options.crypt->key_id),
            log_span("cause", buf_span(&h->verdict.text)));
    else if (was_bad && !bad)
        log_event(LOG_INFO, "the key can be used again",
            log_span("key", h->options.crypt->key_id));
}

/* On KMS's thread, or on ours when nothing could be started. */
static void
on_probe_done(void *context, const struct probe_result *result)
{
    struct health *h = context;
    monitor_lock(&h->monitor);
    int64_t now_ms = clock_ms(&h->clock);
    bool was_bad = verdict_is_bad(&h->verdict);
    if (result->failure.kind == FAILURE_NONE || result->failed == KMS_DECRYPT)
        verdict_success(&h->verdict, KMS_ENCRYPT, now_ms);
    if (result->failure.kind == FAILURE_NONE) {
        verdict_success(&h->verdict, KMS_DECRYPT, now_ms);
        h->verdict.suspect = false;
    } else
        verdict_probe_failed(&h->verdict, result->failed, &result->failure,
            result->text, now_ms);
    log_change(h, was_bad);
    h->probed_ms = now_ms;
    h->probing = false;
    h->news = true;
    monitor_signal(&h->monitor);
    monitor_unlock(&h->monitor);
}

/* When a bad key that somebody cares about is looked at again. */
static int64_t
next_retry(const struct health *h, int64_t now_ms)
{
    bool cared = now_ms - h->asked_ms < HEALTH_ASKED_MS;
    if (h->probing || !cared || !verdict_is_bad(&h->verdict))
        return INT64_MAX;
    return h->probed_ms + HEALTH_RETRY_MS;
}

/* One turn of the thread, under the lock; false when there was nothing to do
 * but wait until *wake_ms. */
static bool
turn(struct health *h, int64_t *wake_ms)
{
    int64_t now_ms = clock_ms(&h->clock);
    int64_t retry_ms = next_retry(h, now_ms);
    if ((h->wanted || now_ms >= retry_ms) && !h->probing) {
        h->wanted = false;
        h->probing = true;
        monitor_unlock(&h->monitor);
        probe_start(&h->probe, now_ms + HEALTH_PROBE_MS);
        monitor_lock(&h->monitor);
        return true;
    }
    struct question *due = take_questions(h, now_ms, h->news);
    h->news = false;
    if (due != NULL) {
        monitor_unlock(&h->monitor);
        tell(h, due);
        monitor_lock(&h->monitor);
        return true;
    }
    *wake_ms = retry_ms;
    for (const struct question *q = h->questions; q != NULL; q = q->next)
        *wake_ms = earlier(*wake_ms, q->deadline_ms);
    return false;
}

static void *
run(void *context)
{
    struct health *h = context;
    monitor_lock(&h->monitor);
    while (!h->stopping) {
        int64_t wake_ms = INT64_MAX;
        if (!turn(h, &wake_ms))
            (void)monitor_wait(&h->monitor, wake_ms);
    }
    struct question *rest = take_questions(h, 0, true);
    monitor_unlock(&h->monitor);
    tell(h, rest);
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
    h->wanted = true;
    h->asked_ms = clock_ms(&h->clock);
    probe_init(&h->probe, options->crypt, options->version, on_probe_done, h);
    verdict_init(&h->verdict);
    enum status st = monitor_init(&h->monitor);
    if (st == STATUS_OK)
        *out = h;
    else
        free(h);
    return st;
}

enum status
health_start(struct health *h)
{
    if (pthread_create(&h->thread, NULL, run, h) != 0)
        return STATUS_NO_MEMORY;
    h->started = true;
    return STATUS_OK;
}

enum status
health_ask(
    struct health *h, int64_t wait_ms, health_told_fn *told, void *context)
{
    struct question *q = calloc(1, sizeof(*q));
    if (q == NULL)
        return STATUS_NO_MEMORY;
    *q = (struct question){ .told = told, .context = context };
    monitor_lock(&h->monitor);
    int64_t now_ms = clock_ms(&h->clock);
    h->asked_ms = now_ms;
    bool at_once = h->stopping ||
                   verdict_is_fresh(&h->verdict, h->options.max_age_ms, now_ms);
    if (!at_once) {
        q->deadline_ms = now_ms + wait_ms;
        q->next = h->questions;
        h->questions = q;
        h->wanted = h->wanted || !h->probing;
        monitor_signal(&h->monitor);
    }
    monitor_unlock(&h->monitor);
    if (at_once)
        tell(h, q);
    return STATUS_OK;
}

void
health_note(struct health *h, enum kms_operation operation,
    const struct failure *failure)
{
    monitor_lock(&h->monitor);
    int64_t now_ms = clock_ms(&h->clock);
    bool was_bad = verdict_is_bad(&h->verdict);
    bool probe = false;
    if (failure->kind == FAILURE_NONE) {
        verdict_success(&h->verdict, operation, now_ms);
        log_change(h, was_bad);
        /* The other operation may work again too. */
        probe = verdict_is_bad(&h->verdict);
    } else
        probe = verdict_real_failure(&h->verdict, failure) &&
                now_ms - h->probed_ms >= HEALTH_RETRY_MS;
    if (probe && !h->probing) {
        h->wanted = true;
        monitor_signal(&h->monitor);
    }
    monitor_unlock(&h->monitor);
}

void
health_stop(struct health *h)
{
    monitor_lock(&h->monitor);
    h->stopping = true;
    struct question *waiting = h->started ? NULL : take_questions(h, 0, true);
    monitor_signal(&h->monitor);
    monitor_unlock(&h->monitor);
    tell(h, waiting);
    if (h->started)
        (void)pthread_join(h->thread, NULL);
    h->started = false;
}

void
health_free(struct health *h)
{
    if (h == NULL)
        return;
    verdict_reset(&h->verdict);
    monitor_reset(&h->monitor);
    free(h);
}
