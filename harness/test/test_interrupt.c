/* SPDX-License-Identifier: Apache-2.0 */
/* An interrupt stays pending for the life of a process, so all that happens
 * after one is in this program, and the tests build on each other. */
#include "base/clock.h"
#include "http/http.h"
#include "process/interrupt.h"
#include "process/process.h"
#include "process/workspace.h"
#include "rpc/rpc.h"
#include "support_grpc.h"
#include "support_server.h"
#include "test/check.h"

#include <signal.h>
#include <stdio.h>

enum { PATIENCE_MS = 60000 };

static struct workspace *workspace;

static int
set_up(void **state)
{
    (void)state;
    signal(SIGHUP, SIG_IGN); /* as nohup does */
    if (interrupt_init() != STATUS_OK)
        return -1;
    return workspace_new(&workspace) == STATUS_OK ? 0 : -1;
}

static int
tear_down(void **state)
{
    (void)state;
    workspace_free(workspace);
    return 0;
}

static void
nothing_is_pending_at_first(void **state)
{
    struct interrupt taken;

    (void)state;
    assert_true(interrupt_fd() >= 0);
    assert_false(interrupt_take(&taken));
    assert_int_equal(interrupt_pending(), 0);
    assert_ok(interrupt_sleep(1));
}

static void
what_was_ignored_stays_ignored(void **state)
{
    (void)state;
    assert_int_equal(raise(SIGHUP), 0);
    assert_int_equal(interrupt_pending(), 0);
}

static void
an_attended_program_gets_the_signals(void **state)
{
    const char *argv[] = { "sh", "-c",
        "trap 'exit 9' TERM; kill -TERM $PPID; while :; do sleep 0.1; done",
        NULL };
    struct process_options options = { .argv = argv };
    struct process *process = NULL;
    int code = -1;

    (void)state;
    assert_ok(process_start(&options, &process));
    assert_ok(process_attend(process, &code));
    assert_int_equal(code, 9);
    assert_int_equal(interrupt_pending(), 0);
    process_free(process);
}

/* From here on an interrupt is pending. */
static void
a_signal_is_pending_and_stays_so(void **state)
{
    (void)state;
    assert_int_equal(raise(SIGTERM), 0);
    assert_int_equal(interrupt_pending(), SIGTERM);
    assert_int_equal(raise(SIGINT), 0);
    assert_int_equal(interrupt_pending(), SIGTERM);
    assert_int_equal(interrupt_sleep(PATIENCE_MS), STATUS_CANCELLED);
}

static void
waiting_for_a_program_ends_but_stopping_it_does_not(void **state)
{
    const char *argv[] = { "sleep", "60", NULL };
    struct process_options options = { .argv = argv, .daemon = true };
    struct process *process = NULL;
    struct buf line = { 0 };
    int code = -1;

    (void)state;
    assert_ok(process_start(&options, &process));
    assert_int_equal(
        process_read_line(process, PATIENCE_MS, &line), STATUS_CANCELLED);
    assert_int_equal(
        process_wait(process, PATIENCE_MS, &code), STATUS_CANCELLED);
    assert_int_equal(code, -1);
    assert_true(process_running(process));
    assert_int_equal(process_stop(process), 128 + SIGTERM);
    process_free(process);
}

static void
an_http_request_ends(void **state)
{
    struct server *server = server_start(NULL);
    struct http_request request = { .url = server_url(server),
        .timeout_ms = PATIENCE_MS };
    struct http_answer answer = { 0 };

    (void)state;
    assert_int_equal(http_send(&request, &answer, NULL), STATUS_CANCELLED);
    assert_int_equal(answer.status, 0);
    server_stop(server, NULL);
}

static void
a_call_to_a_plugin_ends(void **state)
{
    struct script script = { .silent = true };
    struct rpc_channel *channel = NULL;
    struct grpc_error error = { 0 };
    struct grpc_double *server;
    struct buf answer = { 0 };
    char path[128], endpoint[160];

    (void)state;
    snprintf(path, sizeof(path), "%s/s", workspace_path(workspace));
    snprintf(endpoint, sizeof(endpoint), "unix://%s", path);
    server = grpc_double_start(path, &script);
    assert_ok(rpc_channel_new(span_text(endpoint), RPC_WAIT, &channel));
    assert_int_equal(rpc_call(channel, "/x.Y/Z", SPAN_LITERAL(""), PATIENCE_MS,
                         &answer, &error),
        STATUS_CANCELLED);
    assert_int_equal(error.code, GRPC_CODE_CANCELLED);
    assert_int_equal(answer.len, 0);
    grpc_error_reset(&error);
    rpc_channel_free(channel);
    grpc_double_stop(server, NULL, NULL, NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_pending_at_first),
        cmocka_unit_test(what_was_ignored_stays_ignored),
        cmocka_unit_test(an_attended_program_gets_the_signals),
        cmocka_unit_test(a_signal_is_pending_and_stays_so),
        cmocka_unit_test(waiting_for_a_program_ends_but_stopping_it_does_not),
        cmocka_unit_test(an_http_request_ends),
        cmocka_unit_test(a_call_to_a_plugin_ends),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
