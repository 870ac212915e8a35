/* SPDX-License-Identifier: Apache-2.0 */
/* The admin listener's routes over a service that only notes what it is
 * asked, and who may use them. */
#include "admin/admin.h"

#include "http/front.h"
#include "test/check.h"

#include <stdlib.h>

static struct {
    unsigned resets, advances;
    struct buf account;
    int64_t step_ms;
    enum status next;
} noted;

enum status
service_reset(struct service *service, struct span account)
{
    (void)service;
    noted.resets++;
    assert_ok(buf_set(&noted.account, account));
    return noted.next;
}

enum status
service_clock_get(struct service *service, struct span account, int64_t *now_ms)
{
    (void)service;
    assert_ok(buf_set(&noted.account, account));
    if (noted.next == STATUS_OK)
        *now_ms = INT64_C(1795348800000); /* 2026-11-22T12:00:00Z */
    return noted.next;
}

enum status
service_clock_advance(struct service *service, struct span account,
    int64_t step_ms, int64_t *now_ms)
{
    noted.advances++;
    noted.step_ms = step_ms;
    return service_clock_get(service, account, now_ms);
}

void
service_handle(struct service *service, const struct service_request *request,
    service_done_fn *done, void *context)
{
    (void)service;
    (void)request;
    done(context,
        &(struct service_answer){ .http_status = 299, .operation = "" });
}

struct asked {
    unsigned http_status;
    struct buf body;
};

static void
keep_answer(void *context, struct service_answer *answer)
{
    struct asked *asked = context;
    asked->http_status = answer->http_status;
    buf_take(&asked->body, &answer->body);
}

static struct http_metrics metrics;

/* `origin` may be NULL. */
static struct asked
ask_as(const char *method, const char *path, const char *query,
    const char *host, const char *origin)
{
    struct admin admin = { NULL, &metrics };
    struct asked asked = { 0 };
    const struct sigv4_header headers[] = {
        { SPAN_LITERAL("host"), span_text(host) },
        { SPAN_LITERAL("Origin"), span_text(origin) },
    };
    const struct service_request request = {
        .wire = { .method = span_text(method),
            .path = span_text(path),
            .query = span_text(query),
            .headers = headers,
            .header_count = origin == NULL ? 1 : 2 },
    };
    admin_handle(&admin, &request, keep_answer, &asked);
    return asked;
}

static void
expect(const char *method, const char *path, const char *query,
    unsigned http_status, const char *part_of_body)
{
    struct asked asked = ask_as(method, path, query, "127.0.0.1:1", NULL);
    assert_int_equal(asked.http_status, http_status);
    if (strstr(buf_text(&asked.body), part_of_body) == NULL)
        fail_msg("no %s in %s", part_of_body, buf_text(&asked.body));
    buf_reset(&asked.body);
}

static int
clean(void **context)
{
    (void)context;
    buf_reset(&noted.account);
    memset(&noted, 0, sizeof(noted));
    return 0;
}

static void
reset_forgets_all_or_one_account(void **context)
{
    (void)context;
    expect("POST", "/reset", "", 200, "{}");
    assert_int_equal(noted.resets, 1);
    assert_int_equal(noted.account.len, 0);
    expect("POST", "/reset", "account=111122223333", 200, "{}");
    assert_span_text(buf_span(&noted.account), "111122223333");
    noted.next = STATUS_INVALID;
    expect("POST", "/reset", "account=12", 400, "12 digits");
    noted.next = STATUS_FULL;
    expect("POST", "/reset", "", 500, "no space left");
}

static void
the_clock_is_read_and_moved(void **context)
{
    (void)context;
    expect("GET", "/clock", "", 200, "{\"now\":\"2026-11-22T12:00:00Z\"}");
    assert_int_equal(noted.advances, 0);
    expect("POST", "/clock", "advance=9600h&account=111122223333", 200, "now");
    assert_int_equal(noted.step_ms, INT64_C(9600) * 3600 * 1000);
    assert_span_text(buf_span(&noted.account), "111122223333");
}

static void
a_wrong_step_moves_nothing(void **context)
{
    static const char *const queries[] = { "", "advance=", "advance=5",
        "advance=-1h", "advance=1y", "advance=1h&advance=1h", "step=1h",
        "advance",
        "advance=1h&"
        "account=" };
    (void)context;
    for (size_t i = 0; i < ARRAY_LEN(queries); i++)
        expect("POST", "/clock", queries[i], 400, "\"error\"");
    assert_int_equal(noted.advances, 0);
    noted.next = STATUS_TOO_LARGE;
    expect("POST", "/clock", "advance=99999h", 400, "too large");
}

