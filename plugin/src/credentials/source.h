/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The default chain at work. Keys out of files are read when the files
 * change, where they are asked for; whatever needs the network or a program
 * is fetched by a thread of its own, ahead of expiry.
 */
#ifndef CREDENTIALS_SOURCE_H
#define CREDENTIALS_SOURCE_H

#include "base/clock.h"
#include "base/random.h"
#include "credentials/provider.h"

/* As provider_run; a test has its own. */
typedef enum status source_fetch_fn(const struct provider *provider,
    const struct plan *plan, struct provided *out, struct buf *problem);

struct source_options {
    struct span region;      /* copied */
    struct clock wall_clock; /* expiry is on it */
    struct random random;    /* thread-safe */
    source_fetch_fn *fetch;
};

MUST_USE enum status source_new(
    const struct source_options *options, struct credentials **out);

/* Looks at the wall clock again: for a test that moved it. */
void source_wake(struct credentials *source);

#endif
