/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* mkdtemp */
#include "support_transport.h"

#include "base/clock.h"
#include "test/check.h"

#include <errno.h>
#include <openssl/err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_S = 10 };

static void
answer(void *context, const struct service_request *request,
    service_done_fn *done, void *done_context)
{
    (void)context;
    struct service_answer made = {
        .http_status = 200, .content_type = "text/plain", .operation = "Test"
    };
    assert_ok(buf_append(&made.body, request->wire.path));
    assert_ok(buf_append(&made.body, request->body));
    done(done_context, &made);
    buf_reset(&made.body);
}

/* What was before this in one thread is before what follows in another. */
static void
meet(struct transport_fixture *f)
{
    (void)pthread_mutex_lock(&f->lock);
    (void)pthread_mutex_unlock(&f->lock);
}

static void
told(void *context, uint64_t rule, enum net_outcome outcome, size_t sent)
{
    struct transport_fixture *f = context;
    f->outcome = (int)outcome;
    f->rule = rule;
    f->sent = sent;
    f->ended++;
}

static bool
give(struct transport_fixture *f, const struct service_request *request,
    const char *path, struct net_raw_plan *plan)
{
    if (!span_equal_text(request->wire.path, path))
        return false;
    meet(f);
    *plan = f->plan;
    plan->ended = told;
    plan->context = f;
    assert_ok(buf_append(&plan->bytes, f->bytes));
    meet(f);
    return true;
}

static bool
at_head(void *context, const struct service_request *request,
    struct net_raw_plan *plan)
{
    return give(context, request, "/head", plan);
}

static bool
at_body(void *context, const struct service_request *request,
    struct net_raw_plan *plan)
{
    return give(context, request, "/body", plan);
}

static bool
at_answer(void *context, const struct service_request *request,
    struct service_answer *made, struct net_raw_plan *plan)
{
    if (span_equal_text(request->wire.path, "/answer"))
        assert_int_equal(made->http_status, 200);
    return give(context, request, "/answer", plan);
}

static void
on_accept(void *context, const struct net_accept_facts *facts,
    struct net_accept_decision *decision)
{
    struct transport_fixture *f = context;
    assert_true(net_address_is_loopback(facts->peer));
    meet(f);
    *decision = f->accept;
    f->ordinal = facts->ordinal;
    meet(f);
}

static void
on_tls(void *context, const struct net_tls_facts *facts,
    struct net_tls_decision *decision)
{
    struct transport_fixture *f = context;
    assert_true(facts->server_name.len < sizeof(f->server_name));
    span_to_text(facts->server_name, f->server_name);
    meet(f);
    *decision = f->decision;
    meet(f);
}

static void
on_ended(void *context, uint64_t rule, enum net_outcome outcome)
{
    told(context, rule, outcome, 0);
}

static void
trust(struct transport_fixture *f)
{
    char path[96];
    (void)snprintf(path, sizeof(path), "%s/tls/ca.pem", f->folder);
    f->trust = SSL_CTX_new(TLS_client_method());
    assert_non_null(f->trust);
    SSL_CTX_set_verify(f->trust, SSL_VERIFY_PEER, NULL);
    assert_int_equal(SSL_CTX_load_verify_locations(f->trust, path, NULL), 1);
}

static void
open_doors(struct transport_fixture *f)
{
    struct net_address any;
    struct net_door_options options = {
        .relays = net_transport_relays(f->transport),
        .faults = &f->faults,
        .next = http_server_take,
        .next_context = f->server,
    };
    assert_ok(net_address_parse(span_text("127.0.0.1:0"), &any));
    assert_ok(net_door_new(f->loop, &any, &options, &f->doors[0]));
    options.tls = f->tls;
    assert_ok(net_door_new(f->loop, &any, &options, &f->doors[1]));
}

void
transport_fixture_start(
    struct transport_fixture *f, const struct net_relays_options *relays)
{
    struct buf problem = { 0 };
    char folder[96];
    const struct http_limits limits = http_fixture_limits();
    *f = (struct transport_fixture){ .folder = "/tmp/kmslab-net-XXXXXX" };
    assert_int_equal(pthread_mutex_init(&f->lock, NULL), 0);
    (void)signal(SIGPIPE, SIG_IGN); /* as harden_process does */
    assert_non_null(mkdtemp(f->folder));
    (void)snprintf(folder, sizeof(folder), "%s/tls", f->folder);
    f->faults = (struct net_faults){ f, on_accept, on_tls, on_ended };
    f->hooks = (struct http_hooks){ .context = f,
        .on_head = at_head,
        .on_body = at_body,
        .on_answer = at_answer };
    assert_ok(net_tls_self_signed(folder, NULL, 0, &problem, &f->tls));
    assert_ok(net_loop_new(&f->loop));
    assert_ok(net_transport_new(relays, &f->transport));
    const struct http_options options = {
        .handler = answer,
        .context = f,
        .metrics = &f->metrics,
        .random = random_system(),
        .limits = &limits,
        .threads = 2,
        .hooks = &f->hooks,
        .raws = net_transport_raws(f->transport),
    };
    assert_ok(http_server_new(&options, f->loop, &f->server));
    open_doors(f);
    assert_ok(net_transport_start(f->transport));
    assert_ok(net_loop_start(f->loop));
    trust(f);
}

