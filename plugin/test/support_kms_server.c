/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* POLLRDHUP */
#include "support_kms_server.h"

#include "base/num.h"
#include "test/check.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    CONNECTIONS_MAX = 1024,
    REQUEST_MAX = 256 * 1024,
    STACK_SIZE = 256 * 1024,
};

struct connection {
    struct server *server;
    pthread_t thread;
    int fd;
    unsigned number;
};

struct server {
    server_handler *handler;
    void *context;
    int listener;
    pthread_t acceptor;
    char url[64];
    pthread_mutex_t lock; /* for what follows */
    struct connection connections[CONNECTIONS_MAX];
    unsigned count;
    unsigned requests;
    bool stopping;
};

const char *
server_url(const struct server *server)
{
    return server->url;
}

unsigned
server_connections(struct server *server)
{
    (void)pthread_mutex_lock(&server->lock);
    unsigned count = server->count;
    (void)pthread_mutex_unlock(&server->lock);
    return count;
}

unsigned
server_requests(struct server *server)
{
    (void)pthread_mutex_lock(&server->lock);
    unsigned count = server->requests;
    (void)pthread_mutex_unlock(&server->lock);
    return count;
}

struct span
server_header(const struct server_request *request, const char *name)
{
    for (size_t i = 0; i < request->wire.header_count; i++) {
        const struct sigv4_header *header = &request->wire.headers[i];
        if (header->name.len == strlen(name) &&
            strncasecmp((const char *)header->name.ptr, name, strlen(name)) ==
                0)
            return span_trim(header->value);
    }
    return (struct span){ NULL, 0 };
}

