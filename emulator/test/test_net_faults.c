/* SPDX-License-Identifier: Apache-2.0 */
/* What may happen to a client before HTTP, as the client sees it. */
#include "support_transport.h"

#include "test/check.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { RULE = 9 };

static const char ask[] = "POST /path HTTP/1.1\r\nHost: h\r\n"
                          "Content-Length: 4\r\n\r\n+etc";

static struct transport_fixture *
start_with(const struct net_relays_options *relays)
{
    struct transport_fixture *f = malloc(sizeof(*f));
    assert_non_null(f);
    transport_fixture_start(f, relays);
    return f;
}

static struct transport_fixture *
start(void)
{
    return start_with(&net_relays_default);
}

static void
stop(struct transport_fixture *f)
{
    transport_fixture_stop(f);
    free(f);
}

/* The bare socket's end, without TLS. */
static enum client_end
end_of(int fd)
{
    struct client client = { NULL, fd, NULL };
    struct buf bytes = { 0 };
    enum client_end end = client_read(&client, SIZE_MAX, &bytes);
    assert_int_equal(bytes.len, 0);
    (void)close(fd);
    return end;
}

/* A handshake that is to fail; gives what OpenSSL says of the certificate. */
static long
verify_error(struct transport_fixture *f)
{
    SSL *ssl = SSL_new(f->trust);
    int fd = client_connect(f, true);
    assert_true(ssl != NULL && fd >= 0);
    assert_int_equal(SSL_set_fd(ssl, fd), 1);
    assert_int_equal(SSL_set1_host(ssl, "localhost"), 1);
    ERR_clear_error();
    assert_int_not_equal(SSL_connect(ssl), 1);
    long result = SSL_get_verify_result(ssl);
    SSL_free(ssl);
    (void)close(fd);
    return result;
}

/* Writes a ClientHello and no more; the client's SSL is in *ssl. */
static int
say_hello(struct transport_fixture *f, SSL **ssl)
{
    char bytes[4096];
    BIO *from = BIO_new(BIO_s_mem()), *to = BIO_new(BIO_s_mem());
    *ssl = SSL_new(f->trust);
    assert_true(from != NULL && to != NULL && *ssl != NULL);
    SSL_set_bio(*ssl, from, to);
    assert_int_equal(SSL_connect(*ssl), -1);
    int len = BIO_read(to, bytes, sizeof(bytes));
    int fd = client_connect(f, true);
    assert_true(len > 0 && fd >= 0);
    assert_int_equal(send(fd, bytes, (size_t)len, MSG_NOSIGNAL), len);
    return fd;
}

static void
without_decisions_all_are_served_and_told_of(void **context)
{
    (void)context;
    struct transport_fixture *f = start();
    for (uint64_t i = 1; i <= 3; i++) {
        client_served(f, false);
        assert_int_equal(f->ordinal, i);
    }
    client_served(f, true);
    assert_int_equal(f->ordinal, 1);
    assert_string_equal(f->server_name, "localhost");
    assert_int_equal(f->ended, 0);
    stop(f);
}

static void
a_refused_port_refuses_new_clients_only_and_is_healed(void **context)
{
    (void)context;
    struct transport_fixture *f = start();
    for (int tls = 0; tls < 2; tls++) {
        struct buf bytes = { 0 };
        struct net_address before = *net_door_address(f->doors[tls]);
        struct client old = client_open(f, tls);
        client_send(&old, ask);
        assert_int_equal(client_read(&old, 15, &bytes), CLIENT_OPEN);
        assert_ok(net_door_refuse(f->doors[tls], true));
        assert_ok(net_door_refuse(f->doors[tls], true));
        for (int i = 0; i < 3; i++) {
            assert_int_equal(client_connect(f, tls), -1);
            assert_int_equal(errno, ECONNREFUSED);
        }
        client_served(f, !tls);
        client_send(&old, ask);
        assert_int_equal(
            client_read(&old, bytes.len + 20, &bytes), CLIENT_OPEN);
        client_close(&old);
        assert_ok(net_door_refuse(f->doors[tls], false));
        assert_ok(net_door_refuse(f->doors[tls], false));
        client_served(f, tls);
        assert_memory_equal(
            &before, net_door_address(f->doors[tls]), sizeof(before));
        buf_reset(&bytes);
    }
    stop(f);
}

