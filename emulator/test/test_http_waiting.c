/* SPDX-License-Identifier: Apache-2.0 */
/* Answers that come later, clients that do not wait for them, clients that
 * are slow, and the stop of the server among all of these. */
#include "support_http.h"

#include "test/check.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { HELD_MAX = 64 };

/* A handler that keeps its requests until the test answers them; /now is
 * answered at once, and /raced by another thread at about the same time. */
struct state {
    struct http_fixture f;
    pthread_mutex_t lock;
    struct {
        service_done_fn *done;
        void *context;
        const struct service_request *request;
    } held[HELD_MAX];
    size_t taken; /* of those held, how many are answered */
    _Atomic int64_t count;
    _Atomic bool answering; /* answer_soon has come to it */
    struct buf head, body;
};

static void
answer(
    service_done_fn *done, void *context, const struct service_request *request)
{
    struct service_answer made = {
        .http_status = 200, .content_type = "text/plain", .operation = "Held"
    };
    assert_ok(buf_append(&made.body, request->wire.path));
    assert_ok(buf_append(&made.body, request->body));
    done(context, &made);
    buf_reset(&made.body);
}

/* What the next thread of a race has to answer. */
struct race {
    service_done_fn *done;
    void *context;
    const struct service_request *request;
};

static void *
answer_race(void *context)
{
    struct race *race = context;
    answer(race->done, race->context, race->request);
    free(race);
    return NULL;
}

static void
hold(void *context, const struct service_request *request,
    service_done_fn *done, void *done_context)
{
    struct state *s = context;
    if (span_equal_text(request->wire.path, "/now")) {
        answer(done, done_context, request);
        return;
    }
    if (span_equal_text(request->wire.path, "/raced")) {
        pthread_t thread;
        struct race *race = malloc(sizeof(*race));
        assert_non_null(race);
        *race = (struct race){ done, done_context, request };
        assert_int_equal(pthread_create(&thread, NULL, answer_race, race), 0);
        assert_int_equal(pthread_detach(thread), 0);
        return;
    }
    (void)pthread_mutex_lock(&s->lock);
    size_t at = (size_t)s->count;
    assert_true(at < HELD_MAX);
    s->held[at].done = done;
    s->held[at].context = done_context;
    s->held[at].request = request;
    s->count++;
    (void)pthread_mutex_unlock(&s->lock);
}

static void
answer_held(struct state *s)
{
    (void)pthread_mutex_lock(&s->lock);
    for (; s->taken < (size_t)s->count; s->taken++)
        answer(s->held[s->taken].done, s->held[s->taken].context,
            s->held[s->taken].request);
    (void)pthread_mutex_unlock(&s->lock);
}

static struct state *
start(const struct http_limits *limits)
{
    struct state *s = calloc(1, sizeof(*s));
    assert_non_null(s);
    assert_int_equal(pthread_mutex_init(&s->lock, NULL), 0);
    http_fixture_start(&s->f, limits, hold, s);
    return s;
}

static void
stop(struct state *s)
{
    answer_held(s);
    http_fixture_stop(&s->f, 1000);
    assert_int_equal(s->f.metrics.requests_waiting, 0);
    assert_int_equal(s->f.metrics.requests_running, 0);
    assert_int_equal(s->f.metrics.connections_open, 0);
    buf_reset(&s->head);
    buf_reset(&s->body);
    (void)pthread_mutex_destroy(&s->lock);
    free(s);
}

static void
ask(int fd, const char *path)
{
    http_client_send(fd, "POST ");
    http_client_send(fd, path);
    http_client_send(
        fd, " HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\n+etc");
}

static void
an_answer_that_comes_later_is_sent_and_the_connection_goes_on(void **context)
{
    (void)context;
    struct http_limits limits = http_fixture_limits();
    struct state *s = start(&limits);
    int fd = http_fixture_connect(&s->f);
    for (int64_t round = 1; round <= 3; round++) {
        ask(fd, "/later");
        http_fixture_await(&s->count, round);
        http_fixture_await(&s->f.metrics.requests_waiting, 1);
        answer_held(s);
        assert_int_equal(http_client_read(fd, &s->head, &s->body), 200);
        assert_span_text(buf_span(&s->body), "/later+etc");
        ask(fd, "/now");
        assert_int_equal(http_client_read(fd, &s->head, &s->body), 200);
    }
    (void)close(fd);
    stop(s);
}

