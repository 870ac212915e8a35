/* SPDX-License-Identifier: Apache-2.0 */
/* Opening a stored value with the plugin that wrapped its key. */
#ifndef INSPECT_INSPECT_PLAINTEXT_H
#define INSPECT_INSPECT_PLAINTEXT_H

#include "k8s/stored_value.h"

/*
 * Appends the plaintext of a value of a kms provider: the plugin at `endpoint`
 * (unix:///…) unwraps the key, which is then used with `etcd_key` as the AAD.
 * STATUS_UNSUPPORTED for other providers, whose keys no plugin has. On failure
 * one line in *problem.
 */
MUST_USE enum status inspect_plaintext(const struct stored_value *value,
    const char *endpoint, struct span etcd_key, struct buf *plaintext,
    struct buf *problem);

#endif
