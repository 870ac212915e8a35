/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The named keys of an aescbc, aesgcm or secretbox provider: the first one
 * writes, each reads what bears its name. Owns its copies of the keys.
 * Immutable once made, so free for all threads.
 */
#ifndef K8S_PROVIDER_KEYS_H
#define K8S_PROVIDER_KEYS_H

#include "base/random.h"
#include "k8s/provider_config.h"
#include "k8s/transformer.h"

struct provider_keys;

/* STATUS_INVALID with kube-apiserver's words for keys that do not fit. */
MUST_USE enum status provider_keys_new(const struct provider_config *config,
    const struct random *random, struct provider_keys **out,
    struct transform_error *error);
void provider_keys_free(struct provider_keys *keys);

/* Works on what follows the provider's prefix. Valid as long as the keys. */
struct transformer provider_keys_transformer(struct provider_keys *keys);

#endif
