/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Delta debugging (Zeller's ddmin): of many things that make something fail
 * together, few that still do, none of which can be left out alone.
 */
#ifndef STORM_SHRINK_H
#define STORM_SHRINK_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Tries what `keep` says: *fails tells whether it still fails. Any status but
 * STATUS_OK ends the search: STATUS_TIMEOUT leaves what was found so far.
 */
typedef enum status shrink_try_fn(void *context, const bool *keep, bool *fails);

/*
 * keep[0..count) is all true at first and the smaller set at last. Returns
 * STATUS_OK also after STATUS_TIMEOUT; else the status that ended it, with
 * `keep` as small as it was then.
 */
MUST_USE enum status shrink(
    bool *keep, size_t count, shrink_try_fn *try, void *context);

#endif