void
server_send(const struct server_request *request, struct span bytes)
{
    while (bytes.len > 0) {
        ssize_t sent = send(request->fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        bytes = span_skip(bytes, (size_t)sent);
    }
}

void
server_answer(
    const struct server_request *request, unsigned status, const char *body)
{
    server_answer_with(request, status, "", body);
}

void
server_answer_with(const struct server_request *request, unsigned status,
    const char *headers, const char *body)
{
    struct buf text = { 0 };
    if (buf_printf(&text,
            "HTTP/1.1 %u Whatever\r\nContent-Type: "
            "application/x-amz-json-1.1\r\nx-amzn-RequestId: id-%u\r\n"
            "Content-Length: %zu\r\n%s\r\n%s",
            status, request->nth, strlen(body), headers, body) == STATUS_OK)
        server_send(request, buf_span(&text));
    buf_reset(&text);
}

bool
server_hang(const struct server_request *request)
{
    enum { SLICE_MS = 1000 };
    struct pollfd peer = { .fd = request->fd, .events = POLLRDHUP };
    bool stopping = false;
    while (!stopping && poll(&peer, 1, SLICE_MS) == 0) {
        (void)pthread_mutex_lock(&request->server->lock);
        stopping = request->server->stopping;
        (void)pthread_mutex_unlock(&request->server->lock);
    }
    return !stopping;
}

void
server_reset(const struct server_request *request)
{
    struct linger at_once = { 1, 0 };
    (void)setsockopt(
        request->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}

/* The head's lines as a request; false for what is none. */
static bool
read_head(struct span head, struct sigv4_header *headers,
    struct sigv4_request *out, size_t *body_len)
{
    struct span line, rest;
    int64_t len = 0;
    *out = (struct sigv4_request){ .headers = headers, .normalize_path = true };
    if (!span_cut(head, '\n', &line, &head) ||
        !span_cut(line, ' ', &out->method, &rest) ||
        !span_cut(rest, ' ', &out->path, &rest))
        return false;
    (void)span_cut(out->path, '?', &out->path, &out->query);
    while (span_cut(head, '\n', &line, &head) &&
           out->header_count < SIGV4_HEADERS_MAX) {
        struct sigv4_header *header = &headers[out->header_count];
        if (!span_cut(line, ':', &header->name, &header->value))
            continue;
        header->value = span_trim(header->value);
        out->header_count++;
        if (strncasecmp(
                (const char *)header->name.ptr, "content-length:", 15) == 0 &&
            num_parse(header->value, 0, REQUEST_MAX, &len) != STATUS_OK)
            return false;
    }
    *body_len = (size_t)len;
    return true;
}

/* False also for what is no HTTP: it would never end. */
static bool
read_more(int fd, struct buf *in)
{
    uint8_t chunk[4096];
    ssize_t len = recv(fd, chunk, sizeof(chunk), 0);
    return len > 0 && in->len < REQUEST_MAX &&
           buf_append(in, span_of(chunk, (size_t)len)) == STATUS_OK &&
           (in->ptr[0] == 'P' || in->ptr[0] == 'G');
}

/* Reads one request and lets the test answer; whether to go on. */
static bool
serve_one(struct connection *connection, unsigned nth, struct buf *in)
{
    struct sigv4_header headers[SIGV4_HEADERS_MAX];
    struct server *server = connection->server;
    struct server_request request = { .server = server,
        .fd = connection->fd,
        .connection = connection->number,
        .nth = nth };
    const struct span end = SPAN_LITERAL("\r\n\r\n");
    size_t at, body_len;
    while (!span_search(buf_span(in), end, &at))
        if (!read_more(connection->fd, in))
            return false;
    at += end.len;
    if (!read_head(
            span_first(buf_span(in), at), headers, &request.wire, &body_len))
        return false;
    while (in->len < at + body_len)
        if (!read_more(connection->fd, in))
            return false;
    /* Again: the bytes may have moved. */
    if (!read_head(
            span_first(buf_span(in), at), headers, &request.wire, &body_len))
        return false;
    request.body = span_first(span_skip(buf_span(in), at), body_len);
    (void)pthread_mutex_lock(&server->lock);
    server->requests++;
    (void)pthread_mutex_unlock(&server->lock);
    bool goes_on = server->handler(server->context, &request);
    buf_clear(in);
    return goes_on;
}

static void *
run_connection(void *opaque)
{
    struct connection *connection = opaque;
    struct server *server = connection->server;
    struct buf in = { 0 };
    unsigned nth = 1;
    while (serve_one(connection, nth, &in))
        nth++;
    buf_reset(&in);
    (void)pthread_mutex_lock(&server->lock);
    (void)close(connection->fd);
    connection->fd = -1;
    (void)pthread_mutex_unlock(&server->lock);
    return NULL;
}

/* With the lock held. */
static void
add_connection(struct server *server, int fd)
{
    pthread_attr_t attributes;
    if (server->stopping || server->count == CONNECTIONS_MAX) {
        (void)close(fd);
        return;
    }
    struct connection *connection = &server->connections[server->count++];
    *connection = (struct connection){
        .server = server, .fd = fd, .number = server->count
    };
    (void)pthread_attr_init(&attributes);
    (void)pthread_attr_setstacksize(&attributes, STACK_SIZE);
    if (pthread_create(
            &connection->thread, &attributes, run_connection, connection) != 0)
        abort();
    (void)pthread_attr_destroy(&attributes);
}

static void *
run_acceptor(void *opaque)
{
    struct server *server = opaque;
    for (;;) {
        int fd = accept(server->listener, NULL, NULL);
        if (fd < 0)
            return NULL;
        (void)pthread_mutex_lock(&server->lock);
        add_connection(server, fd);
        (void)pthread_mutex_unlock(&server->lock);
    }
}

struct server *
server_new(server_handler *handler, void *context)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof(address);
    struct server *server = calloc(1, sizeof(*server));
    assert_non_null(server);
    server->handler = handler;
    server->context = context;
    assert_int_equal(pthread_mutex_init(&server->lock, NULL), 0);
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(server->listener >= 0);
    assert_int_equal(
        bind(server->listener, (struct sockaddr *)&address, len), 0);
    assert_int_equal(listen(server->listener, SOMAXCONN), 0);
    assert_int_equal(
        getsockname(server->listener, (struct sockaddr *)&address, &len), 0);
    (void)snprintf(server->url, sizeof(server->url), "http://127.0.0.1:%u",
        ntohs(address.sin_port));
    assert_int_equal(
        pthread_create(&server->acceptor, NULL, run_acceptor, server), 0);
    return server;
}

void
server_free(struct server *server)
{
    (void)pthread_mutex_lock(&server->lock);
    server->stopping = true;
    for (unsigned i = 0; i < server->count; i++)
        if (server->connections[i].fd >= 0)
            (void)shutdown(server->connections[i].fd, SHUT_RDWR);
    (void)pthread_mutex_unlock(&server->lock);
    (void)shutdown(server->listener, SHUT_RDWR);
    (void)pthread_join(server->acceptor, NULL);
    for (unsigned i = 0; i < server->count; i++)
        (void)pthread_join(server->connections[i].thread, NULL);
    (void)close(server->listener);
    (void)pthread_mutex_destroy(&server->lock);
    free(server);
}
