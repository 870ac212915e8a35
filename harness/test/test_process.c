/* SPDX-License-Identifier: Apache-2.0 */
#include "process/environment.h"
#include "process/process.h"
#include "process/program.h"
#include "process/unix_socket.h"
#include "process/workspace.h"
#include "test/check.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_MS = 20000 };

static void
pause_10ms(void)
{
    nanosleep(&(struct timespec){ 0, 10 * 1000 * 1000 }, NULL);
}

static enum status
start_shell(const char *script, bool daemon, struct process **out)
{
    const char *argv[] = { "sh", "-c", script, NULL };
    struct process_options options = { .argv = argv, .daemon = daemon };

    return process_start(&options, out);
}

static int
exit_code_of(const char *script)
{
    struct process *process = NULL;
    int code = -1;

    assert_ok(start_shell(script, false, &process));
    assert_ok(process_wait(process, PATIENCE_MS, &code));
    process_free(process);
    return code;
}

static void
the_exit_code_is_the_programs_own(void **state)
{
    (void)state;
    assert_int_equal(exit_code_of("exit 0"), 0);
    assert_int_equal(exit_code_of("exit 41"), 41);
    assert_int_equal(exit_code_of("kill -KILL $$"), 128 + SIGKILL);
}

static void
a_missing_program_is_not_found(void **state)
{
    const char *argv[] = { "no-such-program-here", NULL };
    struct process_options options = { .argv = argv };
    struct process *process = NULL;

    (void)state;
    assert_int_equal(process_start(&options, &process), STATUS_NOT_FOUND);
    assert_int_equal(errno, ENOENT);
    assert_null(process);
}

static void
a_file_that_may_not_be_run_is_denied(void **state)
{
    const char *argv[] = { "/etc/passwd", NULL };
    struct process_options options = { .argv = argv };
    struct process *process = NULL;

    (void)state;
    assert_int_equal(process_start(&options, &process), STATUS_DENIED);
    assert_null(process);
}

static void
a_daemons_lines_are_read_one_by_one(void **state)
{
    struct process *process = NULL;
    struct buf line = { 0 };

    (void)state;
    assert_ok(
        start_shell("printf 'one\\ntwo\\n'; exec sleep 60", true, &process));
    assert_ok(process_read_line(process, PATIENCE_MS, &line));
    assert_span_text(buf_span(&line), "one");
    buf_clear(&line);
    assert_ok(process_read_line(process, PATIENCE_MS, &line));
    assert_span_text(buf_span(&line), "two");
    assert_int_equal(process_read_line(process, 50, &line), STATUS_TIMEOUT);
    assert_span_text(buf_span(&line), "two");
    process_free(process);
    buf_reset(&line);
}

static void
a_daemon_that_ends_before_its_line_is_noticed(void **state)
{
    struct process *process = NULL;
    struct buf line = { 0 };
    int code = -1;

    (void)state;
    assert_ok(start_shell("printf 'half a line'; exit 3", true, &process));
    assert_int_equal(
        process_read_line(process, PATIENCE_MS, &line), STATUS_NOT_FOUND);
    assert_int_equal(line.len, 0);
    assert_ok(process_wait(process, PATIENCE_MS, &code));
    assert_int_equal(code, 3);
    process_free(process);
}

static void
a_line_without_end_is_too_large(void **state)
{
    struct process *process = NULL;
    struct buf line = { 0 };

    (void)state;
    assert_ok(start_shell("exec tr '\\0' x </dev/zero", true, &process));
    assert_int_equal(
        process_read_line(process, PATIENCE_MS, &line), STATUS_TOO_LARGE);
    assert_int_equal(line.len, 0);
    process_free(process);
}

static void
a_wait_that_times_out_leaves_the_program_running(void **state)
{
    struct process *process = NULL;
    int code = -1;

    (void)state;
    assert_ok(start_shell("exec sleep 60", true, &process));
    assert_int_equal(process_wait(process, 10, &code), STATUS_TIMEOUT);
    assert_int_equal(code, -1);
    assert_true(process_running(process));
    assert_int_equal(process_stop(process), 128 + SIGTERM);
    assert_false(process_running(process));
    process_free(process);
}

static void
who_does_not_listen_to_term_is_killed(void **state)
{
    const char *argv[] = { "sh", "-c",
        "trap '' TERM; echo deaf; while :; do sleep 1; done", NULL };
    struct process_options options = {
        .argv = argv, .daemon = true, .patience_ms = 300
    };
    struct process *process = NULL;
    struct buf line = { 0 };

    (void)state;
    assert_ok(process_start(&options, &process));
    assert_ok(process_read_line(process, PATIENCE_MS, &line));
    assert_int_equal(process_stop(process), 128 + SIGKILL);
    process_free(process);
    buf_reset(&line);
}

/* Gone, or dead and waiting for whoever adopted it. */
static bool
has_ended(pid_t pid)
{
    char path[64], state = 'Z';
    FILE *file;

    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    file = fopen(path, "r");
    if (file == NULL)
        return true;
    (void)!fscanf(file, "%*d (%*[^)]) %c", &state);
    fclose(file);
    return state == 'Z';
}