static void
a_client_is_reset_or_closed_at_accept(void **context)
{
    (void)context;
    static const struct {
        enum net_accept_action action;
        enum client_end end;
    } rows[] = {
        { NET_ACCEPT_RESET, CLIENT_RESET },
        { NET_ACCEPT_CLOSE, CLIENT_CLOSED },
    };
    struct transport_fixture *f = start();
    int64_t times = 0;
    for (int tls = 0; tls < 2; tls++)
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
            f->accept.action = rows[i].action;
            f->accept.rule = RULE;
            assert_int_equal(end_of(client_connect(f, tls)), rows[i].end);
            transport_fixture_ended(f, ++times, NET_OUTCOME_CUT);
            assert_int_equal(f->rule, RULE);
        }
    f->accept = (struct net_accept_decision){ 0 };
    client_served(f, false);
    client_served(f, true);
    stop(f);
}

static void
a_silent_client_waits_until_it_is_healed_and_is_then_served(void **context)
{
    (void)context;
    struct transport_fixture *f = start();
    struct buf bytes = { 0 };
    struct timeval short_time = { 0, 60 * 1000 };
    f->accept.action = NET_ACCEPT_SILENT;
    f->accept.rule = RULE;
    struct client client = { f, client_connect(f, false), NULL };
    client_send(&client, ask);
    assert_int_equal(setsockopt(client.fd, SOL_SOCKET, SO_RCVTIMEO, &short_time,
                         sizeof(short_time)),
        0);
    assert_int_equal(client_read(&client, 1, &bytes), CLIENT_OPEN);
    assert_int_equal(bytes.len, 0);
    assert_ok(net_transport_heal(f->transport, RULE + 1));
    assert_int_equal(client_read(&client, 1, &bytes), CLIENT_OPEN);
    assert_int_equal(bytes.len, 0);
    assert_ok(net_transport_heal(f->transport, RULE));
    transport_fixture_ended(f, 1, NET_OUTCOME_HEALED);
    short_time.tv_sec = 10;
    assert_int_equal(setsockopt(client.fd, SOL_SOCKET, SO_RCVTIMEO, &short_time,
                         sizeof(short_time)),
        0);
    assert_int_equal(client_read(&client, 15, &bytes), CLIENT_OPEN);
    assert_span_text(buf_span(&bytes), "HTTP/1.1 200 OK");
    client_close(&client);
    buf_reset(&bytes);
    stop(f);
}

static void
a_silent_client_that_leaves_is_let_go(void **context)
{
    (void)context;
    struct transport_fixture *f = start();
    f->accept.action = NET_ACCEPT_SILENT;
    f->accept.rule = RULE;
    for (int tls = 0; tls < 2; tls++) {
        (void)close(client_connect(f, tls));
        transport_fixture_ended(f, tls + 1, NET_OUTCOME_CLIENT_LEFT);
    }
    /* The stop does not wait for those that stay. */
    int fd = client_connect(f, false);
    while (f->ordinal < 2)
        (void)sched_yield();
    stop(f);
    (void)close(fd);
}

/* The heal may come between the decision and what follows from it. */
static void
healing_at_any_moment_leaves_nobody_behind(void **context)
{
    (void)context;
    struct transport_fixture *f = start();
    f->accept.action = NET_ACCEPT_SILENT;
    f->accept.rule = RULE;
    f->plan.end = NET_RAW_SILENT;
    f->plan.rule = RULE + 1; /* not what this healing is for */
    for (int i = 0; i < 200; i++) {
        struct client client = { f, client_connect(f, false), NULL };
        struct buf bytes = { 0 };
        client_send(&client, "GET /body HTTP/1.1\r\nHost: h\r\n\r\n");
        while (f->ordinal <= (uint64_t)i)
            (void)sched_yield();
        assert_ok(net_transport_heal(f->transport, RULE));
        /* Now it is served, and silent again. */
        http_fixture_await(&f->metrics.requests_waiting, 1);
        assert_ok(net_transport_heal(f->transport, NET_RULE_NONE));
        assert_int_equal(client_read(&client, SIZE_MAX, &bytes), CLIENT_CLOSED);
        client_close(&client);
        /* The client may see the end before it is counted. */
        http_fixture_await(&f->metrics.requests_waiting, 0);
    }
    http_fixture_await(&f->ended, 400);
    stop(f);
}

