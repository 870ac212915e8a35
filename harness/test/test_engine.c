/* SPDX-License-Identifier: Apache-2.0 */
/* What a container engine's failures mean, told by programs that fail in its
 * words. What works is tested with a real one, in harness/test/kind. */
#include "engine/engine.h"
#include "engine/engine_words.h"
#include "process/workspace.h"
#include "test/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static struct workspace *workspace;
static struct buf program; /* "docker" in it */

static int
make_workspace(void **state)
{
    (void)state;
    return workspace_new(&workspace) == STATUS_OK &&
                   workspace_file(workspace, "docker", &program) == STATUS_OK
               ? 0
               : -1;
}

static int
free_workspace(void **state)
{
    (void)state;
    buf_reset(&program);
    workspace_free(workspace);
    return 0;
}

/* A program that says `words` on stderr and ends with `code`. */
static struct engine
failing(const char *words, int code)
{
    FILE *file = fopen(buf_text(&program), "w");

    assert_non_null(file);
    fprintf(
        file, "#!/bin/sh\ncat >&2 <<'END'\n%s\nEND\nexit %d\n", words, code);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(buf_text(&program), 0700), 0);
    return (struct engine){ .program = buf_text(&program) };
}

static bool
mentions(const struct buf *text, const char *words)
{
    size_t at;

    return span_search(buf_span(text), span_text(words), &at);
}

static void
no_permission_says_what_to_join(void **state)
{
    struct engine engine = failing(
        "Got permission denied while trying to connect to the Docker daemon"
        " socket at unix:///var/run/docker.sock: dial unix"
        " /var/run/docker.sock: connect: permission denied",
        1);
    struct buf problem = { 0 };

    (void)state;
    assert_int_equal(engine_check(&engine, &problem), STATUS_DENIED);
    assert_true(mentions(&problem, "usermod -aG docker"));
    buf_reset(&problem);
}

static void
no_daemon_says_how_to_start_it(void **state)
{
    struct engine engine =
        failing("Cannot connect to the Docker daemon at"
                " unix:///var/run/docker.sock. Is the docker daemon running?",
            1);
    struct buf problem = { 0 };

    (void)state;
    assert_int_equal(engine_check(&engine, &problem), STATUS_UNAVAILABLE);
    assert_true(mentions(&problem, "systemctl start docker"));
    buf_reset(&problem);
}

static void
other_refusals_are_passed_on(void **state)
{
    struct engine engine = failing("docker: it is Sunday\n", 7);
    struct buf problem = { 0 };

    (void)state;
    assert_int_equal(engine_check(&engine, &problem), STATUS_UNAVAILABLE);
    assert_span_text(
        buf_span(&problem), "docker cannot be used: docker: it is Sunday");
    buf_reset(&problem);
}

static void
a_missing_program_says_what_to_install(void **state)
{
    struct engine engine = { .program = "no-such-engine-here" };
    struct buf problem = { 0 };

    (void)state;
    assert_int_equal(engine_check(&engine, &problem), STATUS_NOT_FOUND);
    assert_true(mentions(&problem, "install a container engine"));
    buf_reset(&problem);
}

static void
what_is_not_there_is_not_found(void **state)
{
    struct engine engine = failing("Error: No such container: a", 1);
    const char *const argv[] = { "true", NULL };
    struct buf output = { 0 }, problem = { 0 };

    (void)state;
    assert_int_equal(
        engine_exec(&engine, "a", argv, (struct span){ 0 }, &output, &problem),
        STATUS_NOT_FOUND);
    assert_span_text(
        buf_span(&problem), "docker exec a true: Error: No such container: a");
    assert_int_equal(output.len, 0);
    buf_reset(&problem);
}

static void
an_exit_code_without_words_is_told(void **state)
{
    struct engine engine = failing("", 4);
    const char *const arguments[] = { "ps", NULL };
    struct buf problem = { 0 };

    (void)state;
    assert_int_equal(
        engine_ask(&engine, arguments, NULL, &problem), STATUS_DENIED);
    assert_span_text(buf_span(&problem), "docker ps: exit code 4");
    buf_reset(&problem);
}

static void
a_port_that_is_not_published_is_not_found(void **state)
{
    struct engine engine = failing("", 0);
    struct buf address = { 0 }, problem = { 0 };

    (void)state;
    assert_int_equal(engine_port(&engine, "node", 4600, &address, &problem),
        STATUS_NOT_FOUND);
    assert_span_text(buf_span(&problem), "port 4600 of node is not published");
    assert_int_equal(address.len, 0);
    buf_reset(&problem);
}

static void
the_program_is_chosen_by_name_then_variable(void **state)
{
    struct engine engine;

    (void)state;
    unsetenv("KMSLAB_ENGINE");
    engine = engine_find(NULL);
    assert_string_equal(engine.program, "docker");
    setenv("KMSLAB_ENGINE", "/usr/bin/podman", 1);
    engine = engine_find(NULL);
    assert_string_equal(engine_name(&engine), "podman");
    engine = engine_find("nerdctl");
    assert_string_equal(engine.program, "nerdctl");
    unsetenv("KMSLAB_ENGINE");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_permission_says_what_to_join),
        cmocka_unit_test(no_daemon_says_how_to_start_it),
        cmocka_unit_test(other_refusals_are_passed_on),
        cmocka_unit_test(a_missing_program_says_what_to_install),
        cmocka_unit_test(what_is_not_there_is_not_found),
        cmocka_unit_test(an_exit_code_without_words_is_told),
        cmocka_unit_test(a_port_that_is_not_published_is_not_found),
        cmocka_unit_test(the_program_is_chosen_by_name_then_variable),
    };

    return cmocka_run_group_tests(tests, make_workspace, free_workspace);
}