static void
what_a_daemon_started_ends_with_it(void **state)
{
    struct process *process = NULL;
    struct buf line = { 0 };
    pid_t grandchild;

    (void)state;
    assert_ok(start_shell("sh -c 'trap \"\" TERM; echo $$; exec sleep 60' &"
                          " wait",
        true, &process));
    assert_ok(process_read_line(process, PATIENCE_MS, &line));
    grandchild = (pid_t)strtol(buf_text(&line), NULL, 10);
    assert_true(grandchild > 1);
    process_free(process);
    for (int i = 0; i < 1000 && !has_ended(grandchild); i++)
        pause_10ms();
    assert_true(has_ended(grandchild));
    buf_reset(&line);
}

/* What the owner of a daemon that outlives it does, in a process of its own. */
static void
start_and_leave(int answer_fd)
{
    const char *argv[] = { "sleep", "60", NULL };
    struct process_options options = {
        .argv = argv, .daemon = true, .outlives = true
    };
    struct process *process = NULL;
    pid_t pid = 0;

    if (process_start(&options, &process) == STATUS_OK) {
        pid = process_id(process);
        process_leave(process);
    }
    (void)!write(answer_fd, &pid, sizeof(pid));
    _exit(0);
}

static void
a_daemon_that_outlives_its_owner_runs_on(void **state)
{
    int fds[2];
    pid_t owner, pid = 0;

    (void)state;
    assert_int_equal(pipe(fds), 0);
    owner = fork();
    if (owner == 0)
        start_and_leave(fds[1]);
    assert_int_equal(read(fds[0], &pid, sizeof(pid)), sizeof(pid));
    assert_int_equal(waitpid(owner, NULL, 0), owner);
    assert_true(pid > 1);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(kill(pid, 0), 0);
        pause_10ms();
    }
    /* In a session of its own: no terminal's end reaches it. */
    assert_int_equal(getsid(pid), pid);
    assert_int_equal(kill(pid, SIGKILL), 0);
    close(fds[0]);
    close(fds[1]);
}

static void
the_environment_given_is_the_environment_seen(void **state)
{
    const char *argv[] = { "sh", "-c",
        "test \"$KMSLAB_A\" = two && test -z \"${KMSLAB_B+set}\"", NULL };
    struct environment environment = { 0 };
    struct process_options options = { .argv = argv };
    struct process *process = NULL;
    int code = -1;

    (void)state;
    assert_ok(environment_inherit(&environment));
    assert_ok(environment_set(&environment, "KMSLAB_A", "one"));
    assert_ok(environment_set(&environment, "KMSLAB_B", ""));
    assert_ok(environment_set(&environment, "KMSLAB_A", "two"));
    environment_unset(&environment, "KMSLAB_B");
    environment_unset(&environment, "KMSLAB_NEVER_SET");
    assert_string_equal(environment_get(&environment, "KMSLAB_A"), "two");
    assert_null(environment_get(&environment, "KMSLAB_B"));
    options.environment = environment.entries;
    assert_ok(process_start(&options, &process));
    assert_ok(process_wait(process, PATIENCE_MS, &code));
    assert_int_equal(code, 0);
    process_free(process);
    environment_reset(&environment);
}

static void
stderr_goes_to_the_log_file(void **state)
{
    const char *argv[] = { "sh", "-c", "echo complaint >&2", NULL };
    struct process_options options = { .argv = argv, .daemon = true };
    struct workspace *workspace = NULL;
    struct process *process = NULL;
    struct buf path = { 0 };
    char text[32] = "";
    int code = -1;
    FILE *file;

    (void)state;
    assert_ok(workspace_new(&workspace));
    assert_ok(workspace_file(workspace, "log", &path));
    options.log_file = buf_text(&path);
    assert_ok(process_start(&options, &process));
    assert_ok(process_wait(process, PATIENCE_MS, &code));
    file = fopen(buf_text(&path), "r");
    assert_non_null(file);
    assert_non_null(fgets(text, sizeof(text), file));
    fclose(file);
    assert_string_equal(text, "complaint\n");
    process_free(process);
    buf_reset(&path);
    workspace_free(workspace);
}

static bool
exists(const char *path)
{
    struct stat info;

    return lstat(path, &info) == 0;
}

static void
a_workspace_goes_with_all_that_is_in_it(void **state)
{
    struct workspace *workspace = NULL;
    struct buf inner = { 0 };
    char path[128];

    (void)state;
    assert_ok(workspace_new(&workspace));
    snprintf(path, sizeof(path), "%s", workspace_path(workspace));
    assert_ok(workspace_file(workspace, "folder", &inner));
    assert_int_equal(mkdir(buf_text(&inner), 0700), 0);
    assert_ok(buf_append_text(&inner, "/link"));
    assert_int_equal(symlink("/etc/passwd", buf_text(&inner)), 0);
    assert_true(exists(path));
    workspace_free(workspace);
    assert_false(exists(path));
    assert_true(exists("/etc/passwd"));
    buf_reset(&inner);
}

