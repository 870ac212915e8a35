/* SPDX-License-Identifier: Apache-2.0 */
#include "net/address.h"

#include "base/num.h"

#include <arpa/inet.h>

/* Where the port begins; the host is left without its brackets. */
static enum status
split(struct span text, struct span *host, struct span *port, int *family)
{
    size_t colon = text.len;
    while (colon > 0 && text.ptr[colon - 1] != ':')
        colon--;
    if (colon == 0)
        return STATUS_INVALID;
    *port = span_skip(text, colon);
    *host = span_first(text, colon - 1);
    *family = AF_INET;
    if (host->len >= 2 && host->ptr[0] == '[' &&
        host->ptr[host->len - 1] == ']') {
        *host = span_of(host->ptr + 1, host->len - 2);
        *family = AF_INET6;
    }
    return STATUS_OK;
}

enum status
net_address_parse(struct span text, struct net_address *out)
{
    struct span host, port;
    int family;
    int64_t number;
    char literal[INET6_ADDRSTRLEN];
    if (split(text, &host, &port, &family) != STATUS_OK ||
        num_parse(port, 0, 65535, &number) != STATUS_OK ||
        host.len >= sizeof(literal))
        return STATUS_INVALID;
    memcpy(literal, host.ptr, host.len);
    literal[host.len] = '\0';

    struct net_address made = { 0 };
    made.socket.any.sa_family = (sa_family_t)family;
    void *bytes = family == AF_INET ? (void *)&made.socket.v4.sin_addr
                                    : (void *)&made.socket.v6.sin6_addr;
    if (inet_pton(family, literal, bytes) != 1)
        return STATUS_INVALID;
    in_port_t wire_port = htons((uint16_t)number);
    if (family == AF_INET) {
        made.socket.v4.sin_port = wire_port;
        made.len = sizeof(made.socket.v4);
    } else {
        made.socket.v6.sin6_port = wire_port;
        made.len = sizeof(made.socket.v6);
    }
    *out = made;
    return STATUS_OK;
}

enum status
net_address_format(const struct net_address *address, struct buf *out)
{
    char literal[INET6_ADDRSTRLEN];
    bool v4 = address->socket.any.sa_family == AF_INET;
    const void *bytes = v4 ? (const void *)&address->socket.v4.sin_addr
                           : (const void *)&address->socket.v6.sin6_addr;
    unsigned port =
        ntohs(v4 ? address->socket.v4.sin_port : address->socket.v6.sin6_port);
    if (inet_ntop(address->socket.any.sa_family, bytes, literal,
            sizeof(literal)) == NULL)
        return STATUS_INVALID;
    return buf_printf(out, v4 ? "%s:%u" : "[%s]:%u", literal, port);
}

bool
net_address_is_loopback(const struct net_address *address)
{
    if (address->socket.any.sa_family == AF_INET)
        return ntohl(address->socket.v4.sin_addr.s_addr) >> 24 == 127;
    return IN6_IS_ADDR_LOOPBACK(&address->socket.v6.sin6_addr);
}
