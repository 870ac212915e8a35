/* SPDX-License-Identifier: Apache-2.0 */
/* "ADDRESS:PORT" as people write it: 127.0.0.1:4599, [::1]:0. No names: they
 * would need a resolver. A plain value. */
#ifndef NET_ADDRESS_H
#define NET_ADDRESS_H

#include "base/buf.h"

#include <netinet/in.h>
#include <sys/socket.h>

struct net_address {
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } socket;
    socklen_t len;
};

/* STATUS_INVALID for anything but a literal IPv4 address or a literal IPv6
 * address in brackets, each with a port. */
MUST_USE enum status net_address_parse(
    struct span text, struct net_address *out);

/* Appends the same form. */
MUST_USE enum status net_address_format(
    const struct net_address *address, struct buf *out);

/* Of 127.0.0.0/8 or ::1. */
bool net_address_is_loopback(const struct net_address *address);

#endif
