/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The access keys whose secrets are known, so that signatures made with them
 * can be checked. Owns the secrets and wipes them. Thread-safe.
 */
#ifndef ACCESS_REGISTRY_H
#define ACCESS_REGISTRY_H

#include "base/buf.h"

enum {
    REGISTRY_KEY_ID_MAX = 128,
    REGISTRY_SECRET_MAX = 128,
    REGISTRY_ACCOUNT_LEN = 12,
};

struct registry;

MUST_USE enum status registry_new(struct registry **out);
void registry_free(struct registry *registry);

/*
 * Adds an access key. The same again is STATUS_OK; STATUS_EXISTS where it is
 * there with another secret or account, STATUS_INVALID for a part that is
 * empty, too long or, the account, not of 12 digits.
 */
MUST_USE enum status registry_add(struct registry *registry,
    struct span access_key_id, struct span secret, struct span account);

/* Called with what is registered; the spans are borrowed for the call. */
typedef enum status registry_use_fn(
    void *context, struct span secret, struct span account);

/*
 * Calls `use` for a registered access key and returns what it returned;
 * STATUS_NOT_FOUND for one that is not registered.
 */
MUST_USE enum status registry_use(struct registry *registry,
    struct span access_key_id, registry_use_fn *use, void *context);

#endif