static void
bad_certificates_are_what_they_say(void **context)
{
    (void)context;
    struct transport_fixture *f = start();
    f->decision.rule = RULE;
    f->decision.action = NET_TLS_EXPIRED;
    assert_int_equal(verify_error(f), X509_V_ERR_CERT_HAS_EXPIRED);
    transport_fixture_ended(f, 1, NET_OUTCOME_REFUSED);
    f->decision.action = NET_TLS_WRONG_NAME;
    assert_int_equal(verify_error(f), X509_V_ERR_HOSTNAME_MISMATCH);
    transport_fixture_ended(f, 2, NET_OUTCOME_REFUSED);
    /* Who does not look at it is served. */
    SSL_CTX_set_verify(f->trust, SSL_VERIFY_NONE, NULL);
    client_served(f, true);
    transport_fixture_ended(f, 3, NET_OUTCOME_SENT);
    stop(f);
}

static void
a_hello_is_answered_by_a_reset_or_an_end(void **context)
{
    (void)context;
    static const struct {
        enum net_tls_action action;
        enum client_end end;
    } rows[] = {
        { NET_TLS_RESET, CLIENT_RESET },
        { NET_TLS_CLOSE, CLIENT_CLOSED },
    };
    struct transport_fixture *f = start();
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        SSL *ssl = NULL;
        f->decision.action = rows[i].action;
        f->decision.rule = RULE;
        assert_int_equal(end_of(say_hello(f, &ssl)), rows[i].end);
        transport_fixture_ended(f, (int64_t)i + 1, NET_OUTCOME_CUT);
        SSL_free(ssl);
    }
    stop(f);
}

static void
a_late_handshake_is_late_and_then_goes_well(void **context)
{
    (void)context;
    struct net_relays_options relays = net_relays_default;
    relays.handshake_ms = 2000; /* which the delay does not count for */
    struct transport_fixture *f = start_with(&relays);
    f->decision.action = NET_TLS_LATE;
    f->decision.wait_ms = 2100;
    f->decision.rule = RULE;
    uint64_t began_ms = client_now_ms();
    client_served(f, true);
    assert_in_range(client_now_ms() - began_ms, 2099, 9000);
    transport_fixture_ended(f, 1, NET_OUTCOME_SENT);
    stop(f);
}

static void
a_handshake_that_waits_ends_with_its_client_or_the_healing(void **context)
{
    (void)context;
    SSL *ssl = NULL;
    struct transport_fixture *f = start();
    f->decision.action = NET_TLS_SILENT;
    f->decision.rule = RULE;
    (void)close(say_hello(f, &ssl));
    transport_fixture_ended(f, 1, NET_OUTCOME_CLIENT_LEFT);
    SSL_free(ssl);
    int fd = say_hello(f, &ssl);
    while (f->ordinal < 2)
        (void)sched_yield();
    uint8_t first = 0;
    /* Healed before or after the hello is heard: again until it helps. */
    while (recv(fd, &first, 1, MSG_DONTWAIT) != 1)
        assert_ok(net_transport_heal(f->transport, NET_RULE_NONE));
    assert_int_equal(first, 22); /* a handshake record */
    assert_int_equal(f->outcome, NET_OUTCOME_HEALED);
    (void)close(fd);
    SSL_free(ssl);
    stop(f);
}

