/* SPDX-License-Identifier: Apache-2.0 */
#include "support_http.h"

#include "base/num.h"
#include "test/check.h"

#include <errno.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_S = 10, STEP_MS = 2 };

struct http_limits
http_fixture_limits(void)
{
    return (struct http_limits){
        .connections = 64,
        .body = 64 * 1024,
        .idle_ms = 60 * 1000,
        .request_ms = 60 * 1000,
        .answer_ms = 60 * 1000,
    };
}

void
http_fixture_start(struct http_fixture *f, const struct http_limits *l,
    http_handler_fn *handler, void *context)
{
    *f = (struct http_fixture){ 0 };
    struct net_address any;
    struct http_options options = {
        .handler = handler,
        .context = context,
        .metrics = &f->metrics,
        .random = random_system(),
        .limits = l,
        .threads = 2,
    };
    assert_ok(net_address_parse(span_text("127.0.0.1:0"), &any));
    assert_ok(net_loop_new(&f->loop));
    assert_ok(http_server_new(&options, f->loop, &f->server));
    assert_ok(net_listener_new(
        f->loop, &any, http_server_take, f->server, &f->listener));
    assert_ok(net_loop_start(f->loop));
}

void
http_fixture_stop(struct http_fixture *f, uint64_t grace_ms)
{
    net_loop_stop(f->loop);
    net_listener_free(f->listener);
    http_server_stop(f->server, grace_ms);
    http_server_free(f->server);
    net_loop_free(f->loop);
}

int
http_fixture_connect(const struct http_fixture *f)
{
    const struct net_address *to = net_listener_address(f->listener);
    struct timeval patience = { PATIENCE_S, 0 };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, &to->socket.any, to->len), 0);
    assert_int_equal(
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)),
        0);
    return fd;
}

void
http_client_send_span(int fd, struct span bytes)
{
    while (bytes.len > 0) {
        ssize_t sent = send(fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);
        if (sent <= 0)
            return; /* refused meanwhile: the answer tells */
        bytes = span_skip(bytes, (size_t)sent);
    }
}

void
http_client_send(int fd, const char *bytes)
{
    http_client_send_span(fd, span_text(bytes));
}

/* One byte at a time: simple, and never reads into the next answer. */
static bool
read_head(int fd, struct buf *head)
{
    static const char end[] = "\r\n\r\n";
    uint8_t byte;
    while (!span_ends_with(buf_span(head), span_text(end))) {
        if (recv(fd, &byte, 1, 0) != 1)
            return false;
        assert_ok(buf_append_byte(head, byte));
    }
    return true;
}

static size_t
content_length(const struct buf *head)
{
    const char *at = strstr(buf_text(head), "Content-Length: ");
    int64_t length = 0;
    if (at == NULL)
        return 0;
    struct span text = span_text(at + strlen("Content-Length: ")), rest;
    assert_true(span_cut(text, '\r', &text, &rest));
    assert_ok(num_parse(text, 0, 1 << 24, &length));
    return (size_t)length;
}

unsigned
http_client_read(int fd, struct buf *head, struct buf *body)
{
    buf_clear(head);
    buf_clear(body);
    if (!read_head(fd, head))
        return 0;
    int64_t status;
    struct span line = span_first(span_skip(buf_span(head), 9), 3);
    assert_ok(num_parse(line, 100, 599, &status));
    uint8_t byte;
    for (size_t left = content_length(head); left > 0; left--) {
        if (recv(fd, &byte, 1, 0) != 1)
            return 0;
        assert_ok(buf_append_byte(body, byte));
    }
    return (unsigned)status;
}

unsigned
http_client_ask(const struct http_fixture *f, const char *request,
    struct buf *head, struct buf *body)
{
    int fd = http_fixture_connect(f);
    http_client_send(fd, request);
    unsigned status = http_client_read(fd, head, body);
    (void)close(fd);
    return status;
}

bool
http_client_closed(int fd)
{
    uint8_t byte;
    ssize_t got = recv(fd, &byte, 1, 0);
    return got == 0 || (got < 0 && errno == ECONNRESET);
}

void
http_fixture_await(_Atomic int64_t *value, int64_t wanted)
{
    const struct timespec step = { 0, STEP_MS * 1000000L };
    for (int i = 0; i < PATIENCE_S * 1000 / STEP_MS; i++) {
        if (*value == wanted)
            return;
        (void)nanosleep(&step, NULL);
    }
    assert_int_equal(*value, wanted);
}
