/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses as text, and listening on them. */
#include "net/listener.h"
#include "test/check.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static void
addresses_read_back_as_they_were_written(void **context)
{
    static const char *const texts[] = { "127.0.0.1:4599", "0.0.0.0:0",
        "[::1]:65535", "[2001:db8::1]:80" };
    (void)context;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct net_address address;
        struct buf text = { 0 };
        assert_ok(net_address_parse(span_text(texts[i]), &address));
        assert_ok(net_address_format(&address, &text));
        assert_string_equal(buf_text(&text), texts[i]);
        buf_reset(&text);
    }
}

static void
other_texts_are_no_addresses(void **context)
{
    static const char *const texts[] = { "", ":", "127.0.0.1",
        "127.0.0.1:", ":80", "localhost:80", "127.0.0.1:65536", "127.0.0.1:-1",
        "127.0.0.1:80 ", "::1:80", "[::1]", "[::1:80", "[127.0.0.1]:80",
        "256.0.0.1:1", "127.1:80", "[::1%lo]:80",
        "[0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000]:1" };
    (void)context;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct net_address address = { .len = 7 };
        assert_int_equal(
            net_address_parse(span_text(texts[i]), &address), STATUS_INVALID);
        assert_int_equal(address.len, 7);
    }
}

static void
loopback_is_told_from_other_addresses(void **context)
{
    static const struct {
        const char *text;
        bool loopback;
    } rows[] = {
        { "127.0.0.1:1", true },
        { "127.255.0.9:1", true },
        { "[::1]:1", true },
        { "0.0.0.0:1", false },
        { "128.0.0.1:1", false },
        { "[::]:1", false },
        { "[::ffff:127.0.0.1]:1", false },
    };
    (void)context;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct net_address address;
        assert_ok(net_address_parse(span_text(rows[i].text), &address));
        assert_int_equal(net_address_is_loopback(&address), rows[i].loopback);
    }
}

/* Counts what it is given, then closes it: whoever sees it closed can count
 * on the count. */
static void
count_gate(void *context, int fd, const struct net_address *peer)
{
    _Atomic int *count = context;
    assert_true(net_address_is_loopback(peer));
    assert_int_equal(fcntl(fd, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
    assert_int_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    (*count)++;
    (void)close(fd);
}

static int
connect_to(const struct net_listener *listener)
{
    const struct net_address *to = net_listener_address(listener);
    int fd = socket(to->socket.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, &to->socket.any, to->len), 0);
    return fd;
}

static void
assert_closed(int fd)
{
    char byte;
    assert_int_equal(recv(fd, &byte, 1, 0), 0);
    (void)close(fd);
}

static struct net_listener *
listen_on(struct net_loop *loop, const char *text, _Atomic int *count)
{
    struct net_address address;
    struct net_listener *listener = NULL;
    assert_ok(net_address_parse(span_text(text), &address));
    assert_ok(net_listener_new(loop, &address, count_gate, count, &listener));
    return listener;
}

static void
port_0_becomes_a_real_port_that_accepts(void **context)
{
    (void)context;
    _Atomic int count = 0;
    struct net_loop *loop = NULL;
    assert_ok(net_loop_new(&loop));
    struct net_listener *v4 = listen_on(loop, "127.0.0.1:0", &count);
    struct net_listener *other = listen_on(loop, "127.0.0.1:0", &count);
    assert_int_not_equal(net_listener_address(v4)->socket.v4.sin_port, 0);
    assert_int_not_equal(net_listener_address(v4)->socket.v4.sin_port,
        net_listener_address(other)->socket.v4.sin_port);
    assert_ok(net_loop_start(loop));
    assert_closed(connect_to(v4));
    assert_closed(connect_to(other));
    net_loop_stop(loop);
    assert_int_equal(count, 2);
    net_listener_free(v4);
    net_listener_free(other);
    net_loop_free(loop);
}

static void
a_port_in_use_is_busy(void **context)
{
    (void)context;
    _Atomic int count = 0;
    struct net_loop *loop = NULL;
    struct net_listener *second = NULL;
    assert_ok(net_loop_new(&loop));
    struct net_listener *first = listen_on(loop, "127.0.0.1:0", &count);
    assert_int_equal(net_listener_new(loop, net_listener_address(first),
                         count_gate, &count, &second),
        STATUS_BUSY);
    assert_null(second);
    net_listener_free(first);
    net_loop_free(loop);
}

/* Clients that come while no descriptor is left wait, and are let in once
 * there is one. */
static void
descriptor_exhaustion_delays_clients_and_loses_none(void **context)
{
    (void)context;
    _Atomic int count = 0;
    struct rlimit limit, none;
    struct net_loop *loop = NULL;
    assert_ok(net_loop_new(&loop));
    struct net_listener *listener = listen_on(loop, "127.0.0.1:0", &count);
    int fds[3];
    for (size_t i = 0; i < ARRAY_LEN(fds); i++)
        fds[i] = connect_to(listener);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    none = limit;
    none.rlim_cur = 3;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    assert_ok(net_loop_start(loop));
    struct timespec a_while = { 0, 150 * 1000000L };
    (void)nanosleep(&a_while, NULL);
    assert_int_equal(count, 0);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    for (size_t i = 0; i < ARRAY_LEN(fds); i++)
        assert_closed(fds[i]);
    assert_int_equal(count, ARRAY_LEN(fds));
    net_loop_free(loop);
    net_listener_free(listener);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_read_back_as_they_were_written),
        cmocka_unit_test(other_texts_are_no_addresses),
        cmocka_unit_test(loopback_is_told_from_other_addresses),
        cmocka_unit_test(port_0_becomes_a_real_port_that_accepts),
        cmocka_unit_test(a_port_in_use_is_busy),
        cmocka_unit_test(descriptor_exhaustion_delays_clients_and_loses_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
