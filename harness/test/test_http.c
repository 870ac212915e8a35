/* SPDX-License-Identifier: Apache-2.0 */
#include "http/etcd.h"
#include "http/http.h"
#include "support_server.h"
#include "test/check.h"

#include <stdio.h>
#include <stdlib.h>

static bool
holds(const struct buf *text, const char *part)
{
    size_t at;

    return span_search(buf_span(text), span_text(part), &at);
}

static void
an_answer_of_any_status_is_an_answer(void **state)
{
    struct server *server = server_start("HTTP/1.1 503 No\r\n"
                                         "Content-Type: text/plain\r\n"
                                         "Content-Length: 5\r\n\r\nnever");
    struct http_request request = { .url = server_url(server) };
    struct http_answer answer = { 0 };

    (void)state;
    assert_ok(http_send(&request, &answer, NULL));
    assert_int_equal(answer.status, 503);
    assert_string_equal(buf_text(&answer.content_type), "text/plain");
    assert_string_equal(buf_text(&answer.body), "never");
    http_answer_reset(&answer);
    server_stop(server, NULL);
}

static void
method_headers_and_body_go_out_as_given(void **state)
{
    struct server *server = server_start("HTTP/1.1 204 Ok\r\n\r\n");
    struct http_header header = { "X-Thing", SPAN_LITERAL("a b") };
    struct http_request request = { .method = "PUT",
        .url = server_url(server),
        .headers = &header,
        .header_count = 1,
        .body = SPAN_LITERAL("the body"),
        .bearer_token = "t0ken" };
    struct http_answer answer = { 0 };
    struct buf sent = { 0 };

    (void)state;
    assert_ok(http_send(&request, &answer, NULL));
    assert_int_equal(answer.status, 204);
    assert_int_equal(answer.body.len, 0);
    server_stop(server, &sent);
    assert_true(holds(&sent, "PUT / HTTP/1.1\r\n"));
    assert_true(holds(&sent, "\r\nX-Thing: a b\r\n"));
    assert_true(holds(&sent, "\r\nAuthorization: Bearer t0ken\r\n"));
    assert_true(holds(&sent, "\r\n\r\nthe body"));
    assert_false(holds(&sent, "Expect"));
    buf_reset(&sent);
    http_answer_reset(&answer);
}

/* Sends and expects this failure, with words, and an answer as it was. */
static void
expect_failure(const struct http_request *request, enum status expected)
{
    struct http_answer answer = { .status = 77 };
    struct buf problem = { 0 };

    assert_int_equal(http_send(request, &answer, &problem), expected);
    assert_int_equal(answer.status, 77);
    assert_int_equal(answer.body.len, 0);
    assert_true(holds(&problem, request->url));
    buf_reset(&problem);
}

static void
a_refused_connection_is_unavailable(void **state)
{
    struct server *server = server_start("");
    char url[64];
    struct http_request request = { .url = url };

    (void)state;
    snprintf(url, sizeof(url), "%s", server_url(server));
    server_stop(server, NULL);
    expect_failure(&request, STATUS_UNAVAILABLE);
}

static void
a_connection_closed_without_an_answer_is_unavailable(void **state)
{
    struct server *server = server_start("");
    struct http_request request = { .url = server_url(server) };

    (void)state;
    expect_failure(&request, STATUS_UNAVAILABLE);
    server_stop(server, NULL);
}

static void
a_silent_server_is_a_timeout(void **state)
{
    struct server *server = server_start(NULL);
    struct http_request request = { .url = server_url(server),
        .timeout_ms = 100 };

    (void)state;
    expect_failure(&request, STATUS_TIMEOUT);
    server_stop(server, NULL);
}

static void
an_answer_above_the_limit_is_too_large(void **state)
{
    static const char head[] = "HTTP/1.1 200 Ok\r\n\r\n";
    size_t len = sizeof(head) + HTTP_ANSWER_MAX;
    char *answer = malloc(len + 1);
    struct http_request request = { 0 };
    struct server *server;

    (void)state;
    assert_non_null(answer);
    memset(answer, 'x', len);
    memcpy(answer, head, sizeof(head) - 1);
    answer[len] = '\0';
    server = server_start(answer);
    request.url = server_url(server);
    expect_failure(&request, STATUS_TOO_LARGE);
    server_stop(server, NULL);
    free(answer);
}

