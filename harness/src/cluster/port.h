/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLUSTER_PORT_H
#define CLUSTER_PORT_H

#include "base/status.h"

#include <stdint.h>

/*
 * A TCP port of 127.0.0.1 that nobody had a moment ago, for programs that
 * cannot choose one themselves and say which.
 */
MUST_USE enum status port_find_free(uint16_t *port);

#endif
