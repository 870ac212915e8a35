/* SPDX-License-Identifier: Apache-2.0 */
/* The server_name extension of a ClientHello (RFC 6066, 3). No state. */
#ifndef NET_SERVER_NAME_H
#define NET_SERVER_NAME_H

#include "base/span.h"

/* The host name that the extension's body holds, borrowed from it; empty where
 * it holds none, or something else than it should. */
struct span net_server_name(struct span extension);

#endif
