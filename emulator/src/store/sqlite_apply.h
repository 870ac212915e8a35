/* SPDX-License-Identifier: Apache-2.0 */
/* One batch as statements, inside a transaction that its caller began. */
#ifndef STORE_SQLITE_APPLY_H
#define STORE_SQLITE_APPLY_H

#include "store/batch.h"
#include "store/sqlite_db.h"

/*
 * Checks and carries out the batch and gives it the version after *version.
 * A conflict is the batch's own affair: it is in batch->status, nothing was
 * changed, and STATUS_OK comes back. Any other status: the transaction cannot
 * go on.
 */
MUST_USE enum status sqlite_apply_batch(
    struct sqlite_db *db, struct batch *batch, uint64_t *version);

#endif