static void
a_workspace_of_a_killed_owner_is_removed(void **state)
{
    char path[128] = "";
    int fds[2];
    pid_t owner;

    (void)state;
    assert_int_equal(pipe(fds), 0);
    owner = fork();
    if (owner == 0) {
        struct workspace *workspace = NULL;

        if (workspace_new(&workspace) == STATUS_OK)
            (void)!write(fds[1], workspace_path(workspace),
                strlen(workspace_path(workspace)));
        raise(SIGKILL);
    }
    assert_true(read(fds[0], path, sizeof(path) - 1) > 0);
    for (int i = 0; i < 2000 && exists(path); i++)
        pause_10ms();
    assert_false(exists(path));
    close(fds[0]);
    close(fds[1]);
}

static void
a_workspace_is_in_tmpdir_unless_that_is_too_long_for_sockets(void **state)
{
    struct workspace *workspace = NULL;
    char deep[128];

    (void)state;
    memset(deep, 'x', sizeof(deep));
    deep[0] = '/';
    deep[sizeof(deep) - 1] = '\0';
    assert_int_equal(setenv("TMPDIR", "/var/tmp", 1), 0);
    assert_ok(workspace_new(&workspace));
    assert_memory_equal(workspace_path(workspace), "/var/tmp/kmslab-", 16);
    workspace_free(workspace);
    assert_int_equal(setenv("TMPDIR", deep, 1), 0);
    assert_ok(workspace_new(&workspace));
    assert_memory_equal(workspace_path(workspace), "/tmp/kmslab-", 12);
    workspace_free(workspace);
    assert_int_equal(unsetenv("TMPDIR"), 0);
}

static void
programs_are_sought_beside_us_and_then_in_path(void **state)
{
    struct buf path = { 0 };

    (void)state;
    assert_ok(program_find("test_process", &path));
    assert_true(span_ends_with(
        buf_span(&path), SPAN_LITERAL("harness/test/test_process")));
    buf_clear(&path);
    assert_ok(program_find("sh", &path));
    assert_true(span_ends_with(buf_span(&path), SPAN_LITERAL("/sh")));
    buf_clear(&path);
    assert_int_equal(
        program_find("no-such-program-here", &path), STATUS_NOT_FOUND);
    assert_int_equal(path.len, 0);
    buf_reset(&path);
}

static void
a_socket_answers_once_somebody_listens(void **state)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    struct workspace *workspace = NULL;
    struct process *process = NULL;
    struct buf path = { 0 };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    (void)state;
    assert_true(fd >= 0);
    assert_ok(workspace_new(&workspace));
    assert_ok(workspace_file(workspace, "a.sock", &path));
    assert_true(path.len < sizeof(address.sun_path));
    memcpy(address.sun_path, path.ptr, path.len);
    assert_ok(start_shell("sleep 60", true, &process));
    assert_int_equal(
        unix_socket_await(buf_text(&path), process, 20), STATUS_TIMEOUT);

    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_false(unix_socket_answers(buf_text(&path)));
    assert_int_equal(listen(fd, 1), 0);
    assert_true(unix_socket_answers(buf_text(&path)));
    assert_ok(unix_socket_await(buf_text(&path), process, PATIENCE_MS));

    /* What was left behind is not somebody. */
    assert_int_equal(close(fd), 0);
    assert_false(unix_socket_answers(buf_text(&path)));
    (void)process_stop(process);
    assert_int_equal(unix_socket_await(buf_text(&path), process, PATIENCE_MS),
        STATUS_NOT_FOUND);
    process_free(process);
    workspace_free(workspace);
    buf_reset(&path);
}

static void
a_path_too_long_for_a_socket_answers_nothing(void **state)
{
    char path[200];

    (void)state;
    memset(path, 'x', sizeof(path) - 1);
    path[sizeof(path) - 1] = '\0';
    assert_false(unix_socket_answers(path));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_socket_answers_once_somebody_listens),
        cmocka_unit_test(a_path_too_long_for_a_socket_answers_nothing),
        cmocka_unit_test(the_exit_code_is_the_programs_own),
        cmocka_unit_test(a_missing_program_is_not_found),
        cmocka_unit_test(a_file_that_may_not_be_run_is_denied),
        cmocka_unit_test(a_daemons_lines_are_read_one_by_one),
        cmocka_unit_test(a_daemon_that_ends_before_its_line_is_noticed),
        cmocka_unit_test(a_line_without_end_is_too_large),
        cmocka_unit_test(a_wait_that_times_out_leaves_the_program_running),
        cmocka_unit_test(who_does_not_listen_to_term_is_killed),
        cmocka_unit_test(what_a_daemon_started_ends_with_it),
        cmocka_unit_test(a_daemon_that_outlives_its_owner_runs_on),
        cmocka_unit_test(the_environment_given_is_the_environment_seen),
        cmocka_unit_test(stderr_goes_to_the_log_file),
        cmocka_unit_test(a_workspace_goes_with_all_that_is_in_it),
        cmocka_unit_test(a_workspace_of_a_killed_owner_is_removed),
        cmocka_unit_test(
            a_workspace_is_in_tmpdir_unless_that_is_too_long_for_sockets),
        cmocka_unit_test(programs_are_sought_beside_us_and_then_in_path),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