static void
remove_file(const struct transport_fixture *f, const char *name)
{
    char path[96];
    (void)snprintf(path, sizeof(path), "%s/%s", f->folder, name);
    assert_int_equal(remove(path), 0);
}

void
transport_fixture_stop(struct transport_fixture *f)
{
    net_loop_stop(f->loop);
    net_door_close(f->doors[0]);
    net_door_close(f->doors[1]);
    assert_int_equal(net_door_refuse(f->doors[0], true), STATUS_CANCELLED);
    net_transport_quiesce(f->transport);
    http_server_stop(f->server, 1000);
    net_transport_stop(f->transport);
    net_door_free(f->doors[0]);
    net_door_free(f->doors[1]);
    http_server_free(f->server);
    net_transport_free(f->transport);
    net_loop_free(f->loop);
    net_tls_free(f->tls);
    SSL_CTX_free(f->trust);
    (void)pthread_mutex_destroy(&f->lock);
    assert_int_equal(f->metrics.connections_open, 0);
    assert_int_equal(f->metrics.requests_waiting, 0);
    remove_file(f, "tls/ca.pem");
    remove_file(f, "tls/ca-key.pem");
    remove_file(f, "tls");
    assert_int_equal(rmdir(f->folder), 0);
}

void
transport_fixture_ended(
    struct transport_fixture *f, int64_t times, enum net_outcome outcome)
{
    http_fixture_await(&f->ended, times);
    assert_int_equal(f->outcome, outcome);
}

int
client_connect(struct transport_fixture *f, bool tls)
{
    const struct net_address *to = net_door_address(f->doors[tls]);
    struct timeval patience = { PATIENCE_S, 0 };
    meet(f);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    if (connect(fd, &to->socket.any, to->len) != 0) {
        int error = errno;
        (void)close(fd);
        errno = error;
        return -1;
    }
    assert_int_equal(
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)),
        0);
    return fd;
}

struct client
client_open(struct transport_fixture *f, bool tls)
{
    char name[] = "localhost"; /* OpenSSL's macro casts const away */
    struct client client = { f, client_connect(f, tls), NULL };
    assert_true(client.fd >= 0);
    if (!tls)
        return client;
    client.ssl = SSL_new(f->trust);
    assert_non_null(client.ssl);
    assert_int_equal(SSL_set_fd(client.ssl, client.fd), 1);
    assert_int_equal(SSL_set1_host(client.ssl, name), 1);
    assert_int_equal(SSL_set_tlsext_host_name(client.ssl, name), 1);
    assert_int_equal(SSL_connect(client.ssl), 1);
    return client;
}

void
client_send(struct client *client, const char *text)
{
    if (client->ssl == NULL)
        http_client_send(client->fd, text);
    else
        assert_int_equal(
            SSL_write(client->ssl, text, (int)strlen(text)), (int)strlen(text));
}

static enum client_end
end_of(struct client *client, int got)
{
    int error = errno;
    if (client->ssl == NULL && got == 0)
        return CLIENT_CLOSED;
    if (got < 0 && error == ECONNRESET)
        return CLIENT_RESET;
    if (client->ssl != NULL) {
        int reason = SSL_get_error(client->ssl, got);
        if (reason == SSL_ERROR_ZERO_RETURN)
            return CLIENT_CLOSED;
        if (reason == SSL_ERROR_SSL && ERR_GET_REASON(ERR_peek_error()) ==
                                           SSL_R_UNEXPECTED_EOF_WHILE_READING)
            return CLIENT_TORN;
    }
    return CLIENT_OPEN;
}

enum client_end
client_read(struct client *client, size_t max, struct buf *out)
{
    uint8_t bytes[4096];
    while (out->len < max) {
        size_t left = max - out->len;
        size_t part = left < sizeof(bytes) ? left : sizeof(bytes);
        ERR_clear_error();
        errno = 0;
        int got = client->ssl != NULL ? SSL_read(client->ssl, bytes, (int)part)
                                      : (int)recv(client->fd, bytes, part, 0);
        if (got <= 0)
            return end_of(client, got);
        assert_ok(buf_append(out, span_of(bytes, (size_t)got)));
    }
    return CLIENT_OPEN;
}

void
client_close(struct client *client)
{
    SSL_free(client->ssl);
    (void)close(client->fd);
    meet(client->f);
}

void
client_served(struct transport_fixture *f, bool tls)
{
    struct buf bytes = { 0 };
    struct client client = client_open(f, tls);
    client_send(&client, "POST /path HTTP/1.1\r\nHost: h\r\n"
                         "Connection: close\r\nContent-Length: 4\r\n\r\n+etc");
    assert_int_equal(client_read(&client, SIZE_MAX, &bytes), CLIENT_CLOSED);
    assert_true(
        span_starts_with(buf_span(&bytes), SPAN_LITERAL("HTTP/1.1 200 OK")));
    assert_true(span_ends_with(buf_span(&bytes), SPAN_LITERAL("/path+etc")));
    client_close(&client);
    buf_reset(&bytes);
}

uint64_t
client_now_ms(void)
{
    const struct clock clock = clock_monotonic();
    return (uint64_t)clock_ms(&clock);
}