static void
who_does_not_shake_hands_in_time_is_put_out(void **context)
{
    (void)context;
    struct net_relays_options relays = net_relays_default;
    relays.handshake_ms = 1500;
    relays.max = 2;
    struct transport_fixture *f = start_with(&relays);
    int fds[3];
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) /* the third finds no room */
        fds[i] = client_connect(f, true);
    for (size_t i = 0; i < ARRAY_LEN(fds); i++)
        assert_int_equal(end_of(fds[i]), CLIENT_CLOSED);
    client_served(f, true);
    stop(f);
}

static void
a_rate_holds_for_a_whole_connection_and_is_lifted(void **context)
{
    (void)context;
    struct transport_fixture *f = start();
    for (int tls = 0; tls < 2; tls++) {
        f->accept.bytes_per_second = 1000; /* some 75 and 185 bytes */
        f->accept.rule = RULE;
        uint64_t began_ms = client_now_ms();
        client_served(f, tls);
        assert_in_range(client_now_ms() - began_ms, 150, 5000);
        transport_fixture_ended(f, tls * 2 + 1, NET_OUTCOME_SENT);
        f->accept.bytes_per_second = 1;
        http_fixture_await(&f->metrics.connections_open, 0);
        struct client client = client_open(f, tls);
        struct buf bytes = { 0 };
        client_send(&client, ask);
        http_fixture_await(&f->metrics.connections_open, 1);
        assert_ok(net_transport_heal(f->transport, RULE));
        transport_fixture_ended(f, tls * 2 + 2, NET_OUTCOME_HEALED);
        assert_int_equal(client_read(&client, 15, &bytes), CLIENT_OPEN);
        assert_span_text(buf_span(&bytes), "HTTP/1.1 200 OK");
        client_close(&client);
        buf_reset(&bytes);
    }
    stop(f);
}

static void
large_bodies_go_both_ways_at_any_pace(void **context)
{
    (void)context;
    enum { BODY = 60 * 1024, TIMES = 20 };
    struct transport_fixture *f = start();
    struct client client = client_open(f, true);
    struct buf bytes = { 0 };
    char *request = calloc(1, BODY + 100);
    assert_non_null(request);
    int head = snprintf(request, 100,
        "POST /path HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n", BODY);
    for (size_t i = 0; i < BODY; i++)
        request[head + (int)i] = (char)('a' + i * 7 / 3 % 26);
    for (int i = 0; i < TIMES; i++) {
        buf_clear(&bytes);
        client_send(&client, request);
        while (strstr(buf_text(&bytes), "\r\n\r\n") == NULL)
            (void)client_read(&client, bytes.len + 1, &bytes);
        size_t at = bytes.len;
        assert_int_equal(
            client_read(&client, at + 5 + BODY, &bytes), CLIENT_OPEN);
        assert_memory_equal(bytes.ptr + at, "/path", 5);
        assert_memory_equal(bytes.ptr + at + 5, request + head, BODY);
    }
    client_close(&client);
    free(request);
    buf_reset(&bytes);
    stop(f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_decisions_all_are_served_and_told_of),
        cmocka_unit_test(a_refused_port_refuses_new_clients_only_and_is_healed),
        cmocka_unit_test(a_client_is_reset_or_closed_at_accept),
        cmocka_unit_test(
            a_silent_client_waits_until_it_is_healed_and_is_then_served),
        cmocka_unit_test(a_silent_client_that_leaves_is_let_go),
        cmocka_unit_test(healing_at_any_moment_leaves_nobody_behind),
        cmocka_unit_test(bad_certificates_are_what_they_say),
        cmocka_unit_test(a_hello_is_answered_by_a_reset_or_an_end),
        cmocka_unit_test(a_late_handshake_is_late_and_then_goes_well),
        cmocka_unit_test(
            a_handshake_that_waits_ends_with_its_client_or_the_healing),
        cmocka_unit_test(who_does_not_shake_hands_in_time_is_put_out),
        cmocka_unit_test(a_rate_holds_for_a_whole_connection_and_is_lifted),
        cmocka_unit_test(large_bodies_go_both_ways_at_any_pace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
