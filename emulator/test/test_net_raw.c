/* SPDX-License-Identifier: Apache-2.0 */
/* Raw answers as a client sees them, over plain connections and over TLS. */
#include "support_transport.h"

#include "test/check.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define ASK(path) "GET " path " HTTP/1.1\r\nHost: h\r\n\r\n"

static const char whole[] = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n"
                            "Connection: close\r\n\r\nhello";
enum { WHOLE_LEN = sizeof(whole) - 1, RULE = 7, HEADERS_LEN = 57 };

static struct transport_fixture *
start(void)
{
    struct transport_fixture *f = malloc(sizeof(*f));
    assert_non_null(f);
    transport_fixture_start(f, &net_relays_default);
    f->bytes = span_text(whole);
    f->plan.rule = RULE;
    return f;
}

static void
stop(struct transport_fixture *f)
{
    transport_fixture_stop(f);
    free(f);
}

/* Asks, and asserts the first `len` bytes of the whole and how it ends. */
static void
see(struct transport_fixture *f, bool tls, const char *request, size_t len,
    enum client_end end)
{
    struct buf bytes = { 0 };
    struct client client = client_open(f, tls);
    client_send(&client, request);
    assert_int_equal(client_read(&client, SIZE_MAX, &bytes), end);
    assert_int_equal(bytes.len, len);
    if (len > 0)
        assert_memory_equal(bytes.ptr, f->bytes.ptr, len);
    client_close(&client);
    buf_reset(&bytes);
}

static void
all_bytes_arrive_as_they_are_and_the_connection_ends(void **context)
{
    (void)context;
    static const char *const requests[] = { ASK("/head"), ASK("/body"),
        ASK("/answer") };
    struct transport_fixture *f = start();
    int64_t times = 0;
    for (int tls = 0; tls < 2; tls++)
        for (size_t i = 0; i < ARRAY_LEN(requests); i++) {
            see(f, tls, requests[i], WHOLE_LEN, CLIENT_CLOSED);
            transport_fixture_ended(f, ++times, NET_OUTCOME_SENT);
            assert_int_equal(f->rule, RULE);
            assert_int_equal(f->sent, WHOLE_LEN);
            client_served(f, tls);
        }
    stop(f);
}

static void
an_answer_is_cut_at_any_byte_and_ends_as_it_was_told_to(void **context)
{
    (void)context;
    static const struct {
        enum net_raw_end end;
        enum client_end plain, tls;
    } rows[] = {
        { NET_RAW_CLOSE, CLIENT_CLOSED, CLIENT_CLOSED },
        { NET_RAW_TRUNCATE, CLIENT_CLOSED, CLIENT_TORN },
        { NET_RAW_RESET, CLIENT_RESET, CLIENT_RESET },
    };
    static const size_t cuts[] = { 0, 9, HEADERS_LEN, WHOLE_LEN - 1 };
    struct transport_fixture *f = start();
    int64_t times = 0;
    f->plan.cut = true;
    for (int tls = 0; tls < 2; tls++)
        for (size_t i = 0; i < ARRAY_LEN(rows); i++)
            for (size_t j = 0; j < ARRAY_LEN(cuts); j++) {
                f->plan.end = rows[i].end;
                f->plan.cut_at = cuts[j];
                see(f, tls, ASK("/answer"), cuts[j],
                    tls ? rows[i].tls : rows[i].plain);
                transport_fixture_ended(f, ++times, NET_OUTCOME_CUT);
                assert_int_equal(f->sent, cuts[j]);
            }
    stop(f);
}

static void
a_reset_comes_after_all_bytes_also_of_a_large_answer(void **context)
{
    (void)context;
    enum { LARGE = 1024 * 1024 };
    struct transport_fixture *f = start();
    uint8_t *large = malloc(LARGE);
    assert_non_null(large);
    for (size_t i = 0; i < LARGE; i++)
        large[i] = (uint8_t)(i * 31 >> 3);
    f->bytes = span_of(large, LARGE);
    f->plan.end = NET_RAW_RESET;
    for (int tls = 0; tls < 2; tls++)
        see(f, tls, ASK("/body"), LARGE, CLIENT_RESET);
    f->plan.end = NET_RAW_CLOSE;
    for (int tls = 0; tls < 2; tls++)
        see(f, tls, ASK("/body"), LARGE, CLIENT_CLOSED);
    free(large);
    stop(f);
}

