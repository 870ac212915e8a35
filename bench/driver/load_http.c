/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/load_http.h"

#include "base/clock.h"
#include "base/num.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ANSWER_MAX = 64 * 1024, WAIT_MS = 30 * 1000, EVENTS = 64 };

struct connection {
    int fd;
    struct buf answer; /* of the request under way */
};

struct loop {
    const struct load_http *load;
    struct connection *connections;
    int epoll;
    uint64_t sent, answered;
};

enum status
load_http_port(const char *url, uint16_t *port)
{
    const char *colon = strrchr(url, ':');
    int64_t number;
    enum status st =
        num_parse(span_text(colon == NULL ? "" : colon + 1), 1, 65535, &number);

    if (st == STATUS_OK)
        *port = (uint16_t)number;
    return st;
}

static enum status
connect_one(struct loop *loop, struct connection *c)
{
    struct sockaddr_in at = {
        .sin_family = AF_INET,
        .sin_port = htons(loop->load->port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = c };
    int on = 1;

    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&at, sizeof(at)) != 0 ||
        setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) != 0 ||
        epoll_ctl(loop->epoll, EPOLL_CTL_ADD, c->fd, &event) != 0)
        return status_from_errno(errno);
    return STATUS_OK;
}

static enum status
send_next(struct loop *loop, struct connection *c)
{
    struct span left = loop->load->request;

    if (loop->sent == loop->load->requests)
        return STATUS_OK;
    loop->sent++;
    while (left.len > 0) {
        ssize_t put = send(c->fd, left.ptr, left.len, MSG_NOSIGNAL);
        if (put < 0)
            return status_from_errno(errno);
        left = span_skip(left, (size_t)put);
    }
    return STATUS_OK;
}

/* The length of a whole answer, or 0 while its head is not complete. */
static enum status
answer_len(struct span answer, size_t *len)
{
    static const char name[] = "\r\nContent-Length: ";
    size_t head, at;
    int64_t body;

    *len = 0;
    if (!span_search(answer, SPAN_LITERAL("\r\n\r\n"), &head))
        return STATUS_OK;
    struct span text = span_first(answer, head + 2);
    if (!span_starts_with(answer, SPAN_LITERAL("HTTP/1.1 200 ")) ||
        !span_search(text, span_text(name), &at))
        return STATUS_INVALID;
    text = span_skip(text, at + sizeof(name) - 1);
    struct span rest;
    (void)span_cut(text, '\r', &text, &rest);
    enum status st = num_parse(text, 0, ANSWER_MAX, &body);
    if (st == STATUS_OK)
        *len = head + 4 + (size_t)body;
    return st;
}

/* Reads what is there; a whole answer is counted and the next request sent. */
static enum status
receive(struct loop *loop, struct connection *c)
{
    uint8_t bytes[4096];
    size_t whole = 0;
    ssize_t got = recv(c->fd, bytes, sizeof(bytes), 0);

    if (got <= 0)
        return got == 0 ? STATUS_UNAVAILABLE : status_from_errno(errno);
    enum status st = buf_append(&c->answer, span_of(bytes, (size_t)got));
    if (st == STATUS_OK)
        st = answer_len(buf_span(&c->answer), &whole);
    if (st != STATUS_OK || whole == 0 || c->answer.len < whole)
        return st;
    loop->answered++;
    c->answer.len = 0;
    return send_next(loop, c);
}

static enum status
run_loop(struct loop *loop)
{
    struct epoll_event events[EVENTS];
    enum status st = STATUS_OK;

    for (size_t i = 0; i < loop->load->connections && st == STATUS_OK; i++)
        st = send_next(loop, &loop->connections[i]);
    while (st == STATUS_OK && loop->answered < loop->load->requests) {
        int count = epoll_wait(loop->epoll, events, EVENTS, WAIT_MS);
        if (count <= 0)
            return STATUS_TIMEOUT;
        for (int i = 0; i < count && st == STATUS_OK; i++)
            st = receive(loop, events[i].data.ptr);
    }
    return st;
}

static void
explain(const struct loop *loop, enum status st, struct buf *problem)
{
    buf_say(problem, "after %llu answers: %s",
        (unsigned long long)loop->answered, status_text(st));
    for (size_t i = 0; i < loop->load->connections; i++) {
        struct span answer = buf_span(&loop->connections[i].answer);
        if (st == STATUS_INVALID && answer.len > 0)
            buf_say(problem, "; %.*s", SPAN_ARG(span_first(answer, 900)));
    }
}

static enum status
measure_loop(struct loop *loop, struct measure *out)
{
    struct clock clock = clock_monotonic();
    int64_t start_ms = clock_ms(&clock);
    double cpu = measure_process_cpu(loop->load->server);
    enum status st = run_loop(loop);

    if (st == STATUS_OK)
        *out = (struct measure){
            .seconds = (double)(clock_ms(&clock) - start_ms) / 1000,
            .cpu = measure_process_cpu(loop->load->server) - cpu,
            .answers = loop->answered,
        };
    return st;
}

enum status
load_http_run(
    const struct load_http *load, struct measure *out, struct buf *problem)
{
    struct loop loop = { .load = load, .epoll = epoll_create1(EPOLL_CLOEXEC) };
    enum status st = loop.epoll < 0 ? status_from_errno(errno) : STATUS_OK;

    loop.connections = calloc(load->connections, sizeof(*loop.connections));
    if (loop.connections == NULL)
        st = STATUS_NO_MEMORY;
    for (size_t i = 0; i < load->connections && st == STATUS_OK; i++)
        st = connect_one(&loop, &loop.connections[i]);
    if (st == STATUS_OK)
        st = measure_loop(&loop, out);
    if (st != STATUS_OK && loop.connections != NULL)
        explain(&loop, st, problem);
    for (size_t i = 0; i < load->connections && loop.connections != NULL; i++) {
        if (loop.connections[i].fd > 0)
            (void)close(loop.connections[i].fd);
        buf_reset(&loop.connections[i].answer);
    }
    free(loop.connections);
    if (loop.epoll >= 0)
        (void)close(loop.epoll);
    return st;
}
