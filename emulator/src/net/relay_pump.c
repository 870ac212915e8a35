/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* SOCK_CLOEXEC, SOCK_NONBLOCK of socketpair */
#include "net/relay.h"

#include "base/log.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* Parts moved for one connection before others have their turn. */
enum { PARTS_AT_ONCE = 16 };

typedef enum relay_io read_fn(
    struct relay *relay, uint8_t *bytes, size_t max, size_t *got);
typedef enum relay_io write_fn(
    struct relay *relay, struct span bytes, size_t *put);

static bool
has_rest(const struct relay_way *way)
{
    return way->at < way->rest.len;
}

static enum relay_io
write_rest(struct relay *relay, struct relay_way *way, write_fn *write_part)
{
    size_t put = 0;
    enum relay_io io =
        write_part(relay, span_skip(buf_span(&way->rest), way->at), &put);
    if (io != RELAY_DONE)
        return io;
    way->at += put;
    if (!has_rest(way)) {
        buf_reset(&way->rest);
        way->at = 0;
    }
    return RELAY_DONE;
}

/* How much may be read now; 0: later. */
static size_t
part_of(struct relay *relay, struct relay_way *way)
{
    uint64_t again_us;
    size_t most = net_rate_allows(&way->rate, net_reactor_now_us(), &again_us);
    if (most == 0)
        net_reactor_timer(relay->relays->reactor, &relay->refill, again_us);
    return most < NET_RELAY_PART ? most : NET_RELAY_PART;
}

/* Reads a part and writes what can be written of it; the rest is kept. */
static enum relay_io
move_part(struct relay *relay, struct relay_way *way, read_fn *read_part,
    write_fn *write_part)
{
    uint8_t *part = relay->relays->part;
    size_t max = part_of(relay, way), got = 0, put = 0;
    if (max == 0)
        return RELAY_AGAIN;
    enum relay_io io = read_part(relay, part, max, &got);
    if (io != RELAY_DONE)
        return io;
    net_rate_moved(&way->rate, got);
    io = write_part(relay, span_of(part, got), &put);
    if ((io == RELAY_DONE || io == RELAY_AGAIN) && put < got &&
        buf_set(&way->rest, span_of(part + put, got - put)) != STATUS_OK)
        io = RELAY_BROKEN;
    OPENSSL_cleanse(part, got);
    return io == RELAY_AGAIN ? RELAY_DONE : io;
}

/* One step of a direction. DONE: there may be more to do. */
static enum relay_io
step(struct relay *relay, struct relay_way *way, read_fn *read_part,
    write_fn *write_part)
{
    if (has_rest(way))
        return write_rest(relay, way, write_part);
    if (way->ended)
        return RELAY_AGAIN;
    return move_part(relay, way, read_part, write_part);
}

static void
pump_up(struct relay *relay, bool *more)
{
    if (relay->deaf)
        return;
    switch (step(relay, &relay->up, relay_client_read, relay_inner_write)) {
    case RELAY_DONE:
        *more = true;
        break;
    case RELAY_AGAIN:
        break;
    case RELAY_ENDED:
        relay->up.ended = true;
        (void)shutdown(relay->inner.fd, SHUT_WR);
        break;
    case RELAY_BROKEN:
        /* Either side: the client is told apart by its own errors. */
        relay->deaf = true;
        buf_reset(&relay->up.rest);
        relay->up.at = 0;
        (void)shutdown(relay->inner.fd, SHUT_WR);
        break;
    }
}

/* False: the relay is no more. */
static bool
pump_down(struct relay *relay, bool *more)
{
    switch (step(relay, &relay->down, relay_inner_read, relay_client_write)) {
    case RELAY_DONE:
        *more = true;
        break;
    case RELAY_AGAIN:
        break;
    case RELAY_ENDED:
        relay->down.ended = true;
        relay->other_end = 0;
        break;
    case RELAY_BROKEN:
        relay_free(relay);
        return false;
    }
    return true;
}

/* What each side is asked for next. */
static void
ask(struct relay *relay)
{
    uint32_t client = 0, inner = 0;
    bool refill = relay->refill.due_us != 0;
    if (!relay->deaf && !relay->up.ended && !has_rest(&relay->up) && !refill)
        client |= EPOLLIN;
    if (has_rest(&relay->down) || relay->client_wants_out)
        client |= EPOLLOUT;
    if (!relay->down.ended && !has_rest(&relay->down) && !refill)
        inner |= EPOLLIN;
    if (has_rest(&relay->up))
        inner |= EPOLLOUT;
    if (inner == 0)
        net_reactor_unwatch(relay->relays->reactor, &relay->inner);
    else if (net_reactor_watch(relay->relays->reactor, &relay->inner, inner) !=
             STATUS_OK) {
        relay_free(relay);
        return;
    }
    (void)relay_watch_client(relay, client);
}

void
relay_pump(struct relay *relay)
{
    bool more = true, moved = false;
    relay->client_wants_out = false;
    for (int i = 0; more && i < PARTS_AT_ONCE; i++) {
        more = false;
        pump_up(relay, &more);
        if (!pump_down(relay, &more))
            return;
        moved = moved || more;
    }
    if (relay->down.ended && !has_rest(&relay->down)) {
        relay_linger(relay);
        return;
    }
    /* The server has gone: only the client can keep this from ending. */
    if (relay->down.ended && (moved || relay->deadline.due_us == 0))
        relay_deadline(relay, relay->relays->options.stall_ms);
    /* TLS may hold bytes that no descriptor tells of. */
    if (more)
        net_reactor_timer(
            relay->relays->reactor, &relay->refill, net_reactor_now_us());
    ask(relay);
}

/* The other end is known by what it is, not by its number, which is soon
 * another's. */
static enum status
make_pair(struct relay *relay, int *other)
{
    int pair[2];
    struct stat info;
    if (socketpair(
            AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) != 0)
        return status_from_errno(errno);
    if (fstat(pair[1], &info) != 0) {
        enum status st = status_from_errno(errno);
        (void)close(pair[0]);
        (void)close(pair[1]);
        return st;
    }
    relay->inner.fd = pair[0];
    relay->other_end = info.st_ino;
    *other = pair[1];
    return STATUS_OK;
}

void
relay_open(struct relay *relay)
{
    int other = -1;
    enum status st = make_pair(relay, &other);
    if (st != STATUS_OK) {
        log_event(LOG_WARN, "no socket for a connection",
            log_text("reason", status_text(st)));
        relay_free(relay);
        return;
    }
    net_reactor_timer_stop(relay->relays->reactor, &relay->deadline);
    relay->stage = RELAY_OPEN;
    relay->up.rate.per_second = relay->arrival.decision.bytes_per_second;
    relay->down.rate.per_second = relay->arrival.decision.bytes_per_second;
    relay->arrival.next(
        relay->arrival.next_context, other, &relay->arrival.peer);
    relay_pump(relay);
}
