/* SPDX-License-Identifier: Apache-2.0 */
#include "proxy/events.h"

#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>

struct event {
    int64_t at_ms; /* since the epoch */
    char rule[EVENTS_TEXT_MAX + 1], kind[EVENTS_TEXT_MAX + 1];
    char operation[EVENTS_TEXT_MAX + 1], outcome[EVENTS_TEXT_MAX + 1];
};

struct events {
    uint64_t count; /* so far; the first has the number 1 */
    struct event ring[EVENTS_MAX];
};

enum status
events_new(struct events **out)
{
    struct events *events = calloc(1, sizeof(*events));

    if (events == NULL)
        return STATUS_NO_MEMORY;
    *out = events;
    return STATUS_OK;
}

void
events_free(struct events *events)
{
    free(events);
}

void
events_add(struct events *events, const char *rule, const char *kind,
    const char *operation, const char *outcome)
{
    struct clock clock = clock_wall();
    struct event *event = &events->ring[events->count++ % EVENTS_MAX];

    event->at_ms = clock_ms(&clock);
    (void)snprintf(event->rule, sizeof(event->rule), "%s", rule);
    (void)snprintf(event->kind, sizeof(event->kind), "%s", kind);
    (void)snprintf(event->operation, sizeof(event->operation), "%s", operation);
    (void)snprintf(event->outcome, sizeof(event->outcome), "%s", outcome);
}

static void
write_event(
    const struct event *event, uint64_t number, struct json_writer *writer)
{
    json_write_object_begin(writer);
    json_write_key_int(writer, "seq", (int64_t)number);
    json_write_key_int(writer, "at_ms", event->at_ms);
    json_write_key_text(writer, "rule", event->rule);
    json_write_key_text(writer, "kind", event->kind);
    json_write_key_text(writer, "operation", event->operation);
    json_write_key_text(writer, "outcome", event->outcome);
    json_write_object_end(writer);
}

void
events_write(
    const struct events *events, uint64_t after, struct json_writer *writer)
{
    uint64_t count = events->count;
    uint64_t first = count > EVENTS_MAX ? count - EVENTS_MAX : 0;
    uint64_t from = after > first ? after : first;

    json_write_object_begin(writer);
    json_write_key(writer, "events");
    json_write_array_begin(writer);
    for (uint64_t i = from; i < count; i++)
        write_event(&events->ring[i % EVENTS_MAX], i + 1, writer);
    json_write_array_end(writer);
    json_write_key_int(
        writer, "dropped", (int64_t)(after < first ? first - after : 0));
    json_write_object_end(writer);
}
