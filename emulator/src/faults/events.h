/* SPDX-License-Identifier: Apache-2.0 */
/* The last few thousand faults that fired, for those who ask later. Any
 * thread. */
#ifndef FAULTS_EVENTS_H
#define FAULTS_EVENTS_H

#include "base/json_writer.h"

enum {
    EVENTS_KEPT = 4096,
    EVENTS_NAME_MAX = 64,
    EVENTS_ID_MAX = 64,
};

struct event {
    uint64_t seq;  /* from 1 */
    int64_t at_ms; /* since the epoch */
    char rule[EVENTS_NAME_MAX + 1];
    const char *kind, *operation; /* static */
    char key[EVENTS_ID_MAX + 1], request_id[EVENTS_ID_MAX + 1];
    const char *outcome; /* static; NULL: it is not over */
};

struct events;

MUST_USE enum status events_new(struct events **out);
void events_free(struct events *events);

/* Keeps a copy; gives its number. */
uint64_t events_add(struct events *events, const struct event *event);
/* No effect on one that is kept no longer. */
void events_close(struct events *events, uint64_t seq, const char *outcome);

/* {"events":[…],"dropped":n}: those after a number, and how many of them are
 * kept no longer. */
void events_write(struct events *events, uint64_t after, struct json_writer *w);

/* Without the room for more than `max` bytes, only the first of them. */
void events_copy(struct span text, size_t max, char *out);

#endif
