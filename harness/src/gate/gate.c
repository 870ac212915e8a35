/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* accept4 */
#include "gate/gate.h"

#include "base/num.h"
#include "gate/relay.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { STACK_BYTES = 128 * 1024, BACKLOG = 512, LOOK_MS = 20 };

/* A place for a connection; all but backend under the gate's lock. */
struct slot {
    struct gate *gate;
    pthread_t thread;
    bool started; /* there is a thread to join */
    bool over;    /* it has ended, or will without waiting */
    int client;
    _Atomic int backend;
};

struct gate {
    struct relay_plan plan;
    struct buf url;
    uint16_t port;
    pthread_t acceptor;
    _Atomic bool stopping;
    pthread_mutex_t lock; /* the slots and the listener */
    int listener;         /* -1: nobody listens */
    struct slot slots[GATE_CONNECTIONS_MAX];
};

static void *
run_slot(void *context)
{
    struct slot *slot = context;
    (void)pthread_mutex_lock(&slot->gate->lock);
    int client = slot->client;
    (void)pthread_mutex_unlock(&slot->gate->lock);
    relay_run(&slot->gate->plan, client, &slot->backend);
    (void)pthread_mutex_lock(&slot->gate->lock);
    slot->over = true;
    (void)close(client);
    if (slot->backend >= 0)
        (void)close(slot->backend);
    (void)pthread_mutex_unlock(&slot->gate->lock);
    return NULL;
}

static struct slot *
find_slot(struct gate *gate)
{
    for (size_t i = 0; i < GATE_CONNECTIONS_MAX; i++) {
        struct slot *slot = &gate->slots[i];
        if (slot->started && !slot->over)
            continue;
        if (slot->started)
            (void)pthread_join(slot->thread, NULL);
        slot->started = false;
        return slot;
    }
    return NULL;
}

static bool
start_slot(struct slot *slot, int fd)
{
    pthread_attr_t attributes;
    slot->client = fd;
    slot->backend = -1;
    slot->over = false;
    if (pthread_attr_init(&attributes) != 0)
        return false;
    (void)pthread_attr_setstacksize(&attributes, STACK_BYTES);
    slot->started =
        pthread_create(&slot->thread, &attributes, run_slot, slot) == 0;
    (void)pthread_attr_destroy(&attributes);
    return slot->started;
}

static void
take_connection(struct gate *gate, int fd)
{
    const int on = 1;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    (void)pthread_mutex_lock(&gate->lock);
    struct slot *slot = find_slot(gate);
    if (slot == NULL || !start_slot(slot, fd))
        (void)close(fd);
    (void)pthread_mutex_unlock(&gate->lock);
}

/* One connection, or -1: none came, or nobody listens. */
static int
accept_one(struct gate *gate)
{
    (void)pthread_mutex_lock(&gate->lock);
    struct pollfd listener = { .fd = gate->listener, .events = POLLIN };
    (void)pthread_mutex_unlock(&gate->lock);
    if (poll(&listener, 1, LOOK_MS) <= 0)
        return -1;
    (void)pthread_mutex_lock(&gate->lock);
    int fd = gate->listener < 0
                 ? -1
                 : accept4(gate->listener, NULL, NULL, SOCK_CLOEXEC);
    (void)pthread_mutex_unlock(&gate->lock);
    return fd;
}

static void *
run_acceptor(void *context)
{
    struct gate *gate = context;
    while (!gate->stopping) {
        int fd = accept_one(gate);
        if (fd >= 0)
            take_connection(gate, fd);
    }
    return NULL;
}

/* On gate->port, or on a free one, which gate->port then is. */
static enum status
listen_on(struct gate *gate)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
        .sin_port = htons(gate->port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof(address);
    const int on = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return status_from_errno(errno);
    struct sockaddr *any = (struct sockaddr *)(void *)&address;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
        bind(fd, any, length) != 0 || listen(fd, BACKLOG) != 0 ||
        getsockname(fd, any, &length) != 0) {
        enum status st = status_from_errno(errno);
        (void)close(fd);
        return st;
    }
    gate->port = ntohs(address.sin_port);
    gate->listener = fd;
    return STATUS_OK;
}

