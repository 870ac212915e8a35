/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* accept4 */
#include "net/listener.h"

#include "base/log.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

enum { BACKLOG = 1024, ACCEPTS_AT_ONCE = 64 };

struct net_listener {
    int fd;
    struct net_address address;
    struct net_loop *loop;
    net_gate_fn *gate;
    void *context;
    bool starved; /* the last accept found no descriptor */
    pthread_mutex_t switching;
    _Atomic bool refusing;
};

/* Bound to the address; *bound is what was really given. */
static enum status
bind_socket(
    const struct net_address *address, struct net_address *bound, int *out)
{
    enum status st = STATUS_OK;
    int on = 1;
    struct net_address given = { .len = sizeof(given.socket) };
    int fd = socket(address->socket.any.sa_family,
        SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return status_from_errno(errno);
    /* A port that the last run used may be taken at once. */
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (address->socket.any.sa_family == AF_INET6)
        (void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
    if (bind(fd, &address->socket.any, address->len) != 0 ||
        getsockname(fd, &given.socket.any, &given.len) != 0) {
        st = status_from_errno(errno);
        (void)close(fd);
        return st;
    }
    *bound = given;
    *out = fd;
    return STATUS_OK;
}

/*
 * A port that the kernel chose is its again once the socket stops listening
 * (net_listener_refuse); one that was asked for stays. So the one it chose is
 * asked for, by a second socket while the first still holds it.
 */
static enum status
open_socket(
    const struct net_address *address, struct net_address *bound, int *out)
{
    int chosen = -1, fd = -1;
    struct net_address given, same;
    enum status st = bind_socket(address, &given, &chosen);
    if (st == STATUS_OK)
        st = bind_socket(&given, &same, &fd);
    if (st == STATUS_OK && listen(fd, BACKLOG) != 0)
        st = status_from_errno(errno);
    if (st == STATUS_OK) {
        *bound = given;
        *out = fd;
        fd = -1;
    }
    if (fd >= 0)
        (void)close(fd);
    if (chosen >= 0)
        (void)close(chosen);
    return st;
}

/*
 * With no descriptor left, the socket stays readable: trying again at once
 * would burn a core. Clients wait in the backlog for a tick instead.
 */
static void
back_off(struct net_listener *listener, int error)
{
    if (!listener->starved)
        log_event(LOG_WARN, "cannot accept connections, trying on",
            log_text("reason", strerror(error)));
    listener->starved = true;
    net_loop_pause(listener->loop, listener->fd);
}

/* Errors of one client (it left already) are not ours. */
static bool
is_shortage(int error)
{
    return error == EMFILE || error == ENFILE || error == ENOBUFS ||
           error == ENOMEM;
}

static void
accept_ready(void *context)
{
    struct net_listener *listener = context;
    for (int i = 0; i < ACCEPTS_AT_ONCE; i++) {
        struct net_address peer = { .len = sizeof(peer.socket) };
        int on = 1;
        int fd = accept4(listener->fd, &peer.socket.any, &peer.len,
            SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0 && is_shortage(errno)) {
            back_off(listener, errno);
            return;
        }
        if (fd < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return;
        if (fd < 0 && listener->refusing)
            return;
        if (fd < 0)
            continue;
        listener->starved = false;
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        listener->gate(listener->context, fd, &peer);
    }
}

enum status
net_listener_new(struct net_loop *loop, const struct net_address *address,
    net_gate_fn *gate, void *context, struct net_listener **out)
{
    struct net_listener *listener = calloc(1, sizeof(*listener));
    if (listener == NULL)
        return STATUS_NO_MEMORY;
    listener->loop = loop;
    listener->gate = gate;
    listener->context = context;
    listener->fd = -1;
    /* Does not fail with default attributes on Linux. */
    (void)pthread_mutex_init(&listener->switching, NULL);
    enum status st = open_socket(address, &listener->address, &listener->fd);
    if (st == STATUS_OK)
        st = net_loop_add(loop, &(struct net_source){ .fd = listener->fd,
                                    .ready = accept_ready,
                                    .context = listener,
                                    .muted = &listener->refusing });
    if (st != STATUS_OK) {
        net_listener_free(listener);
        return st;
    }
    *out = listener;
    return STATUS_OK;
}

const struct net_address *
net_listener_address(const struct net_listener *listener)
{
    return &listener->address;
}

/* On Linux a listening socket that is shut down keeps its address, refuses,
 * and may listen again. */
enum status
net_listener_refuse(struct net_listener *listener, bool refuse)
{
    enum status st = STATUS_OK;
    (void)pthread_mutex_lock(&listener->switching);
    bool change = listener->fd >= 0 && listener->refusing != refuse;
    if (listener->fd < 0) {
        st = STATUS_CANCELLED;
    } else if (change && refuse) {
        listener->refusing = true;
        if (shutdown(listener->fd, SHUT_RD) != 0)
            st = status_from_errno(errno);
    } else if (change && listen(listener->fd, BACKLOG) != 0) {
        st = status_from_errno(errno);
    }
    if (change)
        listener->refusing = st == STATUS_OK ? refuse : !refuse;
    (void)pthread_mutex_unlock(&listener->switching);
    net_loop_wake(listener->loop);
    return st;
}

void
net_listener_close(struct net_listener *listener)
{
    (void)pthread_mutex_lock(&listener->switching);
    if (listener->fd >= 0)
        (void)close(listener->fd);
    listener->fd = -1;
    (void)pthread_mutex_unlock(&listener->switching);
}

void
net_listener_free(struct net_listener *listener)
{
    if (listener == NULL)
        return;
    net_listener_close(listener);
    (void)pthread_mutex_destroy(&listener->switching);
    free(listener);
}
