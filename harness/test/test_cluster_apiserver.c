/* SPDX-License-Identifier: Apache-2.0 */
/* The life of a kube-apiserver, with a program in its place that never
 * serves: a shell script that says on stderr how it was called. */
#include "base/file.h"
#include "cluster/apiserver.h"
#include "process/interrupt.h"
#include "test/check.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>

struct lab {
    struct workspace *workspace;
    struct buf program, problem;
    struct apiserver *apiserver;
};

static void
write_program(struct lab *lab, const char *script)
{
    assert_ok(file_replace(buf_text(&lab->program), 0700, span_text(script)));
}

static int
set_up(void **state)
{
    struct lab *lab = calloc(1, sizeof(*lab));
    assert_non_null(lab);
    assert_ok(workspace_new(&lab->workspace));
    assert_ok(workspace_file(lab->workspace, "program", &lab->program));
    write_program(lab, "#!/bin/sh\necho \"called $*\" >&2\nexec sleep 60\n");
    *state = lab;
    return 0;
}

static int
tear_down(void **state)
{
    struct lab *lab = *state;
    apiserver_free(lab->apiserver);
    workspace_free(lab->workspace);
    buf_reset(&lab->program);
    buf_reset(&lab->problem);
    free(lab);
    return 0;
}

static void
launch(struct lab *lab)
{
    const struct apiserver_options options = {
        .program = buf_text(&lab->program),
        .etcd_endpoint = "http://127.0.0.1:1",
        .workspace = lab->workspace,
        .encryption_config = "/nowhere/enc.yaml",
        .reload = true,
    };
    assert_ok(apiserver_launch(&options, &lab->apiserver, &lab->problem));
}

/* Waits until the log has `count` calls, and returns the log. */
static struct buf
log_of_calls(const struct lab *lab, size_t count)
{
    for (int i = 0; i < 1000; i++) {
        struct buf log = { 0 };
        struct span rest, line;
        size_t calls = 0;
        if (file_read(apiserver_log(lab->apiserver), 65536, &log) == STATUS_OK)
            for (rest = buf_span(&log); span_cut(rest, '\n', &line, &rest);)
                calls++;
        if (calls >= count)
            return log;
        buf_reset(&log);
        assert_ok(interrupt_sleep(10));
    }
    fail_msg("the program was not called %zu times", count);
    return (struct buf){ 0 };
}

static void
launched_it_is_not_waited_for(void **state)
{
    struct lab *lab = *state;
    size_t at;
    launch(lab);
    assert_true(process_running(apiserver_process(lab->apiserver)));
    struct buf log = log_of_calls(lab, 1);
    assert_true(span_search(buf_span(&log),
        SPAN_LITERAL("--encryption-provider-config /nowhere/enc.yaml "
                     "--encryption-provider-config-automatic-reload=true"),
        &at));
    buf_reset(&log);
}

static void
run_again_it_keeps_its_place_and_its_log(void **state)
{
    struct lab *lab = *state;
    struct buf url = { 0 };
    launch(lab);
    assert_ok(buf_append_text(&url, apiserver_server(lab->apiserver)->url));
    struct buf log = log_of_calls(lab, 1);
    buf_reset(&log);
    apiserver_kill(lab->apiserver);
    assert_null(apiserver_process(lab->apiserver));
    apiserver_stop(lab->apiserver);
    assert_ok(apiserver_relaunch(lab->apiserver, &lab->problem));
    assert_true(process_running(apiserver_process(lab->apiserver)));
    assert_string_equal(apiserver_server(lab->apiserver)->url, buf_text(&url));
    log = log_of_calls(lab, 2);
    buf_reset(&log);
    buf_reset(&url);
}

static void
one_that_gives_up_is_told_in_its_own_words(void **state)
{
    struct lab *lab = *state;
    size_t at;
    write_program(lab, "#!/bin/sh\necho 'E \"command failed\" err=\"no "
                       "such thing\"' >&2\n");
    launch(lab);
    assert_int_equal(
        apiserver_await(lab->apiserver, &lab->problem), STATUS_DENIED);
    assert_true(span_search(buf_span(&lab->problem),
        SPAN_LITERAL("does not start: no such thing"), &at));
}

static void
ended_it_cannot_be_waited_for(void **state)
{
    struct lab *lab = *state;
    launch(lab);
    apiserver_kill(lab->apiserver);
    assert_int_equal(
        apiserver_await(lab->apiserver, &lab->problem), STATUS_UNAVAILABLE);
    assert_true(lab->problem.len > 0);
}

int
main(void)
{
#define WITH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    static const struct CMUnitTest tests[] = {
        WITH(launched_it_is_not_waited_for),
        WITH(run_again_it_keeps_its_place_and_its_log),
        WITH(one_that_gives_up_is_told_in_its_own_words),
        WITH(ended_it_cannot_be_waited_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
