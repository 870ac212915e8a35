/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A place where KMS is called: its Region and endpoint, transfers ready for
 * use there, whether it is well, and how far the machine's clock is from its
 * own. Belongs to one thread, but for what others may read.
 */
#ifndef KMS_PLACE_H
#define KMS_PLACE_H

#include "kms/breaker.h"
#include "kms/signer.h"
#include "kms/transfer.h"

struct place {
    struct signer *signer;
    struct buf region;
    struct transfer_options transfers;
    struct lookups lookups;
    struct transfer *idle; /* ready for use */
    size_t idle_count;
    struct breaker breaker;
    int64_t skew_ms; /* to be added to the machine's wall clock */

    /* The same, for other threads to read: */
    _Atomic bool shown_open;
    _Atomic int64_t shown_skew_ms;
};

/* Where the options' Region and endpoint say; borrows ca_file. *place is empty
 * before, stays where it is, and is empty after a failure. STATUS_INVALID as
 * signer_new. */
MUST_USE enum status place_init(
    struct place *place, const struct kms_options *options);
void place_reset(struct place *place);

/* NULL: no memory. */
struct transfer *place_take_transfer(struct place *place);
void place_give_back(struct place *place, struct transfer *transfer);

/* Tells its breaker how a call fared, and logs what that changes. */
void place_leave(struct place *place, int64_t now_ms, bool trial,
    enum breaker_verdict verdict);

/* Learns KMS's time from an answer of its own, and logs a change. */
void place_learn_time(struct place *place, const struct answer *answer,
    const struct kms_result *result, int64_t machine_ms);

#endif
