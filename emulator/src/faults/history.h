/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What records were before they changed, for those who are to see old data.
 * Bounded: the oldest go first. Any thread.
 */
#ifndef FAULTS_HISTORY_H
#define FAULTS_HISTORY_H

#include "base/buf.h"

struct store_key;
struct history;

enum { HISTORY_MAX = 4096 };

MUST_USE enum status history_new(struct history **out);
void history_free(struct history *history);

/* At now_ms a record stops being this; version 0: it was not there. Without
 * memory it is not kept. */
void history_add(struct history *history, const struct store_key *record,
    int64_t now_ms, uint64_t version, struct span value);

/* What the record was before its first change since `since_ms`. False where
 * there was none since, or no memory. */
bool history_find(struct history *history, const struct store_key *record,
    int64_t since_ms, uint64_t *version, struct buf *value);

#endif
