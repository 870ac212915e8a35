/* SPDX-License-Identifier: Apache-2.0 */
/* The first half of kind encrypt: the KMS key, the emulator and the plugins,
 * in nodes that run already. */
#ifndef ENCRYPT_ENCRYPT_SETUP_H
#define ENCRYPT_ENCRYPT_SETUP_H

#include "encrypt/existing.h"
#include "kind/plan.h"

/*
 * Saves the record, with the key's ARN and the ways to the emulator, before
 * anything is made; then brings emulator and plugins to run and awaits them.
 * A key that is in the node already stays the key. Pods that answer are left
 * alone. On failure one line in *problem.
 */
MUST_USE enum status encrypt_setup(
    struct existing *e, enum kind_kms kms, struct buf *problem);

#endif
