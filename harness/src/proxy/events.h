/* SPDX-License-Identifier: Apache-2.0 */
/* What rules did, the newest of it. For one thread at a time. */
#ifndef PROXY_EVENTS_H
#define PROXY_EVENTS_H

#include "base/json_writer.h"

enum { EVENTS_MAX = 4096, EVENTS_TEXT_MAX = 64 };

struct events;

MUST_USE enum status events_new(struct events **out);
void events_free(struct events *events);

/* Texts are copied, and cut if need be. */
void events_add(struct events *events, const char *rule, const char *kind,
    const char *operation, const char *outcome);

/* Writes {"events":[…],"dropped":n}: those after the number `after`, and how
 * many of these are not kept any more. */
void events_write(
    const struct events *events, uint64_t after, struct json_writer *writer);

#endif
