/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every Secret must hold: the value of its last good write, or, after a
 * write whose end nobody knows, that one or the one before. Values are made
 * of name, seed and a number, so each is written once only. Used by one
 * thread.
 */
#ifndef PLAY_LEDGER_H
#define PLAY_LEDGER_H

#include "testbed/cluster.h"

struct ledger_entry {
    struct buf name;
    struct buf value;   /* empty: it is not there */
    struct buf perhaps; /* a write of unknown end; empty: none */
    struct buf bytes;   /* in etcd, at the last mark */
    struct buf whole;   /* in etcd, before they were tampered with */
    bool gone;          /* deleted on purpose */
};

struct ledger {
    struct ledger_entry *entries;
    size_t count;
    uint64_t seed;
    uint64_t written; /* numbers of values */
};

void ledger_reset(struct ledger *ledger);

/* The entry of that name, made where there is none; NULL: no memory. */
struct ledger_entry *ledger_entry(struct ledger *ledger, const char *name);

/* The value for the next write of it. Appends. */
MUST_USE enum status ledger_next(
    struct ledger *ledger, const char *name, struct buf *value);

/* How a write of `value` ended. */
MUST_USE enum status ledger_wrote(struct ledger_entry *entry, struct span value,
    const struct cluster_answer *answer);

/* Whether an answer to a read is none that may never be: true where it failed
 * or has the right value; else *why says what is wrong. */
bool ledger_accepts(const struct ledger_entry *entry,
    const struct cluster_answer *answer, struct buf *why);

#endif