static void
only_http_urls_are_followed(void **state)
{
    struct http_request file = { .url = "file:///etc/passwd" };
    struct http_request none = { .url = "http://" };

    (void)state;
    expect_failure(&file, STATUS_INVALID);
    expect_failure(&none, STATUS_INVALID);
}

static void
etcd_values_come_back_as_bytes(void **state)
{
    struct server *server =
        server_start("HTTP/1.1 200 Ok\r\n\r\n"
                     "{\"kvs\":[{\"key\":\"L2E=\",\"value\":\"AAEC\"}]}");
    struct etcd_server etcd = { .endpoint = server_url(server) };
    struct buf value = { 0 }, sent = { 0 };

    (void)state;
    assert_ok(etcd_get(&etcd, SPAN_LITERAL("/a"), &value, NULL));
    assert_int_equal(value.len, 3);
    assert_memory_equal(value.ptr, "\0\1\2", 3);
    server_stop(server, &sent);
    assert_true(holds(&sent, "POST /v3/kv/range HTTP"));
    assert_true(holds(&sent, "{\"key\":\"L2E=\"}"));
    buf_reset(&sent);
    buf_reset(&value);
}

static void
a_missing_etcd_key_is_not_found(void **state)
{
    struct server *server =
        server_start("HTTP/1.1 200 Ok\r\n\r\n{\"header\":{}}");
    struct etcd_server etcd = { .endpoint = server_url(server) };
    struct buf value = { 0 }, problem = { 0 };

    (void)state;
    assert_int_equal(etcd_get(&etcd, SPAN_LITERAL("/a"), &value, &problem),
        STATUS_NOT_FOUND);
    assert_int_equal(value.len, 0);
    assert_true(holds(&problem, "has no such key"));
    server_stop(server, NULL);
    buf_reset(&problem);
}

static void
what_is_no_etcd_is_told_apart(void **state)
{
    struct server *server = server_start("HTTP/1.1 200 Ok\r\n\r\n<html>");
    struct etcd_server etcd = { .endpoint = server_url(server) };
    struct buf problem = { 0 };

    (void)state;
    assert_int_equal(
        etcd_put(&etcd, SPAN_LITERAL("/a"), SPAN_LITERAL("b"), &problem),
        STATUS_INVALID);
    assert_true(holds(&problem, "no JSON"));
    server_stop(server, NULL);
    buf_reset(&problem);
}

static void
count_pairs(void *context, struct span key, struct span value)
{
    int *seen = context;

    assert_true(key.len == 2 && value.len == 1);
    *seen += 1;
}

static void
a_list_asks_for_the_range_of_the_prefix(void **state)
{
    struct server *server =
        server_start("HTTP/1.1 200 Ok\r\n\r\n"
                     "{\"kvs\":[{\"key\":\"YWE=\",\"value\":\"YQ==\"},"
                     "{\"key\":\"YWI=\",\"value\":\"Yg==\"}]}");
    struct etcd_server etcd = { .endpoint = server_url(server) };
    struct buf sent = { 0 };
    int seen = 0;

    (void)state;
    assert_ok(
        etcd_list(&etcd, SPAN_LITERAL("a\xff"), count_pairs, &seen, NULL));
    assert_int_equal(seen, 2);
    server_stop(server, &sent);
    assert_true(holds(&sent, "{\"key\":\"Yf8=\",\"range_end\":\"Yg==\"}"));
    buf_reset(&sent);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_of_any_status_is_an_answer),
        cmocka_unit_test(method_headers_and_body_go_out_as_given),
        cmocka_unit_test(a_refused_connection_is_unavailable),
        cmocka_unit_test(a_connection_closed_without_an_answer_is_unavailable),
        cmocka_unit_test(a_silent_server_is_a_timeout),
        cmocka_unit_test(an_answer_above_the_limit_is_too_large),
        cmocka_unit_test(only_http_urls_are_followed),
        cmocka_unit_test(etcd_values_come_back_as_bytes),
        cmocka_unit_test(a_missing_etcd_key_is_not_found),
        cmocka_unit_test(what_is_no_etcd_is_told_apart),
        cmocka_unit_test(a_list_asks_for_the_range_of_the_prefix),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
