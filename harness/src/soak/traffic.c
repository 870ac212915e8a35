/* SPDX-License-Identifier: Apache-2.0 */
#include "soak/traffic.h"

#include "process/interrupt.h"

#include <pthread.h>
#include <stdlib.h>

struct worker {
    struct traffic *traffic;
    struct caller caller;
    pthread_t thread;
};

struct traffic {
    pthread_mutex_t lock; /* for all but the workers' own */
    pthread_cond_t changed;
    bool working, excused, stopping;
    size_t busy; /* workers amid a call */
    struct traffic_tally tally;
    struct buf complaint;
    size_t count; /* workers whose thread runs */
    struct worker workers[TRAFFIC_CALLERS_MAX];
};

/* False when it is time to stop. *excused is of the call that is to come. */
static bool
begin_call(struct traffic *traffic, bool *excused)
{
    (void)pthread_mutex_lock(&traffic->lock);
    while (!traffic->working && !traffic->stopping)
        (void)pthread_cond_wait(&traffic->changed, &traffic->lock);
    bool go_on = !traffic->stopping;
    *excused = traffic->excused;
    traffic->busy += go_on;
    (void)pthread_mutex_unlock(&traffic->lock);
    return go_on;
}

static void
end_call(struct traffic *traffic, enum caller_call call,
    enum caller_verdict verdict, struct span why)
{
    (void)pthread_mutex_lock(&traffic->lock);
    traffic->busy--;
    traffic->tally.calls[call][verdict]++;
    if (verdict == CALLER_WRONG && traffic->complaint.len == 0)
        buf_say(
            &traffic->complaint, "%s: %.*s", caller_names[call], SPAN_ARG(why));
    (void)pthread_cond_broadcast(&traffic->changed);
    (void)pthread_mutex_unlock(&traffic->lock);
}

static void *
run_worker(void *context)
{
    struct worker *worker = context;
    struct buf why = { 0 };
    bool excused;
    while (begin_call(worker->traffic, &excused)) {
        enum caller_call call = caller_draw(&worker->caller);
        enum caller_verdict verdict = caller_make(&worker->caller, call, &why);
        if (verdict == CALLER_FAILED && !excused)
            verdict = CALLER_WRONG;
        if (verdict != CALLER_GOOD && interrupt_pending() != 0)
            verdict = CALLER_FAILED; /* what was asked of us broke it off */
        end_call(worker->traffic, call, verdict, buf_span(&why));
    }
    buf_reset(&why);
    return NULL;
}

static enum status
start_worker(struct traffic *traffic, const struct traffic_options *options)
{
    struct worker *worker = &traffic->workers[traffic->count];
    worker->traffic = traffic;
    enum status st = caller_init(&worker->caller, options->socket, options->key,
        &options->direct, options->seed + traffic->count);
    if (st != STATUS_OK)
        return st;
    int error = pthread_create(&worker->thread, NULL, run_worker, worker);
    if (error != 0) {
        caller_reset(&worker->caller);
        return status_from_errno(error);
    }
    traffic->count++;
    return STATUS_OK;
}

enum status
traffic_new(const struct traffic_options *options, struct traffic **out)
{
    struct traffic *traffic = calloc(1, sizeof(*traffic));
    enum status st = STATUS_OK;
    if (traffic == NULL)
        return STATUS_NO_MEMORY;
    (void)pthread_mutex_init(&traffic->lock, NULL);
    (void)pthread_cond_init(&traffic->changed, NULL);
    for (size_t i = 0; i < options->callers && st == STATUS_OK; i++)
        st = start_worker(traffic, options);
    if (st == STATUS_OK)
        *out = traffic;
    else
        traffic_free(traffic);
    return st;
}

static void
set(struct traffic *traffic, bool working, bool excused, bool stopping)
{
    (void)pthread_mutex_lock(&traffic->lock);
    traffic->working = working;
    traffic->excused = excused;
    traffic->stopping = stopping;
    (void)pthread_cond_broadcast(&traffic->changed);
    (void)pthread_mutex_unlock(&traffic->lock);
}

void
traffic_free(struct traffic *traffic)
{
    if (traffic == NULL)
        return;
    set(traffic, false, false, true);
    for (size_t i = 0; i < traffic->count; i++) {
        (void)pthread_join(traffic->workers[i].thread, NULL);
        caller_reset(&traffic->workers[i].caller);
    }
    (void)pthread_cond_destroy(&traffic->changed);
    (void)pthread_mutex_destroy(&traffic->lock);
    buf_reset(&traffic->complaint);
    free(traffic);
}

void
traffic_work(struct traffic *traffic, bool excused)
{
    set(traffic, true, excused, false);
}

void
traffic_rest(struct traffic *traffic)
{
    (void)pthread_mutex_lock(&traffic->lock);
    traffic->working = false;
    while (traffic->busy > 0)
        (void)pthread_cond_wait(&traffic->changed, &traffic->lock);
    (void)pthread_mutex_unlock(&traffic->lock);
}

void
traffic_read(struct traffic *traffic, struct traffic_tally *out)
{
    (void)pthread_mutex_lock(&traffic->lock);
    *out = traffic->tally;
    (void)pthread_mutex_unlock(&traffic->lock);
}

struct span
traffic_complaint(const struct traffic *traffic)
{
    return buf_span(&traffic->complaint);
}
