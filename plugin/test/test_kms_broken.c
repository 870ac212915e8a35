/* SPDX-License-Identifier: Apache-2.0 */
/* Connections that break and answers that are none. */
#include "support_kms_calls.h"
#include "support_kms_server.h"
#include "test/check.h"

#include <stdio.h>

static bool
answer_well(void *context, const struct server_request *request)
{
    (void)context;
    server_answer(request, 200, TEST_ANSWER);
    return true;
}

static void
a_connection_is_used_again(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, answer_well, NULL);
    for (int i = 0; i < 5; i++)
        fixture_works(&f);
    assert_int_equal(server_connections(f.server), 1);
    assert_int_equal(server_requests(f.server), 5);
    fixture_reset(&f);
}

/* Reads the second request of the first connection, and closes instead. */
static bool
close_on_second(void *context, const struct server_request *request)
{
    (void)context;
    if (request->connection == 1 && request->nth == 2)
        return false;
    server_answer(request, 200, TEST_ANSWER);
    return true;
}

static void
a_used_connection_that_closes_is_replaced_once(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, close_on_second, NULL);
    fixture_works(&f);
    fixture_works(&f);
    assert_int_equal(server_connections(f.server), 2);
    assert_int_equal(server_requests(f.server), 3);
    fixture_reset(&f);
}

static bool
close_at_once(void *context, const struct server_request *request)
{
    (void)context;
    (void)request;
    return false;
}

static bool
reset_at_once(void *context, const struct server_request *request)
{
    (void)context;
    server_reset(request);
    return false;
}

static void
a_new_connection_that_breaks_is_a_transport_failure(void **state)
{
    (void)state;
    server_handler *const handlers[] = { close_at_once, reset_at_once };
    for (size_t i = 0; i < ARRAY_LEN(handlers); i++) {
        struct fixture f;
        fixture_init(&f, handlers[i], NULL);
        fixture_fails(&f, KMS_FAILURE_TRANSPORT, TEST_LONG_MS);
        assert_int_equal(server_requests(f.server), 3);
        fixture_reset(&f);
    }
}

static void
a_refused_connection_is_a_transport_failure(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, answer_well, NULL);
    char url[64];
    (void)snprintf(url, sizeof(url), "%s", server_url(f.server));
    server_free(f.server);
    fixture_fails(&f, KMS_FAILURE_TRANSPORT, TEST_LONG_MS);
    kms_client_free(f.client);
    credentials_free(f.credentials);
}

static void
plain_http_where_tls_is_wanted_is_a_transport_failure(void **state)
{
    (void)state;
    struct fixture f;
    char url[64];
    fixture_init(&f, close_at_once, NULL);
    kms_client_free(f.client);
    (void)snprintf(
        url, sizeof(url), "https%s", server_url(f.server) + strlen("http"));
    f.client = test_client(url, f.credentials);
    fixture_fails(&f, KMS_FAILURE_TRANSPORT, 3000);
    assert_int_equal(server_requests(f.server), 0);
    fixture_reset(&f);
}

/* Sends what the test gives and closes. */
static bool
send_raw(void *context, const struct server_request *request)
{
    server_send(request, *(const struct span *)context);
    return false;
}

static void
broken_answers_have_their_failure(void **state)
{
    (void)state;
    const struct {
        struct span raw;
        enum kms_failure failure;
    } cases[] = {
        { SPAN_LITERAL("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"Ci"),
            KMS_FAILURE_TRANSPORT },
        { SPAN_LITERAL("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "5\r\n{\"Cip"),
            KMS_FAILURE_TRANSPORT },
        { SPAN_LITERAL("HTTP/1.1 200 OK\r\nContent-Le"),
            KMS_FAILURE_TRANSPORT },
        { SPAN_LITERAL("220 smtp.example ESMTP\r\n"), KMS_FAILURE_BAD_ANSWER },
        { SPAN_LITERAL("HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n"),
            KMS_FAILURE_BAD_ANSWER },
        { SPAN_LITERAL("HTTP/1.1 502 Bad\r\nContent-Type: text/html\r\n"
                       "Content-Length: 6\r\n\r\n<html>"),
            KMS_FAILURE_BAD_ANSWER },
        { SPAN_LITERAL("HTTP/1.1 307 Go\r\nLocation: http://127.0.0.1:1/\r\n"
                       "Content-Length: 2\r\n\r\n{}"),
            KMS_FAILURE_BAD_ANSWER },
        { SPAN_LITERAL("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
                       "Content-Length: 43\r\n\r\n"
                       "{\"CiphertextBlob\":\"c2VhbGVk\",\"KeyId\":\"key\"}"),
            KMS_FAILURE_BAD_ANSWER },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct fixture f;
        struct span raw = cases[i].raw;
        fixture_init(&f, send_raw, &raw);
        fixture_fails(&f, cases[i].failure, TEST_LONG_MS);
        fixture_reset(&f);
    }
}

static bool
answer_hugely(void *context, const struct server_request *request)
{
    static const uint8_t blanks[4096] = { ' ' };
    (void)context;
    server_send(request,
        SPAN_LITERAL("HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\n"));
    for (int i = 0; i < 200; i++)
        server_send(request, span_of(blanks, sizeof(blanks)));
    return false;
}

static void
a_huge_answer_is_refused(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, answer_hugely, NULL);
    fixture_fails(&f, KMS_FAILURE_BAD_ANSWER, TEST_LONG_MS);
    fixture_reset(&f);
}

static bool
answer_with_error(void *context, const struct server_request *request)
{
    (void)context;
    server_answer(request, 400,
        "{\"__type\":\"com.amazonaws.kms#NotFoundException\","
        "\"message\":\"Alias is not found.\"}");
    return true;
}

static void
an_error_of_kms_is_told_in_its_words(void **state)
{
    (void)state;
    struct fixture f;
    struct test_call call;
    fixture_init(&f, answer_with_error, NULL);
    fixture_encrypt(&f, &call, TEST_LONG_MS);
    assert_int_equal(call.failure, KMS_FAILURE_ANSWER);
    assert_int_equal(call.http_status, 400);
    assert_string_equal(call.error_type, "NotFoundException");
    assert_string_equal(call.message, "Alias is not found.");
    assert_string_equal(call.request_id, "id-1");
    test_call_reset(&call);
    fixture_reset(&f);
}

static bool
hang(void *context, const struct server_request *request)
{
    (void)context;
    (void)server_hang(request);
    return false;
}

static void
silence_ends_at_the_deadline(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, hang, NULL);
    int64_t before_ms = test_now_ms();
    fixture_fails(&f, KMS_FAILURE_TIMEOUT, 150);
    assert_true(test_now_ms() - before_ms >= 150);
    assert_true(test_now_ms() - before_ms < TEST_LONG_MS);
    fixture_fails(&f, KMS_FAILURE_TIMEOUT, -1);
    assert_int_equal(server_requests(f.server), 1);
    fixture_reset(&f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_connection_is_used_again),
        cmocka_unit_test(a_used_connection_that_closes_is_replaced_once),
        cmocka_unit_test(a_new_connection_that_breaks_is_a_transport_failure),
        cmocka_unit_test(a_refused_connection_is_a_transport_failure),
        cmocka_unit_test(plain_http_where_tls_is_wanted_is_a_transport_failure),
        cmocka_unit_test(broken_answers_have_their_failure),
        cmocka_unit_test(a_huge_answer_is_refused),
        cmocka_unit_test(an_error_of_kms_is_told_in_its_words),
        cmocka_unit_test(silence_ends_at_the_deadline),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
