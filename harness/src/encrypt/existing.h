/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A kind cluster that is there already, whoever made it: its nodes by kind's
 * labels, the way to each of its kube-apiservers, and what kmslab has written
 * down of it. Used by one thread, by kind encrypt and kind decrypt.
 */
#ifndef ENCRYPT_EXISTING_H
#define ENCRYPT_EXISTING_H

#include "encrypt/lock.h"
#include "kind/create.h"
#include "node/node_api.h"
#include "node/node_secrets.h"

struct existing {
    struct engine engine;
    const char *name;            /* borrowed */
    struct kind_progress report; /* each thing that was done */
    struct kind_record record;
    int64_t patience_ms;   /* for kube-apiserver; see apiserver_change.h */
    bool known;            /* there was a record of kind encrypt */
    struct kind_lock lock; /* one change at a time */
    struct workspace *workspace;
    struct node_api apis[KIND_NODES_MAX]; /* of record.control_planes */
};

/*
 * Finds all of it. `engine_program` may be NULL; name, report and program are
 * borrowed. STATUS_NOT_FOUND: no such cluster; STATUS_EXISTS: one that `kmslab
 * kind up` made; STATUS_BUSY: another run changes it. The engine was asked
 * already (engine_check). One line in *problem. Do not move what was opened.
 */
MUST_USE enum status existing_open(const char *name, const char *engine_program,
    const struct kind_progress *report, struct existing *out,
    struct buf *problem);
void existing_close(struct existing *e);

/* The container of control plane i; borrows. */
const char *existing_node(const struct existing *e, size_t i);

/* Says a line; a format that needs much memory may be lost. */
void existing_say(const struct existing *e, const char *format, ...)
    PRINTF_LIKE(2, 3);

/* Counts the Secrets in etcd and says how they are stored, after `when`. */
MUST_USE enum status existing_tally(const struct existing *e, const char *when,
    struct secret_tally *tally, struct buf *problem);

/* Rewrites all Secrets and says how many. */
MUST_USE enum status existing_rewrite(
    const struct existing *e, struct buf *problem);

#endif