static void
an_answer_that_races_the_suspension_is_sent(void **context)
{
    (void)context;
    struct http_limits limits = http_fixture_limits();
    struct state *s = start(&limits);
    int fd = http_fixture_connect(&s->f);
    for (int i = 0; i < 300; i++) {
        ask(fd, "/raced");
        assert_int_equal(http_client_read(fd, &s->head, &s->body), 200);
        assert_span_text(buf_span(&s->body), "/raced+etc");
    }
    (void)close(fd);
    stop(s);
}

static void
many_wait_and_others_are_served_meanwhile(void **context)
{
    (void)context;
    int fds[32];
    struct http_limits limits = http_fixture_limits();
    struct state *s = start(&limits);
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        fds[i] = http_fixture_connect(&s->f);
        ask(fds[i], "/later");
    }
    http_fixture_await(&s->f.metrics.requests_waiting, ARRAY_LEN(fds));
    int fd = http_fixture_connect(&s->f);
    ask(fd, "/now");
    assert_int_equal(http_client_read(fd, &s->head, &s->body), 200);
    (void)close(fd);
    answer_held(s);
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        assert_int_equal(http_client_read(fds[i], &s->head, &s->body), 200);
        (void)close(fds[i]);
    }
    stop(s);
}

static void
a_client_that_vanishes_while_waiting_frees_its_place(void **context)
{
    (void)context;
    struct http_limits limits = http_fixture_limits();
    struct state *s = start(&limits);
    int fd = http_fixture_connect(&s->f);
    ask(fd, "/later");
    http_fixture_await(&s->f.metrics.requests_waiting, 1);
    (void)close(fd);
    http_fixture_await(&s->f.metrics.requests_waiting, 0);
    http_fixture_await(&s->f.metrics.connections_open, 0);
    /* The answer still comes, to nobody; what it was made from is there. */
    answer_held(s);
    stop(s);
}

/* As nc -N does: what is shut is its sending half, and it wants its answer. */
static void
a_client_that_sends_no_more_still_gets_its_answer(void **context)
{
    (void)context;
    struct http_limits limits = http_fixture_limits();
    struct state *s = start(&limits);
    int fd = http_fixture_connect(&s->f);
    ask(fd, "/later");
    assert_int_equal(shutdown(fd, SHUT_WR), 0);
    assert_int_equal(http_client_read(fd, &s->head, &s->body), 100);
    http_fixture_await(&s->f.metrics.requests_waiting, 1);
    answer_held(s);
    assert_int_equal(http_client_read(fd, &s->head, &s->body), 200);
    assert_span_text(buf_span(&s->body), "/later+etc");
    assert_true(http_client_closed(fd));
    (void)close(fd);
    stop(s);
}

/* And when it then leaves altogether, its place is free. */
static void
a_client_that_sends_no_more_may_still_vanish(void **context)
{
    (void)context;
    struct http_limits limits = http_fixture_limits();
    struct state *s = start(&limits);
    int fd = http_fixture_connect(&s->f);
    ask(fd, "/later");
    assert_int_equal(shutdown(fd, SHUT_WR), 0);
    assert_int_equal(http_client_read(fd, &s->head, &s->body), 100);
    const struct linger now = { .l_onoff = 1 };
    assert_int_equal(
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now)), 0);
    (void)close(fd);
    http_fixture_await(&s->f.metrics.requests_waiting, 0);
    stop(s);
}

/* A client of HTTP/1.0 must not be sent a 100: its FIN is taken for its end. */
static void
an_old_client_that_sends_no_more_has_left(void **context)
{
    (void)context;
    struct http_limits limits = http_fixture_limits();
    struct state *s = start(&limits);
    int fd = http_fixture_connect(&s->f);
    http_client_send(fd, "POST /later HTTP/1.0\r\nContent-Length: 1\r\n\r\n+");
    http_fixture_await(&s->f.metrics.requests_waiting, 1);
    assert_int_equal(shutdown(fd, SHUT_WR), 0);
    http_fixture_await(&s->f.metrics.requests_waiting, 0);
    assert_true(http_client_closed(fd));
    (void)close(fd);
    stop(s);
}

static void
an_answer_past_its_deadline_is_500_and_the_late_one_is_dropped(void **context)
{
    (void)context;
    struct http_limits limits = http_fixture_limits();
    limits.answer_ms = 50;
    struct state *s = start(&limits);
    int fd = http_fixture_connect(&s->f);
    ask(fd, "/later");
    assert_int_equal(http_client_read(fd, &s->head, &s->body), 500);
    assert_non_null(
        strstr(buf_text(&s->body), "\"DependencyTimeoutException\""));
    ask(fd, "/now");
    assert_int_equal(http_client_read(fd, &s->head, &s->body), 200);
    assert_span_text(buf_span(&s->body), "/now+etc");
    answer_held(s);
    (void)close(fd);
    stop(s);
}

