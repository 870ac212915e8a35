/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A kms-emulator on this machine for the nodes of a cluster: a daemon that
 * outlives kmslab. Its folder is in the cluster's (emulator: data, log, pid),
 * and by that folder in its command line it is known again.
 */
#ifndef KIND_HOST_EMULATOR_H
#define KIND_HOST_EMULATOR_H

#include "kind/record.h"

/*
 * Starts it on a free port of `address`, an address that the nodes reach, with
 * the seed file; its admin listener is on the loopback. Fills the record's
 * emulator. One line in *problem on failure.
 */
MUST_USE enum status kind_host_emulator_start(const char *folder,
    const char *address, const char *seed, struct kind_record *record,
    struct buf *problem);

/*
 * Ends it, if the process of the record, or of the pid file that it leaves at
 * its very start, is still the emulator of that folder. STATUS_TIMEOUT where
 * it does not end.
 */
MUST_USE enum status kind_host_emulator_stop(
    const char *folder, const struct kind_record *record, struct buf *problem);

/* Whether process `pid` has `word` among its arguments. */
bool kind_host_emulator_is(pid_t pid, const char *word);

#endif
