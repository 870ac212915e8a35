/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decrypts under one key, of which those that ask for the same bytes at the
 * same time share one call to KMS: an apiserver that starts asks for the same
 * seed many times over. Whoever sent the same bytes would have got the same
 * plaintext from KMS himself.
 *
 * The shared call lives while anyone waits for it. It has the deadline of who
 * started it; when that has passed and others have more time, it is started
 * anew for them. One who is cancelled is told so when the shared call ends; it
 * is ended for that if nobody else waits. The plaintext is KMS's answer, lent
 * to each who waits in turn, and wiped when the last was told: a call that
 * comes later asks KMS again.
 *
 * Calls of v1beta1 and v2 are counted apart, so they do not share. Thread-safe.
 */
#ifndef CRYPT_COALESCE_H
#define CRYPT_COALESCE_H

#include "crypt/crypt.h"

struct coalesce;
struct coalesce_flight;

enum { COALESCE_FLIGHTS_MAX = 1024 }; /* more calls than these do not share */

struct coalesce_options {
    const struct crypt *crypt; /* borrowed */
    bool share;                /* false: each has a call of its own */
    struct metrics *metrics;   /* borrowed; NULL: not counted */
};

/* As crypt_done_fn, but nothing of the result may be taken. */
typedef void coalesce_done_fn(void *context, const struct failure *failure,
    const struct kms_result *result);

/* Embedded by the caller, who keeps it until `done` has returned. He fills in
 * the first four. */
struct coalesce_call {
    enum metrics_version version;
    int64_t deadline_ms; /* on the monotonic clock */
    coalesce_done_fn *done;
    void *context;
    struct coalesce *table;
    struct coalesce_flight *flight; /* NULL: its end is being told */
    struct coalesce_call *next;
    bool cancelled;
};

MUST_USE enum status coalesce_new(
    const struct coalesce_options *options, struct coalesce **out);

/* When no call is under way. */
void coalesce_free(struct coalesce *table);

/* On anything but STATUS_OK nothing was started and done is not called. The
 * bytes are copied. */
MUST_USE enum status coalesce_start(
    struct coalesce *table, struct coalesce_call *call, struct span bytes);

/* `done` still comes. The caller makes sure that it has not returned yet. */
void coalesce_cancel(struct coalesce_call *call);

#endif
