/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Resource time: a base clock plus the offset of all accounts plus that of
 * one. Offsets are records of the store, so that they outlive the process;
 * they are at hand here, because every request asks for the time. Functions
 * are thread-safe.
 */
#ifndef API_RESOURCE_CLOCK_H
#define API_RESOURCE_CLOCK_H

#include "base/clock.h"
#include "store/store.h"

struct resource_clock;

/* Reads the offsets. Borrows the store. */
MUST_USE enum status resource_clock_new(
    struct store *store, struct clock base, struct resource_clock **out);
void resource_clock_free(struct resource_clock *clock);

/* An account's time, or (empty) that of an account without an own offset. */
int64_t resource_clock_ms(struct resource_clock *clock, struct span account);

/*
 * Moves the time of one account, or (empty) of all, forward. Blocks until
 * durable. STATUS_INVALID for a negative step, STATUS_TOO_LARGE where the
 * offset would pass a hundred years.
 */
MUST_USE enum status resource_clock_advance(
    struct resource_clock *clock, struct span account, int64_t step_ms);

/* Forgets the offset of one account, or (empty) every offset. Blocks. */
MUST_USE enum status resource_clock_reset(
    struct resource_clock *clock, struct span account);

#endif