static enum status
read_backend(const char *url, uint16_t *port)
{
    struct span rest = span_text(url);
    int64_t number;
    if (!span_starts_with(rest, SPAN_LITERAL("http://127.0.0.1:")))
        return STATUS_INVALID;
    enum status st = num_parse(span_skip(rest, 17), 1, UINT16_MAX, &number);
    if (st == STATUS_OK)
        *port = (uint16_t)number;
    return st;
}

enum status
gate_new(
    const char *backend, uint64_t seed, struct gate **out, struct buf *problem)
{
    struct gate *gate = calloc(1, sizeof(*gate));
    if (gate == NULL)
        return STATUS_NO_MEMORY;
    gate->plan.seed = seed;
    gate->listener = -1;
    for (size_t i = 0; i < GATE_CONNECTIONS_MAX; i++)
        gate->slots[i].gate = gate;
    (void)pthread_mutex_init(&gate->lock, NULL);
    enum status st = read_backend(backend, &gate->plan.backend_port);
    if (st == STATUS_OK)
        st = listen_on(gate);
    if (st == STATUS_OK)
        st = buf_printf(&gate->url, "http://127.0.0.1:%u", gate->port);
    gate->stopping = st != STATUS_OK;
    if (st == STATUS_OK &&
        pthread_create(&gate->acceptor, NULL, run_acceptor, gate) != 0) {
        gate->stopping = true;
        st = STATUS_NO_MEMORY;
    }
    if (st == STATUS_OK) {
        *out = gate;
        return STATUS_OK;
    }
    buf_say(problem, "the gate before %s: %s", backend, status_text(st));
    gate_free(gate);
    return st;
}

/* Their relays end. With the lock held. */
static void
shut_connections(struct gate *gate)
{
    for (size_t i = 0; i < GATE_CONNECTIONS_MAX; i++) {
        struct slot *slot = &gate->slots[i];
        if (!slot->started || slot->over)
            continue;
        (void)shutdown(slot->client, SHUT_RDWR);
        if (slot->backend >= 0)
            (void)shutdown(slot->backend, SHUT_RDWR);
    }
}

static void
stop_listening(struct gate *gate)
{
    if (gate->listener >= 0)
        (void)close(gate->listener);
    gate->listener = -1;
}

void
gate_free(struct gate *gate)
{
    if (gate == NULL)
        return;
    if (!gate->stopping) {
        gate->stopping = true;
        (void)pthread_join(gate->acceptor, NULL);
    }
    gate->plan.fault = GATE_NONE;
    (void)pthread_mutex_lock(&gate->lock);
    stop_listening(gate);
    shut_connections(gate);
    (void)pthread_mutex_unlock(&gate->lock);
    for (size_t i = 0; i < GATE_CONNECTIONS_MAX; i++)
        if (gate->slots[i].started)
            (void)pthread_join(gate->slots[i].thread, NULL);
    (void)pthread_mutex_destroy(&gate->lock);
    buf_reset(&gate->url);
    free(gate);
}

const char *
gate_url(const struct gate *gate)
{
    return buf_text(&gate->url);
}

void
gate_set(struct gate *gate, enum gate_fault fault, unsigned percent)
{
    (void)pthread_mutex_lock(&gate->lock);
    gate->plan.percent = percent;
    gate->plan.fault = fault;
    if (fault == GATE_REFUSED) {
        stop_listening(gate);
        shut_connections(gate);
    } else if (gate->listener < 0) {
        /* The port may be in use for a moment by a connection of its own. */
        for (int tries = 0; tries < 100 && listen_on(gate) != STATUS_OK;
             tries++)
            (void)poll(NULL, 0, LOOK_MS);
    }
    (void)pthread_mutex_unlock(&gate->lock);
}

void
gate_count(const struct gate *gate, uint64_t counts[GATE_FAULT_COUNT])
{
    for (size_t i = 0; i < GATE_FAULT_COUNT; i++)
        counts[i] = gate->plan.counts[i];
}
