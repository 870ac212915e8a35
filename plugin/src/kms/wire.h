/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libcurl's multi interface driven by epoll: a turn costs what is ready, not
 * what is under way. All but wire_wake belongs to one thread.
 */
#ifndef KMS_WIRE_H
#define KMS_WIRE_H

#include "base/status.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

struct wire;

/* `connections` idle ones are kept, at most. */
MUST_USE enum status wire_new(size_t connections, struct wire **out);
/* Nothing is under way any more. */
void wire_free(struct wire *wire);

/* Starts. It ends by finished, or by wire_remove. */
MUST_USE enum status wire_add(struct wire *wire, CURL *easy);

/* Closes the connection of one that is under way. */
void wire_remove(struct wire *wire, CURL *easy);

/* Of one that ended, after it was removed. */
typedef void wire_finished_fn(void *context, CURL *easy, CURLcode code);

/* Sends what was added. It may be answered at once: whether any ended. */
bool wire_send(struct wire *wire, wire_finished_fn *finished, void *context);

/*
 * Waits until something is ready, until_ms of the monotonic clock has come or
 * wire_wake was called; does what can be done; calls finished for each that
 * ended.
 */
void wire_turn(struct wire *wire, int64_t until_ms, wire_finished_fn *finished,
    void *context);

/* Ends the turn under way, or the next. Any thread. */
void wire_wake(struct wire *wire);

#endif
