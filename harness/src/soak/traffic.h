/* SPDX-License-Identifier: Apache-2.0 */
/* Callers in threads of their own, which work, rest and stop together, and the
 * tally of what their calls came to. Driven by one thread. */
#ifndef SOAK_TRAFFIC_H
#define SOAK_TRAFFIC_H

#include "soak/caller.h"

struct traffic;

enum { TRAFFIC_CALLERS_MAX = 64 };

struct traffic_options {
    const char *socket; /* borrowed, as what follows */
    const char *key;
    struct kms_account direct;
    uint64_t seed;
    size_t callers;
};

struct traffic_tally {
    uint64_t calls[CALLER_CALL_COUNT][CALLER_VERDICT_COUNT];
};

/* They rest until traffic_work. */
MUST_USE enum status traffic_new(
    const struct traffic_options *options, struct traffic **out);
void traffic_free(struct traffic *traffic);

/* From here on they work. `excused`: KMS is in trouble, so errors are; else
 * an error is wrong. */
void traffic_work(struct traffic *traffic, bool excused);

/* Returns when no call is under way any more. */
void traffic_rest(struct traffic *traffic);

void traffic_read(struct traffic *traffic, struct traffic_tally *out);

/* The first call that was wrong, in words; empty: none was. Borrowed, at
 * rest. */
struct span traffic_complaint(const struct traffic *traffic);

#endif
