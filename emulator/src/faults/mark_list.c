/* SPDX-License-Identifier: Apache-2.0 */
#include "faults/mark_list.h"

#include <stdlib.h>
#include <utlist.h>

enum { LOOK_MS = 100 }; /* how often it is looked for rules that are over */

static int64_t
now_ms(const struct marks *marks)
{
    return clock_ms(&marks->clock);
}

void
mark_list_add(struct marks *marks, struct mark *mark)
{
    monitor_lock(&marks->monitor);
    mark->id = ++marks->last_id;
    DL_APPEND(marks->all, mark);
    if (mark->next == NULL && mark->prev == mark)
        monitor_signal(&marks->monitor); /* the first one */
    monitor_unlock(&marks->monitor);
}

void
mark_list_remove(struct marks *marks, struct mark *mark)
{
    monitor_lock(&marks->monitor);
    DL_DELETE(marks->all, mark);
    monitor_unlock(&marks->monitor);
}

/* Out of those that wait. The list is locked. */
static struct service_pause *
take_pause(struct marks *marks, struct mark *mark)
{
    struct service_pause *pause = mark->pause;
    DL_DELETE2(marks->waiting, mark, wait_prev, wait_next);
    mark->pause = NULL;
    return pause;
}

/* By time: from the end, since most wait for as long as those before. */
static void
insert(struct marks *marks, struct mark *mark)
{
    struct mark *at = marks->waiting == NULL ? NULL : marks->waiting->wait_prev;
    while (at != NULL && at->due_ms > mark->due_ms)
        at = at == marks->waiting ? NULL : at->wait_prev;
    if (at == NULL)
        DL_PREPEND2(marks->waiting, mark, wait_prev, wait_next);
    else
        DL_APPEND_ELEM2(marks->waiting, at, mark, wait_prev, wait_next);
}

void
mark_wait(struct mark *mark, struct service_pause *pause,
    const struct service_request *request, int64_t wait_ms)
{
    struct marks *marks = mark->marks;
    monitor_lock(&marks->monitor);
    bool waits = !marks->stopping && wait_ms > 0;
    mark->request = request;
    mark->due_ms = now_ms(marks) + wait_ms;
    if (waits) {
        mark->pause = pause;
        insert(marks, mark);
        if (marks->waiting == mark)
            monitor_signal(&marks->monitor);
    }
    monitor_unlock(&marks->monitor);
    if (!waits)
        service_pause_end(pause);
}

static struct mark *
find_waiting(struct marks *marks, const struct service_request *request)
{
    struct mark *mark;
    DL_FOREACH2(marks->waiting, mark, wait_next)
    {
        if (mark->request == request)
            return mark;
    }
    return NULL;
}

bool
marks_is_waiting(struct marks *marks, const struct service_request *request)
{
    monitor_lock(&marks->monitor);
    bool found = find_waiting(marks, request) != NULL;
    monitor_unlock(&marks->monitor);
    return found;
}

void
marks_left(struct marks *marks, const struct service_request *request)
{
    struct service_pause *pause = NULL;
    monitor_lock(&marks->monitor);
    struct mark *mark = find_waiting(marks, request);
    if (mark != NULL)
        pause = take_pause(marks, mark);
    monitor_unlock(&marks->monitor);
    if (pause != NULL)
        service_pause_end(pause);
}

struct mark *
marks_find(struct marks *marks, uint64_t id)
{
    struct mark *mark;
    monitor_lock(&marks->monitor);
    DL_SEARCH_SCALAR(marks->all, mark, id, id);
    monitor_unlock(&marks->monitor);
    return mark;
}

void
marks_look(struct marks *marks)
{
    monitor_lock(&marks->monitor);
    marks->look = true;
    monitor_signal(&marks->monitor);
    monitor_unlock(&marks->monitor);
}

/* Ends what withdrawn rules hold up: waits become due, net/ is told. The list
 * is locked. */
static void
look_for_withdrawn(struct marks *marks)
{
    struct mark *mark, *next;
    DL_FOREACH_SAFE(marks->all, mark, next)
    {
        if (mark->healed || (mark->pause == NULL && !mark->stuck) ||
            !fault_decision_is_withdrawn(&mark->decision))
            continue;
        mark->healed = mark->pause != NULL ||
                       marks->options.heal(marks->options.context, mark->id);
        if (mark->pause != NULL) {
            DL_DELETE2(marks->waiting, mark, wait_prev, wait_next);
            mark->due_ms = INT64_MIN;
            DL_PREPEND2(marks->waiting, mark, wait_prev, wait_next);
        }
    }
}

/* Sleeps until something is to be done. The list is locked. */
static void
sleep_on(struct marks *marks)
{
    int64_t until_ms = now_ms(marks) + LOOK_MS;
    if (marks->all == NULL && !marks->ticking)
        until_ms = INT64_MAX;
    else if (marks->waiting != NULL && marks->waiting->due_ms < until_ms)
        until_ms = marks->waiting->due_ms;
    (void)monitor_wait(&marks->monitor, until_ms);
}

/* The list is locked, but not while others are called. */
static void
tick(struct marks *marks)
{
    monitor_unlock(&marks->monitor);
    bool again = marks->options.tick(marks->options.context);
    monitor_lock(&marks->monitor);
    marks->ticking = again;
}

static void *
run(void *context)
{
    struct marks *marks = context;
    int64_t looked_ms = 0;
    monitor_lock(&marks->monitor);
    while (!marks->stopping || marks->waiting != NULL) {
        struct mark *first = marks->waiting;
        if (marks->look || now_ms(marks) - looked_ms >= LOOK_MS) {
            marks->look = false;
            looked_ms = now_ms(marks);
            look_for_withdrawn(marks);
            tick(marks);
        } else if (first != NULL &&
                   (marks->stopping || first->due_ms <= now_ms(marks))) {
            struct service_pause *pause = take_pause(marks, first);
            monitor_unlock(&marks->monitor);
            service_pause_end(pause);
            monitor_lock(&marks->monitor);
        } else if (!marks->stopping) {
            sleep_on(marks);
        }
    }
    monitor_unlock(&marks->monitor);
    return NULL;
}

enum status
marks_new(const struct marks_options *options, struct marks **out)
{
    struct marks *marks = calloc(1, sizeof(*marks));
    if (marks == NULL)
        return STATUS_NO_MEMORY;
    marks->options = *options;
    marks->clock = clock_monotonic();
    enum status st = monitor_init(&marks->monitor);
    if (st != STATUS_OK) {
        free(marks);
        return st;
    }
    int error = pthread_create(&marks->thread, NULL, run, marks);
    if (error != 0) {
        marks_free(marks);
        return status_from_errno(error);
    }
    marks->started = true;
    *out = marks;
    return STATUS_OK;
}

void
marks_stop(struct marks *marks)
{
    if (!marks->started)
        return;
    monitor_lock(&marks->monitor);
    marks->stopping = true;
    monitor_signal(&marks->monitor);
    monitor_unlock(&marks->monitor);
    (void)pthread_join(marks->thread, NULL);
    marks->started = false;
}

void
marks_free(struct marks *marks)
{
    if (marks == NULL)
        return;
    marks_stop(marks);
    monitor_reset(&marks->monitor);
    free(marks);
}
