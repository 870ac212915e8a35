/* SPDX-License-Identifier: Apache-2.0 */
/* What listens does not serve before it is told to: faults are attached in
 * between, and no connection may slip past them. */
#include "ports.h"

#include "support_api.h"
#include "support_http.h"

#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

static int
connect_to(struct ports *ports)
{
    const struct net_address *to =
        net_door_address(ports_door(ports, PORT_API));
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, &to->socket.any, to->len), 0);
    return fd;
}

static bool
is_silent(int fd)
{
    enum { A_WHILE_MS = 50 };
    struct pollfd look = { .fd = fd, .events = POLLIN };
    return poll(&look, 1, A_WHILE_MS) == 0;
}

static void
who_connects_before_it_serves_waits(void **context)
{
    struct api api;
    struct options options = { .memory = true };
    struct buf problem = { 0 }, head = { 0 }, body = { 0 };
    struct ports *ports = NULL;
    (void)context;
    api_start(&api, NULL);
    assert_ok(net_address_parse(span_text("127.0.0.1:0"), &options.listen));
    const struct ports_options open = { .options = &options,
        .service = api.service };
    assert_ok(ports_open(&open, &problem, &ports));
    int fd = connect_to(ports);
    http_client_send(fd, "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_true(is_silent(fd));
    assert_ok(ports_serve(ports));
    assert_int_equal(http_client_read(fd, &head, &body), 200);
    (void)close(fd);
    ports_close(ports);
    api_stop(&api);
    buf_reset(&head);
    buf_reset(&body);
}

static void
what_never_served_is_closed(void **context)
{
    struct api api;
    struct options options = { .memory = true };
    struct buf problem = { 0 };
    struct ports *ports = NULL;
    char byte;
    (void)context;
    api_start(&api, NULL);
    assert_ok(net_address_parse(span_text("127.0.0.1:0"), &options.listen));
    const struct ports_options open = { .options = &options,
        .service = api.service };
    assert_ok(ports_open(&open, &problem, &ports));
    int fd = connect_to(ports);
    ports_close(ports);
    assert_true(recv(fd, &byte, 1, 0) <= 0);
    (void)close(fd);
    api_stop(&api);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_connects_before_it_serves_waits),
        cmocka_unit_test(what_never_served_is_closed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
