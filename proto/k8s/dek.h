/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An unwrapped data encryption key (or seed), counted by its holders: caches
 * drop it while a read still uses it. Wiped by the last one. Immutable once
 * made; dek_hold and dek_release are thread-safe.
 */
#ifndef K8S_DEK_H
#define K8S_DEK_H

#include "k8s/cipher.h"

struct dek;

/* Takes the secret (empties it). One holder: the caller. */
MUST_USE enum status dek_new(
    const struct cipher *cipher, struct buf *secret, struct dek **out);

/* One more holder; returns its argument. */
struct dek *dek_hold(struct dek *dek);

/* Takes NULL. */
void dek_release(struct dek *dek);

const struct cipher *dek_cipher(const struct dek *dek);

/* Borrows. */
struct span dek_secret(const struct dek *dek);

#endif
