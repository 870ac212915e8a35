/* SPDX-License-Identifier: Apache-2.0 */
/* The gRPC server by itself, over a real socket. */
#define _GNU_SOURCE /* mkdtemp */
#include "base/clock.h"
#include "base/monitor.h"
#include "grpc/rpc_internal.h"
#include "grpc/rpc_server.h"
#include "socket/acceptor.h"
#include "socket/unix_socket.h"
#include "support_rpc.h"
#include "test/check.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    MESSAGE_MAX = 4096,
    HELD_MAX = 300,
    GRACE_MS = 400,
    CANCEL_MS = 3000,
    PATIENCE_MS = 20000
};

struct lab {
    char folder[64], path[96];
    struct unix_socket *socket;
    struct rpc_server *server;
    struct acceptor *acceptor;
    struct support_rpc *client;
    /* Calls that wait for the test to answer them. */
    struct monitor monitor;
    struct rpc_call *held[HELD_MAX];
    size_t held_count, cancelled, released;
    int64_t deadline_ms;
};

static void
echo(void *context, struct rpc_call *call, struct span message)
{
    (void)context;
    struct buf answer = { 0 };
    assert_ok(buf_append(&answer, message));
    rpc_call_answer(call, &answer);
    buf_reset(&answer);
}

static void
refuse(void *context, struct rpc_call *call, struct span message)
{
    (void)context;
    (void)message;
    rpc_call_fail(
        call, GRPC_CODE_FAILED_PRECONDITION, SPAN_LITERAL("not today: é"));
}

static void
count_cancel(void *state)
{
    struct lab *lab = state;
    monitor_lock(&lab->monitor);
    lab->cancelled++;
    monitor_signal(&lab->monitor);
    monitor_unlock(&lab->monitor);
}

static void
count_release(void *state)
{
    struct lab *lab = state;
    monitor_lock(&lab->monitor);
    lab->released++;
    monitor_signal(&lab->monitor);
    monitor_unlock(&lab->monitor);
}

static void
hold(void *context, struct rpc_call *call, struct span message)
{
    struct lab *lab = context;
    (void)message;
    rpc_call_keep(
        call, (struct rpc_call_state){ count_cancel, count_release, lab });
    monitor_lock(&lab->monitor);
    lab->deadline_ms = rpc_call_deadline_ms(call);
    lab->held[lab->held_count++] = call;
    monitor_signal(&lab->monitor);
    monitor_unlock(&lab->monitor);
}

static const struct rpc_method methods[] = { { "/t.T/Echo", echo },
    { "/t.T/Refuse", refuse }, { "/t.T/Hold", hold } };

static void
take_connection(void *server, int fd)
{
    rpc_server_add_connection(server, fd);
}

static int
open_lab(void **state)
{
    struct lab *lab = calloc(1, sizeof(*lab));
    assert_non_null(lab);
    assert_ok(monitor_init(&lab->monitor));
    (void)snprintf(lab->folder, sizeof(lab->folder), "/tmp/kms-XXXXXX");
    assert_non_null(mkdtemp(lab->folder));
    (void)snprintf(lab->path, sizeof(lab->path), "%s/s", lab->folder);
    const struct unix_socket_options socket = { .address = lab->path };
    assert_ok(unix_socket_new(&socket, &lab->socket));
    const struct rpc_server_options options = { methods, ARRAY_LEN(methods),
        lab, MESSAGE_MAX, 0 };
    assert_ok(rpc_server_new(&options, &lab->server));
    assert_ok(acceptor_new(unix_socket_fd(lab->socket), take_connection,
        lab->server, &lab->acceptor));
    lab->client = support_rpc_new(lab->path);
    *state = lab;
    return 0;
}

static enum status
stop_server(struct lab *lab)
{
    acceptor_free(lab->acceptor);
    lab->acceptor = NULL;
    enum status st = rpc_server_stop(lab->server, GRACE_MS, CANCEL_MS);
    if (st == STATUS_OK) {
        rpc_server_free(lab->server);
        lab->server = NULL;
    }
    return st;
}

static int
close_lab(void **state)
{
    struct lab *lab = *state;
    support_rpc_free(lab->client);
    if (lab->server != NULL)
        assert_ok(stop_server(lab));
    unix_socket_free(lab->socket);
    monitor_reset(&lab->monitor);
    (void)rmdir(lab->folder);
    free(lab);
    return 0;
}

