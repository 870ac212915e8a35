/* SPDX-License-Identifier: Apache-2.0 */
/* What the control listener needs of a proxy beside its contract. */
#ifndef PROXY_PROXY_INTERNAL_H
#define PROXY_PROXY_INTERNAL_H

#include "proxy/kind.h"
#include "proxy/rules.h"

/* Borrows. */
struct rules *proxy_own_rules(struct proxy *proxy);

#endif