/* Answers what is held a little after the stop has begun. */
static void *
answer_soon(void *context)
{
    struct state *s = context;
    const struct timespec soon = { 0, 50 * 1000000L };
    (void)nanosleep(&soon, NULL);
    s->answering = true;
    answer_held(s);
    return NULL;
}

static void
the_stop_lets_a_waiting_request_finish_within_its_grace(void **context)
{
    (void)context;
    pthread_t thread;
    struct http_limits limits = http_fixture_limits();
    struct state *s = start(&limits);
    int fd = http_fixture_connect(&s->f);
    ask(fd, "/later");
    http_fixture_await(&s->f.metrics.requests_waiting, 1);
    assert_int_equal(pthread_create(&thread, NULL, answer_soon, s), 0);
    http_fixture_stop(&s->f, 10 * 1000);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(http_client_read(fd, &s->head, &s->body), 200);
    assert_non_null(strstr(buf_text(&s->head), "Connection: close"));
    (void)close(fd);
    buf_reset(&s->head);
    buf_reset(&s->body);
    (void)pthread_mutex_destroy(&s->lock);
    free(s);
}

static void
the_stop_drops_those_that_still_wait_after_its_grace(void **context)
{
    (void)context;
    pthread_t thread;
    int fds[8];
    struct http_limits limits = http_fixture_limits();
    struct state *s = start(&limits);
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        fds[i] = http_fixture_connect(&s->f);
        ask(fds[i], "/later");
    }
    http_fixture_await(&s->f.metrics.requests_waiting, ARRAY_LEN(fds));
    net_loop_stop(s->f.loop);
    http_server_stop(s->f.server, 10);
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        assert_true(http_client_closed(fds[i]));
        (void)close(fds[i]);
    }
    /* The end of the server waits for the answers, late as they are. */
    assert_int_equal(pthread_create(&thread, NULL, answer_soon, s), 0);
    http_server_free(s->f.server);
    assert_int_equal(pthread_join(thread, NULL), 0);
    net_listener_free(s->f.listener);
    net_loop_free(s->f.loop);
    (void)pthread_mutex_destroy(&s->lock);
    free(s);
}

/* A handler that is still busy when the stop comes, and answers later. */
static void
block_then_hold(void *context, const struct service_request *request,
    service_done_fn *done, void *done_context)
{
    const struct timespec a_while = { 0, 100 * 1000000L };
    hold(context, request, done, done_context);
    (void)nanosleep(&a_while, NULL);
}

static void
a_request_handled_during_the_stop_is_waited_for(void **context)
{
    (void)context;
    pthread_t thread;
    struct http_limits limits = http_fixture_limits();
    struct state *s = calloc(1, sizeof(*s));
    assert_non_null(s);
    assert_int_equal(pthread_mutex_init(&s->lock, NULL), 0);
    http_fixture_start(&s->f, &limits, block_then_hold, s);
    int fd = http_fixture_connect(&s->f);
    ask(fd, "/later");
    http_fixture_await(&s->count, 1);
    net_loop_stop(s->f.loop);
    http_server_stop(s->f.server, 0);
    assert_true(http_client_closed(fd));
    assert_int_equal(pthread_create(&thread, NULL, answer_soon, s), 0);
    http_server_free(s->f.server);
    assert_true(s->answering);
    assert_int_equal(pthread_join(thread, NULL), 0);
    (void)close(fd);
    net_listener_free(s->f.listener);
    net_loop_free(s->f.loop);
    (void)pthread_mutex_destroy(&s->lock);
    free(s);
}

