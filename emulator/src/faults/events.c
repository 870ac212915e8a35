/* SPDX-License-Identifier: Apache-2.0 */
#include "faults/events.h"

#include <pthread.h>
#include <stdlib.h>

struct events {
    pthread_mutex_t lock;
    uint64_t last; /* number of the newest; 0: there is none */
    struct event ring[EVENTS_KEPT];
};

enum status
events_new(struct events **out)
{
    struct events *events = calloc(1, sizeof(*events));
    if (events == NULL || pthread_mutex_init(&events->lock, NULL) != 0) {
        free(events);
        return STATUS_NO_MEMORY;
    }
    *out = events;
    return STATUS_OK;
}

void
events_free(struct events *events)
{
    if (events == NULL)
        return;
    (void)pthread_mutex_destroy(&events->lock);
    free(events);
}

uint64_t
events_add(struct events *events, const struct event *event)
{
    (void)pthread_mutex_lock(&events->lock);
    uint64_t seq = ++events->last;
    struct event *slot = &events->ring[seq % EVENTS_KEPT];
    *slot = *event;
    slot->seq = seq;
    (void)pthread_mutex_unlock(&events->lock);
    return seq;
}

void
events_close(struct events *events, uint64_t seq, const char *outcome)
{
    (void)pthread_mutex_lock(&events->lock);
    struct event *slot = &events->ring[seq % EVENTS_KEPT];
    if (slot->seq == seq)
        slot->outcome = outcome;
    (void)pthread_mutex_unlock(&events->lock);
}

static void
write_optional(struct json_writer *w, const char *key, const char *text)
{
    json_write_key(w, key);
    if (text == NULL || text[0] == '\0')
        json_write_null(w);
    else
        json_write_text(w, text);
}

static void
write_event(struct json_writer *w, const struct event *event)
{
    json_write_object_begin(w);
    json_write_key_int(w, "seq", (int64_t)event->seq);
    json_write_key_int(w, "at_ms", event->at_ms);
    json_write_key_text(w, "rule", event->rule);
    json_write_key_text(w, "kind", event->kind);
    write_optional(w, "operation", event->operation);
    write_optional(w, "key", event->key);
    write_optional(w, "request_id", event->request_id);
    write_optional(w, "outcome", event->outcome);
    json_write_object_end(w);
}

void
events_write(struct events *events, uint64_t after, struct json_writer *w)
{
    (void)pthread_mutex_lock(&events->lock);
    uint64_t oldest =
        events->last > EVENTS_KEPT ? events->last - EVENTS_KEPT + 1 : 1;
    uint64_t from = after + 1 > oldest ? after + 1 : oldest;
    json_write_object_begin(w);
    json_write_key(w, "events");
    json_write_array_begin(w);
    for (uint64_t seq = from; seq <= events->last; seq++)
        write_event(w, &events->ring[seq % EVENTS_KEPT]);
    json_write_array_end(w);
    json_write_key_int(
        w, "dropped", after + 1 < oldest ? (int64_t)(oldest - after - 1) : 0);
    json_write_object_end(w);
    (void)pthread_mutex_unlock(&events->lock);
}

void
events_copy(struct span text, size_t max, char *out)
{
    span_to_text(span_first(text, max), out);
}