static void
other_paths_and_methods_are_refused(void **context)
{
    (void)context;
    expect("GET", "/", "", 404, "/metrics");
    expect("GET", "/reset", "", 405, "another method");
    expect("POST", "/health", "", 405, "another method");
    expect("PUT", "/clock", "advance=1h", 405, "another method");
    assert_int_equal(noted.resets + noted.advances, 0);
}

static void
strangers_pages_are_kept_out(void **context)
{
    static const struct {
        const char *host, *origin;
        unsigned http_status;
    } rows[] = {
        { "127.0.0.1:80", NULL, 200 },
        { "127.0.0.1", NULL, 200 },
        { "localhost", NULL, 200 },
        { "localhost:9999", NULL, 200 },
        { "[::1]:80", NULL, 200 },
        { "[::1]", "http://localhost:5", 200 },
        { "evil.example", NULL, 403 },
        { "localhost.evil.example", NULL, 403 },
        { "127.0.0.1.evil.example:80", NULL, 403 },
        { "192.168.0.1", NULL, 403 },
        { "", NULL, 403 },
        { "127.0.0.1:80", "http://evil.example", 403 },
        { "127.0.0.1:80", "https://127.0.0.1", 403 },
        { "127.0.0.1:80", "null", 403 },
        { "127.0.0.1:80", "http://localhost@evil.example", 403 },
    };
    (void)context;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct asked asked =
            ask_as("POST", "/reset", "", rows[i].host, rows[i].origin);
        if (asked.http_status != rows[i].http_status)
            fail_msg("%u for %s", asked.http_status, rows[i].host);
        buf_reset(&asked.body);
    }
    assert_int_equal(noted.resets, 6);
}

static void
metrics_are_printed_as_prometheus_reads_them(void **context)
{
    (void)context;
    http_metrics_count(&metrics, "Encrypt", 200, 40);
    http_metrics_count(&metrics, "Encrypt", 200, 60);
    http_metrics_count(&metrics, "Encrypt", 400, UINT64_C(99000000));
    expect("GET", "/metrics", "", 200,
        "kms_emulator_requests_total{operation=\"Encrypt\",code=\"200\"} 2\n");
    expect("GET", "/metrics", "", 200,
        "kms_emulator_requests_total{operation=\"Encrypt\",code=\"400\"} 1\n");
    expect("GET", "/metrics", "", 200, "_bucket{le=\"5e-05\"} 1\n");
    expect("GET", "/metrics", "", 200, "_bucket{le=\"0.0001\"} 2\n");
    expect("GET", "/metrics", "", 200, "_bucket{le=\"+Inf\"} 3\n");
    expect("GET", "/metrics", "", 200, "_seconds_count 3\n");
    expect("GET", "/metrics", "", 200, "_seconds_sum 99.000100\n");
    expect("GET", "/metrics", "", 200,
        "# TYPE kms_emulator_requests_running "
        "gauge\n");
}

static void
the_front_answers_health_and_hands_on_the_rest(void **context)
{
    static const struct {
        const char *method, *path;
        unsigned http_status;
    } rows[] = { { "GET", "/health", 200 }, { "HEAD", "/health", 200 },
        { "POST", "/health", 299 }, { "GET", "/health/", 299 },
        { "POST", "/", 299 } };
    (void)context;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct asked asked = { 0 };
        const struct service_request request = {
            .wire = { .method = span_text(rows[i].method),
                .path = span_text(rows[i].path) },
        };
        http_front_handle(NULL, &request, keep_answer, &asked);
        assert_int_equal(asked.http_status, rows[i].http_status);
        buf_reset(&asked.body);
    }
}

#define TEST(name) cmocka_unit_test_teardown(name, clean)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(reset_forgets_all_or_one_account),
        TEST(the_clock_is_read_and_moved),
        TEST(a_wrong_step_moves_nothing),
        TEST(other_paths_and_methods_are_refused),
        TEST(strangers_pages_are_kept_out),
        TEST(metrics_are_printed_as_prometheus_reads_them),
        TEST(the_front_answers_health_and_hands_on_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
