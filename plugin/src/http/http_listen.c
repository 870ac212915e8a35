/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* SOCK_CLOEXEC, SOCK_NONBLOCK */
#include "http/http_listen.h"

#include "base/num.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 64, HOST_MAX = 253 /* of a name in DNS */ };

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

/* At the last colon, with the brackets of an IPv6 address taken off. */
static enum status
split(struct span text, struct span *host, uint16_t *port)
{
    size_t colon = text.len;
    while (colon > 0 && text.ptr[colon - 1] != ':')
        colon--;
    if (colon == 0)
        return STATUS_INVALID;
    struct span name = span_first(text, colon - 1);
    int64_t number;
    if (num_parse(span_skip(text, colon), 0, UINT16_MAX, &number) != STATUS_OK)
        return STATUS_INVALID;
    if (span_starts_with(name, SPAN_LITERAL("[")) &&
        span_ends_with(name, SPAN_LITERAL("]")))
        name = span_first(span_skip(name, 1), name.len - 2);
    else if (span_search(name, SPAN_LITERAL(":"), &colon))
        return STATUS_INVALID;
    *host = name;
    *port = (uint16_t)number;
    return STATUS_OK;
}

bool
http_listen_is_valid(struct span address)
{
    struct span host;
    uint16_t port;
    return split(address, &host, &port) == STATUS_OK && host.len <= HOST_MAX;
}

/* The name's first address. */
static enum status
look_up(const char *name, uint16_t port, union address *out, socklen_t *len)
{
    const struct addrinfo wanted = { .ai_family = AF_UNSPEC,
        .ai_socktype = SOCK_STREAM };
    struct addrinfo *found = NULL;
    if (getaddrinfo(name, NULL, &wanted, &found) != 0)
        return STATUS_NOT_FOUND;
    enum status st = STATUS_NOT_FOUND;
    if (found->ai_addrlen <= sizeof(*out)) {
        memcpy(out, found->ai_addr, found->ai_addrlen);
        *len = found->ai_addrlen;
        if (out->any.sa_family == AF_INET6)
            out->v6.sin6_port = htons(port);
        else
            out->v4.sin_port = htons(port);
        st = STATUS_OK;
    }
    freeaddrinfo(found);
    return st;
}

static enum status
parse(struct span text, union address *out, socklen_t *len)
{
    char name[HOST_MAX + 1] = "";
    struct span host;
    uint16_t port;
    enum status st = split(text, &host, &port);
    if (st != STATUS_OK || host.len >= sizeof(name))
        return STATUS_INVALID;
    if (span_equal_text(host, "localhost"))
        host = SPAN_LITERAL("127.0.0.1");
    span_to_text(host, name);
    union address a = { .v6 = { .sin6_family = AF_INET6 } };
    a.v6.sin6_port = htons(port);
    *len = sizeof(a.v6);
    if (host.len > 0 && inet_pton(AF_INET6, name, &a.v6.sin6_addr) != 1) {
        a = (union address){ .v4 = { .sin_family = AF_INET } };
        a.v4.sin_port = htons(port);
        *len = sizeof(a.v4);
        if (inet_pton(AF_INET, name, &a.v4.sin_addr) != 1)
            return look_up(name, port, out, len);
    }
    *out = a;
    return STATUS_OK;
}

static enum status
bind_and_listen(
    const union address *address, socklen_t len, bool share, int *out)
{
    const int on = 1, off = 0;
    int fd = socket(
        address->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return status_from_errno(errno);
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (share)
        (void)setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
    if (address->any.sa_family == AF_INET6)
        (void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
    if (bind(fd, &address->any, len) == 0 && listen(fd, BACKLOG) == 0) {
        *out = fd;
        return STATUS_OK;
    }
    enum status st =
        errno == EADDRINUSE ? STATUS_BUSY : status_from_errno(errno);
    (void)close(fd);
    return st;
}

enum status
http_listen_open(struct span text, bool share, int *fd)
{
    union address address;
    socklen_t len;
    enum status st = parse(text, &address, &len);
    if (st != STATUS_OK)
        return st;
    st = bind_and_listen(&address, len, share, fd);
    if (st == STATUS_OK || st == STATUS_BUSY || text.ptr[0] != ':')
        return st;
    /* All interfaces, on a machine without IPv6. */
    union address v4 = { .v4 = { .sin_family = AF_INET,
                             .sin_port = address.v6.sin6_port } };
    return bind_and_listen(&v4, sizeof(v4.v4), share, fd);
}

enum status
http_listen_address(int fd, struct buf *out)
{
    union address a = { 0 };
    socklen_t len = sizeof(a);
    char name[INET6_ADDRSTRLEN];
    if (getsockname(fd, &a.any, &len) != 0)
        return status_from_errno(errno);
    if (a.any.sa_family == AF_INET) {
        if (a.v4.sin_addr.s_addr == htonl(INADDR_ANY))
            a.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        (void)inet_ntop(AF_INET, &a.v4.sin_addr, name, sizeof(name));
        return buf_printf(out, "%s:%u", name, ntohs(a.v4.sin_port));
    }
    if (memcmp(&a.v6.sin6_addr, &in6addr_any, sizeof(in6addr_any)) == 0)
        return buf_printf(out, "127.0.0.1:%u", ntohs(a.v6.sin6_port));
    (void)inet_ntop(AF_INET6, &a.v6.sin6_addr, name, sizeof(name));
    return buf_printf(out, "[%s]:%u", name, ntohs(a.v6.sin6_port));
}