static size_t
wait_for(struct lab *lab, const size_t *counter, size_t wanted)
{
    struct clock clock = clock_monotonic();
    int64_t end_ms = clock_ms(&clock) + PATIENCE_MS;
    monitor_lock(&lab->monitor);
    while (*counter < wanted && monitor_wait(&lab->monitor, end_ms))
        ;
    size_t reached = *counter;
    monitor_unlock(&lab->monitor);
    return reached;
}

static void
a_message_is_answered(void **state)
{
    struct lab *lab = *state;
    struct buf answer = { 0 };
    for (int i = 0; i < 50; i++) {
        buf_clear(&answer);
        assert_int_equal(
            support_rpc_call(lab->client, "/t.T/Echo",
                SPAN_LITERAL("hello, long enough for a slice"), &answer, NULL),
            GRPC_CODE_OK);
        assert_span_text(buf_span(&answer), "hello, long enough for a slice");
    }
    buf_reset(&answer);
}

static void
an_empty_message_is_answered(void **state)
{
    struct lab *lab = *state;
    struct buf answer = { 0 };
    assert_int_equal(support_rpc_call(lab->client, "/t.T/Echo",
                         (struct span){ NULL, 0 }, &answer, NULL),
        GRPC_CODE_OK);
    assert_int_equal(answer.len, 0);
    buf_reset(&answer);
}

static void
a_failure_has_its_code_and_text(void **state)
{
    struct lab *lab = *state;
    struct buf details = { 0 };
    assert_int_equal(support_rpc_call(lab->client, "/t.T/Refuse",
                         SPAN_LITERAL("x"), NULL, &details),
        GRPC_CODE_FAILED_PRECONDITION);
    assert_string_equal(buf_text(&details), "not today: é");
    buf_reset(&details);
}

static void
a_method_nobody_registered_is_unimplemented(void **state)
{
    struct lab *lab = *state;
    for (int i = 0; i < 5; i++)
        assert_int_equal(support_rpc_call(lab->client, "/t.T/None",
                             SPAN_LITERAL("x"), NULL, NULL),
            GRPC_CODE_UNIMPLEMENTED);
}

static void
a_message_over_the_limit_is_refused_and_the_next_call_works(void **state)
{
    struct lab *lab = *state;
    static uint8_t large[MESSAGE_MAX + 1];
    assert_int_equal(support_rpc_call(lab->client, "/t.T/Echo",
                         span_of(large, sizeof(large)), NULL, NULL),
        GRPC_CODE_RESOURCE_EXHAUSTED);
    assert_int_equal(support_rpc_call(lab->client, "/t.T/Echo",
                         span_of(large, MESSAGE_MAX), NULL, NULL),
        GRPC_CODE_OK);
}

static void
a_call_can_be_answered_from_another_thread(void **state)
{
    struct lab *lab = *state;
    struct buf answer = { 0 }, message = { 0 };
    struct support_rpc_call *call =
        support_rpc_start(lab->client, "/t.T/Hold", SPAN_LITERAL("x"), 10000);
    assert_int_equal(wait_for(lab, &lab->held_count, 1), 1);
    assert_ok(buf_append_text(&message, "later"));
    rpc_call_answer(lab->held[0], &message);
    assert_int_equal(support_rpc_finish(call, &answer, NULL), GRPC_CODE_OK);
    assert_span_text(buf_span(&answer), "later");
    assert_int_equal(wait_for(lab, &lab->released, 1), 1);
    assert_int_equal(lab->cancelled, 0);
    buf_reset(&answer);
    buf_reset(&message);
}

static void
the_deadline_of_the_client_is_known(void **state)
{
    struct lab *lab = *state;
    struct clock clock = clock_monotonic();
    struct support_rpc_call *call =
        support_rpc_start(lab->client, "/t.T/Hold", SPAN_LITERAL("x"), 5000);
    assert_int_equal(wait_for(lab, &lab->held_count, 1), 1);
    int64_t left_ms = lab->deadline_ms - clock_ms(&clock);
    assert_in_range(left_ms, 1, 5100);
    rpc_call_fail(lab->held[0], GRPC_CODE_INTERNAL, SPAN_LITERAL("enough"));
    (void)support_rpc_finish(call, NULL, NULL);
    call = support_rpc_start(lab->client, "/t.T/Hold", SPAN_LITERAL("x"), 0);
    assert_int_equal(wait_for(lab, &lab->held_count, 2), 2);
    assert_true(lab->deadline_ms == INT64_MAX);
    rpc_call_fail(lab->held[1], GRPC_CODE_INTERNAL, SPAN_LITERAL("enough"));
    (void)support_rpc_finish(call, NULL, NULL);
}

