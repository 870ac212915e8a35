/* SPDX-License-Identifier: Apache-2.0 */
/* The raw values of Secrets in the lab's etcd. */
#ifndef E2E_STORED_H
#define E2E_STORED_H

#include "e2e/lab.h"

/* Appends "/registry/secrets/default/NAME". */
MUST_USE enum status stored_key(const char *name, struct buf *key);

/* Appends. */
MUST_USE enum status stored_get(
    struct lab *lab, const char *name, struct buf *stored, struct buf *problem);
MUST_USE enum status stored_put(
    struct lab *lab, const char *name, struct span stored, struct buf *problem);

#endif