static void
pauses_are_kept_to_the_millisecond(void **context)
{
    (void)context;
    struct transport_fixture *f = start();
    f->plan.pauses[0] = (struct net_raw_pause){ 0, 60 };
    f->plan.pauses[1] = (struct net_raw_pause){ 9, 50 };
    f->plan.pauses[2] = (struct net_raw_pause){ WHOLE_LEN, 40 };
    f->plan.pause_count = 3;
    for (int tls = 0; tls < 2; tls++) {
        struct buf bytes = { 0 };
        struct client client = client_open(f, tls);
        uint64_t began_ms = client_now_ms();
        client_send(&client, ASK("/body"));
        assert_int_equal(client_read(&client, 9, &bytes), CLIENT_OPEN);
        uint64_t first_ms = client_now_ms();
        assert_int_equal(client_read(&client, WHOLE_LEN, &bytes), CLIENT_OPEN);
        uint64_t rest_ms = client_now_ms();
        assert_int_equal(client_read(&client, SIZE_MAX, &bytes), CLIENT_CLOSED);
        assert_in_range(first_ms - began_ms, 59, 5000);
        assert_in_range(rest_ms - began_ms, 109, 5000);
        assert_in_range(client_now_ms() - began_ms, 149, 5000);
        client_close(&client);
        buf_reset(&bytes);
    }
    stop(f);
}

static void
pieces_and_rates_take_their_time(void **context)
{
    (void)context;
    struct transport_fixture *f = start();
    for (int tls = 0; tls < 2; tls++) {
        f->plan.piece = 10;
        f->plan.piece_ms = 20;
        uint64_t began_ms = client_now_ms();
        see(f, tls, ASK("/body"), WHOLE_LEN, CLIENT_CLOSED);
        assert_in_range(
            client_now_ms() - began_ms, WHOLE_LEN / 10 * 20 - 2, 5000);
        f->plan.piece = f->plan.piece_ms = 0;
        f->plan.bytes_per_second = 500;
        began_ms = client_now_ms();
        see(f, tls, ASK("/body"), WHOLE_LEN, CLIENT_CLOSED);
        assert_in_range(client_now_ms() - began_ms, WHOLE_LEN * 2 - 10, 5000);
        f->plan.bytes_per_second = 0;
    }
    stop(f);
}

static void
silence_lasts_until_the_client_leaves(void **context)
{
    (void)context;
    struct transport_fixture *f = start();
    f->plan.end = NET_RAW_SILENT;
    f->plan.cut = true;
    for (int tls = 0; tls < 2; tls++) {
        struct client client = client_open(f, tls);
        client_send(&client, ASK("/body"));
        http_fixture_await(&f->metrics.requests_waiting, 1);
        client_close(&client);
        transport_fixture_ended(f, tls + 1, NET_OUTCOME_CLIENT_LEFT);
        http_fixture_await(&f->metrics.connections_open, 0);
    }
    stop(f);
}

static void
healing_ends_those_of_a_rule_or_all(void **context)
{
    (void)context;
    struct transport_fixture *f = start();
    f->plan.end = NET_RAW_SILENT;
    for (int tls = 0; tls < 2; tls++) {
        struct client clients[2];
        struct buf bytes = { 0 };
        for (size_t i = 0; i < ARRAY_LEN(clients); i++) {
            f->plan.rule = RULE + i;
            clients[i] = client_open(f, tls);
            client_send(&clients[i], ASK("/body"));
            http_fixture_await(&f->metrics.requests_waiting, (int64_t)i + 1);
        }
        assert_ok(net_transport_heal(f->transport, RULE + 1));
        assert_int_equal(
            client_read(&clients[1], SIZE_MAX, &bytes), CLIENT_CLOSED);
        transport_fixture_ended(f, tls * 2 + 1, NET_OUTCOME_HEALED);
        assert_int_equal(f->rule, RULE + 1);
        http_fixture_await(&f->metrics.requests_waiting, 1);
        assert_ok(net_transport_heal(f->transport, NET_RULE_NONE));
        buf_clear(&bytes);
        assert_int_equal(
            client_read(&clients[0], SIZE_MAX, &bytes), CLIENT_CLOSED);
        assert_int_equal(bytes.len, WHOLE_LEN);
        transport_fixture_ended(f, tls * 2 + 2, NET_OUTCOME_HEALED);
        http_fixture_await(&f->metrics.requests_waiting, 0);
        client_close(&clients[0]);
        client_close(&clients[1]);
        buf_reset(&bytes);
    }
    stop(f);
}

static void
many_plans_block_nobody_and_the_stop_ends_them(void **context)
{
    (void)context;
    enum { MANY = 30 };
    struct client clients[MANY];
    struct transport_fixture *f = start();
    f->plan.end = NET_RAW_SILENT;
    for (size_t i = 0; i < MANY; i++) {
        clients[i] = client_open(f, i % 2);
        client_send(&clients[i], ASK("/body"));
    }
    http_fixture_await(&f->metrics.requests_waiting, MANY);
    client_served(f, false);
    client_served(f, true);
    uint64_t began_ms = client_now_ms();
    net_transport_quiesce(f->transport);
    transport_fixture_ended(f, MANY, NET_OUTCOME_STOPPED);
    for (size_t i = 0; i < MANY; i++)
        client_close(&clients[i]);
    stop(f);
    assert_in_range(client_now_ms() - began_ms, 0, 3000);
}

