/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/kube_client.h"
#include "http/etcd.h"
#include "support_server.h"
#include "test/check.h"

#define REFUSED                                                                \
    "{\"kind\":\"Status\",\"message\":\"Internal error occurred: sick\"}"

static bool
holds(const struct buf *text, const char *part)
{
    size_t at;
    return span_search(buf_span(text), span_text(part), &at);
}

static void
an_error_is_an_answer_of_a_call_too(void **state)
{
    struct server *server =
        server_start("HTTP/1.1 500 Internal\r\n\r\n" REFUSED);
    const struct kube_server here = { .url = server_url(server), .token = "t" };
    const struct kube_call call = { .method = "GET", .path = "/readyz" };
    struct http_answer answer = { 0 };
    struct buf sent = { 0 }, words = { 0 };
    (void)state;
    assert_ok(kube_call(&here, &call, &answer, NULL));
    assert_int_equal(answer.status, 500);
    assert_ok(kube_message(buf_span(&answer.body), &words));
    assert_string_equal(buf_text(&words), "Internal error occurred: sick");
    server_stop(server, &sent);
    assert_true(holds(&sent, "GET /readyz HTTP/1.1\r\n"));
    assert_true(holds(&sent, "Authorization: Bearer t\r\n"));
    http_answer_reset(&answer);
    buf_reset(&sent);
    buf_reset(&words);
}

static void
what_is_no_status_is_told_as_it_is(void **state)
{
    struct buf words = { 0 };
    (void)state;
    assert_ok(kube_message(SPAN_LITERAL("[-]etcd failed\n"), &words));
    assert_string_equal(buf_text(&words), "[-]etcd failed");
    buf_reset(&words);
}

static void
nobody_there_is_no_answer(void **state)
{
    struct server *server = server_start("");
    const struct kube_server here = { .url = server_url(server), .token = "t" };
    const struct kube_call call = { .method = "GET", .path = "/livez" };
    struct http_answer answer = { 0 };
    struct buf problem = { 0 };
    (void)state;
    assert_int_equal(
        kube_call(&here, &call, &answer, &problem), STATUS_UNAVAILABLE);
    assert_true(problem.len > 0);
    server_stop(server, NULL);
    buf_reset(&problem);
}

static void
a_refused_secret_is_told_in_the_words_of_the_apiserver(void **state)
{
    struct server *server =
        server_start("HTTP/1.1 500 Internal\r\n\r\n" REFUSED);
    const struct kube_server here = { .url = server_url(server), .token = "t" };
    const struct kube_secret secret = { "s1", "k", SPAN_LITERAL("v") };
    struct buf problem = { 0 }, sent = { 0 };
    (void)state;
    assert_int_equal(
        kube_secret_create(&here, &secret, &problem), STATUS_DENIED);
    assert_true(holds(&problem, "500 Internal error occurred: sick"));
    server_stop(server, &sent);
    assert_true(holds(&sent, "\"name\":\"s1\""));
    buf_reset(&problem);
    buf_reset(&sent);
}

static void
a_key_of_etcd_is_deleted_by_its_bytes(void **state)
{
    struct server *server = server_start("HTTP/1.1 200 OK\r\n\r\n{}");
    const struct etcd_server here = { .endpoint = server_url(server) };
    struct buf sent = { 0 };
    (void)state;
    assert_ok(etcd_delete(&here, SPAN_LITERAL("/registry/x"), NULL));
    server_stop(server, &sent);
    assert_true(holds(&sent, "POST /v3/kv/deleterange HTTP/1.1\r\n"));
    assert_true(holds(&sent, "{\"key\":\"L3JlZ2lzdHJ5L3g=\"}"));
    buf_reset(&sent);
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_error_is_an_answer_of_a_call_too),
        cmocka_unit_test(what_is_no_status_is_told_as_it_is),
        cmocka_unit_test(nobody_there_is_no_answer),
        cmocka_unit_test(
            a_refused_secret_is_told_in_the_words_of_the_apiserver),
        cmocka_unit_test(a_key_of_etcd_is_deleted_by_its_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
