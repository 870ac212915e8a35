/* SPDX-License-Identifier: Apache-2.0 */
/* What the operations of one service share. Every part is thread-safe. */
#ifndef API_PARTS_H
#define API_PARTS_H

#include "access/access.h"
#include "api/objects.h"
#include "api/resource_clock.h"
#include "base/random.h"
#include "keys/vault.h"

struct service_hooks;

struct parts {
    struct store *store;
    struct access *access;
    struct vault *vault;
    struct objects *keys;    /* objects: struct key */
    struct objects *aliases; /* objects: struct key_alias */
    struct resource_clock *clock;
    struct random random;
    const struct service_hooks *hooks; /* NULL: none */
};

#endif