/* What is asked for while all stops is ended at once. */
static void
a_plan_after_the_quiet_is_ended_at_once(void **context)
{
    (void)context;
    struct transport_fixture *f = start();
    net_transport_quiesce(f->transport);
    f->plan.end = NET_RAW_SILENT;
    see(f, false, ASK("/body"), 0, CLIENT_CLOSED);
    transport_fixture_ended(f, 1, NET_OUTCOME_STOPPED);
    stop(f);
}

static void
a_client_that_sends_no_body_is_reset_at_its_headers(void **context)
{
    (void)context;
    struct transport_fixture *f = start();
    f->plan.end = NET_RAW_RESET;
    f->plan.cut = true;
    for (int tls = 0; tls < 2; tls++)
        see(f, tls,
            "POST /head HTTP/1.1\r\nHost: h\r\nContent-Length: 99\r\n\r\n", 0,
            CLIENT_RESET);
    http_fixture_await(&f->metrics.connections_open, 0);
    stop(f);
}

static void
a_plan_of_another_form_closes_the_connection(void **context)
{
    (void)context;
    struct transport_fixture *f = start();
    f->plan.pauses[0].at = 2;
    f->plan.pauses[1].at = 1;
    f->plan.pause_count = 2;
    see(f, false, ASK("/body"), 0, CLIENT_CLOSED);
    f->plan.pause_count = NET_RAW_PAUSES + 1;
    see(f, false, ASK("/head"), 0, CLIENT_CLOSED);
    f->plan.pause_count = 0;
    f->plan.bytes_per_second = NET_RATE_MAX + 1;
    see(f, false, ASK("/answer"), 0, CLIENT_CLOSED);
    assert_int_equal(f->ended, 3); /* as failed */
    client_served(f, false);
    stop(f);
}

static void
an_answer_is_printed_with_a_length_or_in_chunks(void **context)
{
    (void)context;
    struct buf out = { 0 };
    size_t at = 0;
    struct service_answer answer = { .http_status = 400,
        .content_type = "text/plain",
        .error_type = "Some",
        .operation = "" };
    assert_ok(buf_append_text(&answer.body, "0123456789"));
    assert_ok(http_hooks_print(&answer, SPAN_LITERAL("an-id"), 0, &out, &at));
    assert_true(span_starts_with(
        buf_span(&out), SPAN_LITERAL("HTTP/1.1 400 Bad Request\r\nDate: ")));
    assert_non_null(strstr(buf_text(&out), "\r\nx-amzn-RequestId: an-id\r\n"
                                           "Content-Type: text/plain\r\n"
                                           "x-amzn-ErrorType: Some\r\n"
                                           "Content-Length: 10\r\n\r\n"));
    assert_string_equal(buf_text(&out) + at, "0123456789");
    size_t before = out.len;
    assert_ok(http_hooks_print(&answer, SPAN_LITERAL("an-id"), 6, &out, &at));
    assert_true(at > before);
    assert_non_null(
        strstr(buf_text(&out), "Transfer-Encoding: chunked\r\n\r\n"));
    assert_string_equal(
        buf_text(&out) + at, "6\r\n012345\r\n4\r\n6789\r\n0\r\n\r\n");
    buf_reset(&answer.body);
    buf_reset(&out);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_bytes_arrive_as_they_are_and_the_connection_ends),
        cmocka_unit_test(
            an_answer_is_cut_at_any_byte_and_ends_as_it_was_told_to),
        cmocka_unit_test(a_reset_comes_after_all_bytes_also_of_a_large_answer),
        cmocka_unit_test(pauses_are_kept_to_the_millisecond),
        cmocka_unit_test(pieces_and_rates_take_their_time),
        cmocka_unit_test(silence_lasts_until_the_client_leaves),
        cmocka_unit_test(healing_ends_those_of_a_rule_or_all),
        cmocka_unit_test(many_plans_block_nobody_and_the_stop_ends_them),
        cmocka_unit_test(a_plan_after_the_quiet_is_ended_at_once),
        cmocka_unit_test(a_client_that_sends_no_body_is_reset_at_its_headers),
        cmocka_unit_test(a_plan_of_another_form_closes_the_connection),
        cmocka_unit_test(an_answer_is_printed_with_a_length_or_in_chunks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
