/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/gate.h"
#include "gate/message.h"
#include "http/http.h"
#include "support_server.h"
#include "test/check.h"

#include <sys/socket.h>
#include <unistd.h>

#define BACKEND_ANSWER                                                         \
    "HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\n"          \
    "Content-Length: 41\r\n\r\n{\"KeyId\":\"k\",\"CiphertextBlob\":\"c2VhbGVk\"}"

struct fixture {
    struct server *server;
    struct gate *gate;
};

static void
set_up(struct fixture *f, uint64_t seed)
{
    struct buf problem = { 0 };
    f->server = server_start(BACKEND_ANSWER);
    assert_ok(gate_new(server_url(f->server), seed, &f->gate, &problem));
    assert_int_equal(problem.len, 0);
}

static void
tear_down(struct fixture *f, struct buf *received)
{
    gate_free(f->gate);
    server_stop(f->server, received);
}

static enum status
ask(const struct fixture *f, int64_t timeout_ms, struct http_answer *answer)
{
    const struct http_request request = { .url = gate_url(f->gate),
        .body = SPAN_LITERAL("{\"KeyId\":\"k\"}"),
        .timeout_ms = timeout_ms };
    return http_send(&request, answer, NULL);
}

static void
a_request_passes_both_ways(void **state UNUSED)
{
    struct fixture f;
    struct http_answer answer = { 0 };
    struct buf received = { 0 };
    size_t at;
    set_up(&f, 1);
    assert_ok(ask(&f, 0, &answer));
    assert_int_equal(answer.status, 200);
    assert_true(
        span_search(buf_span(&answer.body), SPAN_LITERAL("c2VhbGVk"), &at));
    tear_down(&f, &received);
    assert_true(span_ends_with(
        buf_span(&received), SPAN_LITERAL("\r\n\r\n{\"KeyId\":\"k\"}")));
    http_answer_reset(&answer);
    buf_reset(&received);
}

/* What a client sees of each fault; 0: no answer at all. */
static const struct {
    enum gate_fault fault;
    enum status status;
    unsigned http_status;
} rows[] = {
    { GATE_REFUSED, STATUS_UNAVAILABLE, 0 },
    { GATE_RESET, STATUS_UNAVAILABLE, 0 },
    { GATE_SILENT, STATUS_TIMEOUT, 0 },
    { GATE_TORN, STATUS_UNAVAILABLE, 0 },
    { GATE_SLOW, STATUS_OK, 200 },
    { GATE_HTML, STATUS_OK, 502 },
    { GATE_HTML_OK, STATUS_OK, 200 },
    { GATE_EMPTY_500, STATUS_OK, 500 },
    { GATE_THROTTLED, STATUS_OK, 400 },
    { GATE_INTERNAL, STATUS_OK, 500 },
    { GATE_EXPIRED, STATUS_OK, 400 },
    { GATE_DENIED, STATUS_OK, 400 },
    { GATE_NO_BYTES, STATUS_OK, 200 },
    { GATE_OVERSIZE, STATUS_OK, 200 },
};

static void
each_fault_is_seen_by_the_client_and_then_heals(void **state UNUSED)
{
    struct fixture f;
    set_up(&f, 1);
    assert_int_equal(ARRAY_LEN(rows), GATE_FAULT_COUNT - 1);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct http_answer answer = { 0 };
        int64_t timeout_ms = rows[i].status == STATUS_TIMEOUT ? 200 : 5000;
        gate_set(f.gate, rows[i].fault, 100);
        assert_int_equal(ask(&f, timeout_ms, &answer), rows[i].status);
        assert_int_equal(answer.status, rows[i].http_status);
        gate_set(f.gate, GATE_NONE, 0);
        assert_ok(ask(&f, 0, &answer));
        assert_int_equal(answer.status, 200);
        assert_int_equal(answer.body.len, 41);
        http_answer_reset(&answer);
    }
    tear_down(&f, NULL);
}

static void
count_of_a_run(uint64_t seed, uint64_t counts[GATE_FAULT_COUNT])
{
    enum { REQUESTS = 60 };
    struct fixture f;
    set_up(&f, seed);
    gate_set(f.gate, GATE_THROTTLED, 50);
    for (int i = 0; i < REQUESTS; i++) {
        struct http_answer answer = { 0 };
        assert_ok(ask(&f, 0, &answer));
        http_answer_reset(&answer);
    }
    gate_count(f.gate, counts);
    assert_int_equal(counts[GATE_NONE] + counts[GATE_THROTTLED], REQUESTS);
    tear_down(&f, NULL);
}

static void
the_same_seed_strikes_the_same_share(void **state UNUSED)
{
    uint64_t first[GATE_FAULT_COUNT], again[GATE_FAULT_COUNT];
    count_of_a_run(7, first);
    count_of_a_run(7, again);
    assert_memory_equal(first, again, sizeof(first));
    assert_in_range(first[GATE_THROTTLED], 15, 45);
}

static void
a_backend_that_is_no_loopback_url_is_refused(void **state UNUSED)
{
    struct gate *gate = NULL;
    struct buf problem = { 0 };
    assert_int_equal(
        gate_new("http://192.0.2.1:80", 1, &gate, &problem), STATUS_INVALID);
    assert_null(gate);
    assert_true(problem.len > 0);
    buf_reset(&problem);
}

/* Writes `bytes` to a connection, ends it, and reads a message from it. */
static enum status
read_back(struct span bytes, struct buf *out)
{
    int fds[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    assert_ok(message_write(fds[0], bytes));
    assert_int_equal(close(fds[0]), 0);
    enum status st = message_read(fds[1], out);
    assert_int_equal(close(fds[1]), 0);
    return st;
}

static void
what_is_no_message_is_refused(void **state UNUSED)
{
    static const struct {
        const char *text;
        enum status status;
    } cases[] = {
        { "", STATUS_NOT_FOUND },
        { "POST / HTTP/1.1\r\n", STATUS_IO },
        { "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n1234", STATUS_IO },
        { "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n123456",
            STATUS_INVALID },
        { "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", STATUS_TOO_LARGE },
        { "POST / HTTP/1.1\r\nContent-Length: 999999999\r\n\r\n",
            STATUS_TOO_LARGE },
        { "POST / HTTP/1.1\r\ncontent-length: 5\r\n\r\n12345", STATUS_OK },
        { "POST / HTTP/1.1\r\n\r\n", STATUS_OK },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct buf message = { 0 };
        assert_int_equal(
            read_back(span_text(cases[i].text), &message), cases[i].status);
        if (cases[i].status == STATUS_OK)
            assert_span_text(buf_span(&message), cases[i].text);
        buf_reset(&message);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_passes_both_ways),
        cmocka_unit_test(each_fault_is_seen_by_the_client_and_then_heals),
        cmocka_unit_test(the_same_seed_strikes_the_same_share),
        cmocka_unit_test(a_backend_that_is_no_loopback_url_is_refused),
        cmocka_unit_test(what_is_no_message_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
