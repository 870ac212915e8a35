/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of a caller share. */
#ifndef SOAK_CALLER_PARTS_H
#define SOAK_CALLER_PARTS_H

#include "soak/caller.h"

/* Drawn of its seed: from 0 to below - 1. */
uint32_t caller_below(struct caller *caller, uint32_t below);

/* Something kept; NULL where nothing is. */
const struct caller_kept *caller_pick(struct caller *caller);

MUST_USE enum status caller_decrypt(struct caller *caller, bool v1,
    struct span ciphertext, int64_t timeout_ms, struct buf *plaintext,
    struct grpc_error *error);

/* CALLER_WRONG, with *why set to what. */
enum caller_verdict caller_wrong(struct buf *why, const char *what);

/* CALLER_FAILED for an error that KMS's troubles explain: the rest would
 * mislead an apiserver, or is no code that the plugin gives. */
enum caller_verdict caller_judge(
    const struct grpc_error *error, struct buf *why);

/* caller_hostile.c */
enum caller_verdict caller_hostile_damaged(
    struct caller *caller, struct buf *why);
enum caller_verdict caller_hostile_foreign(
    struct caller *caller, struct buf *why);
enum caller_verdict caller_hostile_garbage(
    struct caller *caller, struct buf *why);

/* caller_direct.c: past the gate and the plugin. */
enum caller_verdict caller_direct(struct caller *caller, struct buf *why);

#endif