/* As one whose TLS handshake ends during the stop. */
static void
a_connection_that_comes_after_the_stop_is_closed(void **context)
{
    int pair[2];
    char byte;
    (void)context;
    struct http_limits limits = http_fixture_limits();
    struct state *s = start(&limits);
    uint64_t refused = s->f.metrics.connections_refused;
    http_server_stop(s->f.server, 0);
    assert_int_equal(
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    http_server_take(s->f.server, pair[0], net_listener_address(s->f.listener));
    assert_int_equal(recv(pair[1], &byte, 1, 0), 0);
    assert_int_equal(s->f.metrics.connections_refused, refused + 1);
    (void)close(pair[1]);
    stop(s);
}

/* Those that no thread of the server has seen yet: the sanitizer of threads
 * says where they are left to the stop. */
static void
connections_that_come_just_before_the_stop_are_closed(void **context)
{
    int pairs[64][2];
    char byte;
    (void)context;
    struct http_limits limits = http_fixture_limits();
    limits.connections = ARRAY_LEN(pairs);
    struct state *s = start(&limits);
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        assert_int_equal(
            socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pairs[i]), 0);
        http_server_take(
            s->f.server, pairs[i][0], net_listener_address(s->f.listener));
    }
    http_server_stop(s->f.server, 0);
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        assert_int_equal(recv(pairs[i][1], &byte, 1, 0), 0);
        (void)close(pairs[i][1]);
    }
    stop(s);
}

static void
a_request_that_trickles_is_cut_at_its_deadline(void **context)
{
    static const char *const halves[] = { "", "GET / HT",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nfive5" };
    (void)context;
    struct http_limits limits = http_fixture_limits();
    limits.idle_ms = 50;
    limits.request_ms = 50;
    struct state *s = start(&limits);
    for (size_t i = 0; i < ARRAY_LEN(halves); i++) {
        int fd = http_fixture_connect(&s->f);
        http_client_send(fd, halves[i]);
        assert_true(http_client_closed(fd));
        (void)close(fd);
    }
    assert_int_equal(s->f.metrics.connections_expired, ARRAY_LEN(halves));
    stop(s);
}

static void
half_open_connections_do_not_keep_others_out(void **context)
{
    (void)context;
    int fds[64];
    struct http_limits limits = http_fixture_limits();
    limits.connections = 16;
    struct state *s = start(&limits);
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        fds[i] = http_fixture_connect(&s->f);
        http_client_send(fds[i], "POST / HTTP/1.1\r\nHost: h\r\nX-");
    }
    for (int i = 0; i < 20; i++) {
        int fd = http_fixture_connect(&s->f);
        ask(fd, "/now");
        assert_int_equal(http_client_read(fd, &s->head, &s->body), 200);
        (void)close(fd);
    }
    for (size_t i = 0; i < ARRAY_LEN(fds); i++)
        (void)close(fds[i]);
    assert_true(s->f.metrics.connections_expired > 0);
    stop(s);
}

static void
waiting_requests_are_not_cut_to_make_room(void **context)
{
    (void)context;
    int fds[4];
    struct http_limits limits = http_fixture_limits();
    limits.connections = ARRAY_LEN(fds);
    struct state *s = start(&limits);
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        fds[i] = http_fixture_connect(&s->f);
        ask(fds[i], "/later");
    }
    http_fixture_await(&s->f.metrics.requests_waiting, ARRAY_LEN(fds));
    int more = http_fixture_connect(&s->f);
    assert_true(http_client_closed(more));
    (void)close(more);
    assert_int_equal(s->f.metrics.connections_refused, 1);
    answer_held(s);
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        assert_int_equal(http_client_read(fds[i], &s->head, &s->body), 200);
        (void)close(fds[i]);
    }
    stop(s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            an_answer_that_comes_later_is_sent_and_the_connection_goes_on),
        cmocka_unit_test(an_answer_that_races_the_suspension_is_sent),
        cmocka_unit_test(many_wait_and_others_are_served_meanwhile),
        cmocka_unit_test(a_client_that_vanishes_while_waiting_frees_its_place),
        cmocka_unit_test(a_client_that_sends_no_more_still_gets_its_answer),
        cmocka_unit_test(a_client_that_sends_no_more_may_still_vanish),
        cmocka_unit_test(an_old_client_that_sends_no_more_has_left),
        cmocka_unit_test(
            an_answer_past_its_deadline_is_500_and_the_late_one_is_dropped),
        cmocka_unit_test(
            the_stop_lets_a_waiting_request_finish_within_its_grace),
        cmocka_unit_test(the_stop_drops_those_that_still_wait_after_its_grace),
        cmocka_unit_test(a_request_handled_during_the_stop_is_waited_for),
        cmocka_unit_test(a_connection_that_comes_after_the_stop_is_closed),
        cmocka_unit_test(connections_that_come_just_before_the_stop_are_closed),
        cmocka_unit_test(a_request_that_trickles_is_cut_at_its_deadline),
        cmocka_unit_test(half_open_connections_do_not_keep_others_out),
        cmocka_unit_test(waiting_requests_are_not_cut_to_make_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
