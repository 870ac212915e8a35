/* SPDX-License-Identifier: Apache-2.0 */
/* store_get, store_range and store_scan on one connection. */
#ifndef STORE_SQLITE_READ_H
#define STORE_SQLITE_READ_H

#include "store/sqlite_db.h"
#include "store/store.h"

MUST_USE enum status sqlite_read_get(
    struct sqlite_db *db, struct span path, struct store_record *out);

MUST_USE enum status sqlite_read_range(struct sqlite_db *db,
    const struct store_key *key, struct span after, size_t limit,
    store_visit_fn *visit, void *context);

MUST_USE enum status sqlite_read_scan(struct sqlite_db *db, struct span kind,
    store_visit_key_fn *visit, void *context);

#endif