static void
a_cancelled_call_is_told_and_can_still_be_finished(void **state)
{
    struct lab *lab = *state;
    struct support_rpc_call *call =
        support_rpc_start(lab->client, "/t.T/Hold", SPAN_LITERAL("x"), 10000);
    assert_int_equal(wait_for(lab, &lab->held_count, 1), 1);
    support_rpc_cancel(call);
    assert_int_equal(support_rpc_finish(call, NULL, NULL), GRPC_CODE_CANCELLED);
    assert_int_equal(wait_for(lab, &lab->cancelled, 1), 1);
    assert_int_equal(lab->released, 0);
    rpc_call_fail(lab->held[0], GRPC_CODE_CANCELLED, SPAN_LITERAL("gone"));
    assert_int_equal(wait_for(lab, &lab->released, 1), 1);
}

static void
a_client_that_vanishes_cancels_its_calls(void **state)
{
    struct lab *lab = *state;
    struct support_rpc *other = support_rpc_new(lab->path);
    struct support_rpc_call *call =
        support_rpc_start(other, "/t.T/Hold", SPAN_LITERAL("x"), 10000);
    assert_int_equal(wait_for(lab, &lab->held_count, 1), 1);
    support_rpc_cancel(call);
    (void)support_rpc_finish(call, NULL, NULL);
    support_rpc_free(other);
    assert_int_equal(wait_for(lab, &lab->cancelled, 1), 1);
    rpc_call_fail(lab->held[0], GRPC_CODE_CANCELLED, SPAN_LITERAL("gone"));
    assert_int_equal(wait_for(lab, &lab->released, 1), 1);
}

static void
many_calls_hang_and_another_is_answered(void **state)
{
    struct lab *lab = *state;
    static struct support_rpc_call *calls[200];
    for (size_t i = 0; i < 200; i++)
        calls[i] = support_rpc_start(
            lab->client, "/t.T/Hold", SPAN_LITERAL("x"), 10000);
    assert_int_equal(wait_for(lab, &lab->held_count, 200), 200);
    assert_int_equal(support_rpc_call(lab->client, "/t.T/Echo",
                         SPAN_LITERAL("x"), NULL, NULL),
        GRPC_CODE_OK);
    for (size_t i = 0; i < 200; i++)
        rpc_call_fail(lab->held[i], GRPC_CODE_ABORTED, SPAN_LITERAL("enough"));
    for (size_t i = 0; i < 200; i++)
        assert_int_equal(
            support_rpc_finish(calls[i], NULL, NULL), GRPC_CODE_ABORTED);
    assert_int_equal(wait_for(lab, &lab->released, 200), 200);
}

/* Finishes calls when they are told of their end, as the service does. */
static void *
finish_when_cancelled(void *context)
{
    struct lab *lab = context;
    (void)wait_for(lab, &lab->cancelled, 1);
    rpc_call_fail(lab->held[0], GRPC_CODE_CANCELLED, SPAN_LITERAL("stopping"));
    return NULL;
}

static void
stopping_cancels_what_does_not_finish_in_time(void **state)
{
    struct lab *lab = *state;
    pthread_t finisher;
    struct support_rpc_call *call =
        support_rpc_start(lab->client, "/t.T/Hold", SPAN_LITERAL("x"), 10000);
    assert_int_equal(wait_for(lab, &lab->held_count, 1), 1);
    assert_int_equal(
        pthread_create(&finisher, NULL, finish_when_cancelled, lab), 0);
    assert_ok(stop_server(lab));
    assert_int_equal(pthread_join(finisher, NULL), 0);
    assert_int_not_equal(support_rpc_finish(call, NULL, NULL), GRPC_CODE_OK);
    assert_int_equal(lab->cancelled, 1);
    assert_int_equal(lab->released, 1);
}

