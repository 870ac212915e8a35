/* SPDX-License-Identifier: Apache-2.0 */
/* What is left in memory of a request that carried a secret. */
#include "support_http.h"

#include "test/check.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <unistd.h>

enum { MARK_LEN = 24, MASK = 0x5a, PAGE = 64 * 1024 };

/* The secret only ever stands masked in this program, so that what the search
 * finds was left by others. */
static const uint8_t masked[MARK_LEN] = { 0x2e, 0x32, 0x33, 0x29, 0x05, 0x33,
    0x29, 0x05, 0x2e, 0x32, 0x3f, 0x05, 0x37, 0x3b, 0x28, 0x31, 0x05, 0x6b,
    0x68, 0x69, 0x6e, 0x6f, 0x6c, 0x6d };

/* Reports the size of what it got; sends the secret back on /back. */
static void
swallow(void *context, const struct service_request *request,
    service_done_fn *done, void *done_context)
{
    (void)context;
    struct service_answer answer = { .http_status = 200, .operation = "" };
    if (span_equal_text(request->wire.path, "/back"))
        assert_ok(buf_append(&answer.body, request->body));
    done(done_context, &answer);
    buf_reset(&answer.body);
}

static bool
is_mark(const uint8_t *bytes)
{
    size_t i = 0;
    while (i < MARK_LEN && bytes[i] == (uint8_t)(masked[i] ^ MASK))
        i++;
    return i == MARK_LEN;
}

/* Their shadow is terabytes, and they keep freed memory as it was. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
static const bool sanitized = true;
#else
static const bool sanitized = false;
#endif

/* Reads a stretch of this process's memory in overlapping windows. */
static unsigned
count_in(int memory, uint64_t from, uint64_t to)
{
    static uint8_t window[PAGE + MARK_LEN];
    unsigned found = 0;
    for (uint64_t at = from; at < to; at += PAGE) {
        uint64_t left = to - at;
        size_t want = left < sizeof(window) ? (size_t)left : sizeof(window);
        ssize_t got = pread(memory, window, want, (off_t)at);
        for (ssize_t i = 0; i < PAGE && i + MARK_LEN <= got; i++)
            if (is_mark(window + i))
                found++;
        OPENSSL_cleanse(window, sizeof(window));
    }
    return found;
}

static unsigned
count_marks(void)
{
    char line[512], access[8];
    unsigned long long from, to;
    unsigned found = 0;
    FILE *maps = fopen("/proc/self/maps", "r");
    int memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
    assert_true(maps != NULL && memory >= 0);
    while (fgets(line, sizeof(line), maps) != NULL)
        if (sscanf(line, "%llx-%llx %7s", &from, &to, access) == 3 &&
            access[0] == 'r' && access[1] == 'w')
            found += count_in(memory, from, to);
    (void)fclose(maps);
    (void)close(memory);
    return found;
}

static void
make_body(struct buf *body, size_t padding)
{
    uint8_t *place;
    assert_ok(buf_extend(body, padding + MARK_LEN, &place));
    memset(place, '.', padding);
    for (size_t i = 0; i < MARK_LEN; i++)
        place[padding + i] = masked[i] ^ MASK;
}

/* The connection stays open: its buffers are what is looked at. */
static void
ask(struct http_fixture *f, const char *path, size_t padding, bool chunked)
{
    struct buf request = { 0 }, body = { 0 }, head = { 0 }, answer = { 0 };
    make_body(&body, padding);
    assert_ok(buf_printf(&request, "POST %s HTTP/1.1\r\nHost: h\r\n", path));
    assert_ok(buf_printf(&request,
        chunked ? "Transfer-Encoding: chunked\r\n\r\n%zx\r\n"
                : "Content-Length: %zu\r\n\r\n",
        body.len));
    assert_ok(buf_append(&request, buf_span(&body)));
    if (chunked)
        assert_ok(buf_append_text(&request, "\r\n0\r\n\r\n"));
    int fd = http_fixture_connect(f);
    http_client_send_span(fd, buf_span(&request));
    assert_int_equal(http_client_read(fd, &head, &answer), 200);
    buf_reset(&request);
    buf_reset(&body);
    buf_reset(&head);
    buf_reset(&answer);
}

static void
a_secret_leaves_nothing_behind(void **context)
{
    (void)context;
    struct http_fixture f;
    struct http_limits limits = http_fixture_limits();
    http_fixture_start(&f, &limits, swallow, NULL);
    ask(&f, "/", 0, false);
    ask(&f, "/", 40 * 1000, false);
    ask(&f, "/", 0, true);
    ask(&f, "/back", 0, false);
    ask(&f, "/back", 40 * 1000, true);
    http_fixture_await(&f.metrics.requests_running, 0);
    assert_int_equal(count_marks(), 0);
    http_fixture_stop(&f, 0);
}

static void
a_secret_in_a_request_that_is_cut_leaves_nothing_behind(void **context)
{
    (void)context;
    struct http_fixture f;
    struct buf body = { 0 };
    struct http_limits limits = http_fixture_limits();
    limits.request_ms = 100;
    http_fixture_start(&f, &limits, swallow, NULL);
    int fd = http_fixture_connect(&f);
    http_client_send(fd, "POST / HTTP/1.1\r\nHost: h\r\n"
                         "Content-Length: 1000\r\n\r\n");
    make_body(&body, 100);
    http_client_send_span(fd, buf_span(&body));
    buf_reset(&body);
    assert_true(http_client_closed(fd));
    http_fixture_await(&f.metrics.connections_open, 0);
    assert_int_equal(count_marks(), 0);
    (void)close(fd);
    http_fixture_stop(&f, 0);
}

static void
the_search_finds_what_is_there(void **context)
{
    (void)context;
    struct buf body = { 0 };
    make_body(&body, 100);
    assert_int_equal(count_marks(), 1);
    buf_reset(&body);
    assert_int_equal(count_marks(), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_search_finds_what_is_there),
        cmocka_unit_test(a_secret_leaves_nothing_behind),
        cmocka_unit_test(
            a_secret_in_a_request_that_is_cut_leaves_nothing_behind),
    };
    if (sanitized) { /* cmocka's own word for a skipped test is "not ok" */
        (void)puts("1..0 # SKIP a sanitizer keeps freed memory");
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
