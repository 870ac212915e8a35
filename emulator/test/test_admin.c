/* SPDX-License-Identifier: Apache-2.0 */
/* The admin listener's routes over a service of the test's own, and who may
 * use them. */
#include "admin/admin.h"

#include "http/front.h"
#include "support_api.h"

static struct api api;
static struct http_metrics metrics;

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

/* `origin` may be NULL. */
static struct asked
ask_as(const char *method, const char *path, const char *query,
    const char *host, const char *origin)
{
    struct admin admin = { api.service, NULL, &metrics };
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
setup(void **context)
{
    (void)context;
    api_start(&api, NULL);
    return 0;
}

static int
teardown(void **context)
{
    (void)context;
    api_stop(&api);
    return 0;
}

static unsigned
keys_of(const char *account)
{
    struct asker asker;
    asker_init(&asker, &api);
    asker.access_key_id = account;
    assert_int_equal(ask(&asker, "ListKeys", "{}"), 200);
    size_t count = json_count(answer_at(&asker, "Keys"));
    asker_reset(&asker);
    return (unsigned)count;
}

static void
make_key(const char *account)
{
    struct asker asker;
    asker_init(&asker, &api);
    asker.access_key_id = account;
    assert_int_equal(ask(&asker, "CreateKey", "{}"), 200);
    asker_reset(&asker);
}

static void
reset_forgets_one_account_or_all(void **context)
{
    (void)context;
    make_key(API_ACCOUNT);
    make_key(API_OTHER_ACCOUNT);
    expect("POST", "/reset", "account=" API_ACCOUNT, 200, "{}");
    assert_int_equal(keys_of(API_ACCOUNT), 0);
    assert_int_equal(keys_of(API_OTHER_ACCOUNT), 1);
    expect("POST", "/reset", "account=12", 400, "12 digits");
    assert_int_equal(keys_of(API_OTHER_ACCOUNT), 1);
    expect("POST", "/reset", "", 200, "{}");
    assert_int_equal(keys_of(API_OTHER_ACCOUNT), 0);
}

static void
the_clock_is_read_and_moved_for_one_account_or_all(void **context)
{
    (void)context;
    api.resource.now_ms = INT64_C(1795348800000);
    expect("GET", "/clock", "", 200, "{\"now\":\"2026-11-22T12:00:00Z\"}");
    expect("POST", "/clock", "advance=48h&account=" API_ACCOUNT, 200,
        "{\"now\":\"2026-11-24T12:00:00Z\"}");
    expect("GET", "/clock", "", 200, "2026-11-22T12:00:00Z");
    expect("GET", "/clock", "account=" API_ACCOUNT, 200, "2026-11-24T12");
    expect("POST", "/clock", "advance=30m", 200, "2026-11-22T12:30:00Z");
    expect("GET", "/clock", "account=12", 400, "\"error\"");
}

static void
a_wrong_step_moves_nothing(void **context)
{
    static const char *const queries[] = { "", "advance=", "advance=5",
        "advance=-1h", "advance=1y", "advance=1h&advance=1h", "step=1h",
        "advance", "advance=1h&account=", "advance=1h&account=12",
        "advance=2000000h" };
    (void)context;
    api.resource.now_ms = INT64_C(1795348800000);
    for (size_t i = 0; i < ARRAY_LEN(queries); i++)
        expect("POST", "/clock", queries[i], 400, "\"error\"");
    expect("GET", "/clock", "", 200, "2026-11-22T12:00:00Z");
}

static void
other_paths_and_methods_are_refused(void **context)
{
    (void)context;
    expect("GET", "/", "", 404, "/metrics");
    expect("POST", "/health", "", 405, "another method");
    expect("PUT", "/clock", "advance=1h", 405, "another method");
    expect("GET", "/reset", "account=" API_ACCOUNT, 405, "another method");
}

/* A client of HTTP/1.0 need not say whom it asks. */
static void
a_request_without_a_host_is_refused(void **context)
{
    (void)context;
    struct admin admin = { api.service, NULL, &metrics };
    struct asked asked = { 0 };
    const struct service_request request = {
        .wire = { .method = SPAN_LITERAL("POST"),
            .path = SPAN_LITERAL("/reset") },
    };
    make_key(API_ACCOUNT);
    admin_handle(&admin, &request, keep_answer, &asked);
    assert_int_equal(asked.http_status, 403);
    assert_int_equal(keys_of(API_ACCOUNT), 1);
    buf_reset(&asked.body);
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
        { "LOCALHOST", NULL, 200 },
        { "LocalHost:9999", NULL, 200 },
        { "localhost.", NULL, 200 },
        { "localhost.:9999", NULL, 200 },
        { "[::1]:80", NULL, 200 },
        { "127.0.0.1", "HTTP://LOCALHOST:5", 200 },
        { "[::1]", "http://localhost:5", 200 },
        { "evil.example", NULL, 403 },
        { "localhost.evil.example", NULL, 403 },
        { "localhost..", NULL, 403 },
        { "localhosts", NULL, 403 },
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
        make_key(API_ACCOUNT);
        unsigned before = keys_of(API_ACCOUNT);
        struct asked asked =
            ask_as("POST", "/reset", "", rows[i].host, rows[i].origin);
        if (asked.http_status != rows[i].http_status)
            fail_msg("%u for %s", asked.http_status, rows[i].host);
        assert_int_equal(
            keys_of(API_ACCOUNT), rows[i].http_status == 200 ? 0 : before);
        buf_reset(&asked.body);
    }
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
        bool healthy;
    } rows[] = { { "GET", "/health", true }, { "HEAD", "/health", true },
        { "POST", "/health", false }, { "GET", "/health/", false },
        { "POST", "/", false } };
    (void)context;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct asked asked = { 0 };
        const struct service_request request = {
            .wire = { .method = span_text(rows[i].method),
                .path = span_text(rows[i].path) },
        };
        http_front_handle(api.service, &request, keep_answer, &asked);
        /* The service refuses each, for want of credentials. */
        assert_int_equal(asked.http_status == 200, rows[i].healthy);
        buf_reset(&asked.body);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(reset_forgets_one_account_or_all),
        TEST(the_clock_is_read_and_moved_for_one_account_or_all),
        TEST(a_wrong_step_moves_nothing),
        TEST(other_paths_and_methods_are_refused),
        TEST(a_request_without_a_host_is_refused),
        TEST(strangers_pages_are_kept_out),
        TEST(metrics_are_printed_as_prometheus_reads_them),
        TEST(the_front_answers_health_and_hands_on_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