/* Answers once the server has begun to stop. */
static void *
answer_soon(void *context)
{
    struct lab *lab = context;
    struct buf message = { 0 };
    (void)poll(NULL, 0, GRACE_MS / 4);
    assert_ok(buf_append_text(&message, "in time"));
    rpc_call_answer(lab->held[0], &message);
    buf_reset(&message);
    return NULL;
}

static void
stopping_lets_a_call_finish_that_is_under_way(void **state)
{
    struct lab *lab = *state;
    pthread_t answerer;
    struct buf answer = { 0 };
    struct support_rpc_call *call =
        support_rpc_start(lab->client, "/t.T/Hold", SPAN_LITERAL("x"), 10000);
    assert_int_equal(wait_for(lab, &lab->held_count, 1), 1);
    assert_int_equal(pthread_create(&answerer, NULL, answer_soon, lab), 0);
    assert_ok(stop_server(lab));
    assert_int_equal(pthread_join(answerer, NULL), 0);
    assert_int_equal(support_rpc_finish(call, &answer, NULL), GRPC_CODE_OK);
    assert_span_text(buf_span(&answer), "in time");
    assert_int_equal(lab->cancelled, 0);
    buf_reset(&answer);
}

static void
stopping_tells_of_a_call_that_nobody_finishes(void **state)
{
    struct lab *lab = *state;
    struct support_rpc_call *call =
        support_rpc_start(lab->client, "/t.T/Hold", SPAN_LITERAL("x"), 10000);
    assert_int_equal(wait_for(lab, &lab->held_count, 1), 1);
    acceptor_free(lab->acceptor);
    lab->acceptor = NULL;
    assert_int_equal(rpc_server_stop(lab->server, 50, 50), STATUS_TIMEOUT);
    rpc_call_fail(lab->held[0], GRPC_CODE_ABORTED, SPAN_LITERAL("late"));
    (void)support_rpc_finish(call, NULL, NULL);
    assert_int_equal(wait_for(lab, &lab->released, 1), 1);
    rpc_server_free(lab->server);
    lab->server = NULL;
}

/* Core's own copy of what came holds a plaintext too. */
static void
a_message_is_wiped_where_core_had_it(void **state)
{
    (void)state;
    uint8_t secret[400];
    struct buf taken = { 0 };
    memset(secret, 's', sizeof(secret));
    grpc_slice slice =
        grpc_slice_from_copied_buffer((const char *)secret, sizeof(secret));
    grpc_byte_buffer *payload = grpc_raw_byte_buffer_create(&slice, 1);
    assert_ok(rpc_payload_take(payload, &taken));
    assert_true(span_equal(buf_span(&taken), span_of(secret, sizeof(secret))));
    assert_int_equal(GRPC_SLICE_LENGTH(slice), sizeof(secret));
    for (size_t i = 0; i < sizeof(secret); i++)
        assert_int_equal(GRPC_SLICE_START_PTR(slice)[i], 0);
    grpc_byte_buffer_destroy(payload);
    grpc_slice_unref(slice);
    buf_reset(&taken);
}

#define IN_LAB(test) cmocka_unit_test_setup_teardown(test, open_lab, close_lab)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        IN_LAB(a_message_is_answered),
        IN_LAB(a_message_is_wiped_where_core_had_it),
        IN_LAB(an_empty_message_is_answered),
        IN_LAB(a_failure_has_its_code_and_text),
        IN_LAB(a_method_nobody_registered_is_unimplemented),
        IN_LAB(a_message_over_the_limit_is_refused_and_the_next_call_works),
        IN_LAB(a_call_can_be_answered_from_another_thread),
        IN_LAB(the_deadline_of_the_client_is_known),
        IN_LAB(a_cancelled_call_is_told_and_can_still_be_finished),
        IN_LAB(a_client_that_vanishes_cancels_its_calls),
        IN_LAB(many_calls_hang_and_another_is_answered),
        IN_LAB(stopping_cancels_what_does_not_finish_in_time),
        IN_LAB(stopping_lets_a_call_finish_that_is_under_way),
        IN_LAB(stopping_tells_of_a_call_that_nobody_finishes),
    };
    if (support_rpc_skipped())
        return 0;
    return cmocka_run_group_tests_name("grpc server", tests, NULL, NULL);
}
