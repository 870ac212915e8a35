/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"
#include "havoc/clock_shift.h"
#include "havoc/disk.h"
#include "havoc/elf_look.h"
#include "havoc/socket_file.h"
#include "havoc/stall.h"
#include "process/unix_listener.h"
#include "process/unix_socket.h"
#include "test/check.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_MS = 20000, PATH_BYTES = 160 };

static struct workspace *workspace;

static int
set_up(void **state)
{
    (void)state;
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
path_of(const char *name, char path[PATH_BYTES])
{
    (void)snprintf(path, PATH_BYTES, "%s/%s", workspace_path(workspace), name);
}

static struct process *
start(const char *script, char *const *environment)
{
    const char *argv[] = { "sh", "-c", script, NULL };
    const struct process_options options = {
        .argv = argv, .environment = environment, .daemon = true
    };
    struct process *process = NULL;

    assert_ok(process_start(&options, &process));
    return process;
}

/* Without children: a shell that waits for one to be made cannot be stopped. */
#define COUNT "i=0; while [ $i -lt 500000 ]; do i=$((i+1)); done"

/* ---- processes ------------------------------------------------------------
 */

static void
a_stalled_process_does_nothing_until_it_goes_on(void **state UNUSED)
{
    struct process *process =
        start("echo ready; " COUNT "; echo more; while :; do :; done", NULL);
    struct buf line = { 0 };

    assert_ok(process_read_line(process, PATIENCE_MS, &line));
    assert_ok(stall_begin(process));
    assert_true(stall_holds(process_id(process)));
    assert_int_equal(process_read_line(process, 300, &line), STATUS_TIMEOUT);
    stall_end(process);
    assert_ok(process_read_line(process, PATIENCE_MS, &line));
    assert_false(stall_holds(process_id(process)));
    process_free(process);
    buf_reset(&line);
}

static void
a_stalled_process_ends_politely_when_it_is_stopped(void **state UNUSED)
{
    struct process *process =
        start("trap 'exit 7' TERM; echo; while :; do :; done", NULL);
    struct buf line = { 0 };

    assert_ok(process_read_line(process, PATIENCE_MS, &line));
    assert_ok(stall_begin(process));
    assert_int_equal(process_stop(process), 7);
    assert_int_equal(stall_begin(process), STATUS_NOT_FOUND);
    process_free(process);
    buf_reset(&line);
}

static void
a_killed_process_cleans_up_nothing(void **state UNUSED)
{
    struct process *process = start("trap 'exit 7' TERM; sleep 60", NULL);

    assert_int_equal(process_kill(process), 128 + SIGKILL);
    assert_false(process_running(process));
    process_free(process);
}

/* ---- sockets --------------------------------------------------------------
 */

static void
listen_at(const char *path, struct unix_listener *listener)
{
    char text[PATH_BYTES + 8];
    struct unix_endpoint endpoint;

    (void)snprintf(text, sizeof(text), "unix://%s", path);
    assert_ok(unix_endpoint_parse(span_text(text), &endpoint));
    assert_ok(unix_listener_open(&endpoint, listener));
}

static struct stat
look(const char *path)
{
    struct stat there;

    assert_int_equal(lstat(path, &there), 0);
    return there;
}

/* What stands in its place, and whether somebody accepts there. */
static const struct {
    enum socket_file_harm harm;
    mode_t type; /* 0: nothing is there */
    bool answers;
} harms[] = {
    { SOCKET_FILE_REMOVED, 0, false },
    { SOCKET_FILE_STALE, S_IFSOCK, false },
    { SOCKET_FILE_FOREIGN, S_IFSOCK, true },
    { SOCKET_FILE_PLAIN, S_IFREG, false },
};

static void
a_socket_comes_back_after_each_harm(void **state UNUSED)
{
    char path[PATH_BYTES];
    struct unix_listener listener;
    struct stat there, before;

    path_of("live", path);
    listen_at(path, &listener);
    before = look(path);
    for (size_t i = 0; i < ARRAY_LEN(harms); i++) {
        const struct socket_file_options options = { harms[i].harm, path, 0, 0,
            0 };
        struct socket_file *file = NULL;
        struct buf problem = { 0 };

        assert_ok(socket_file_begin(&options, &file, &problem));
        assert_int_equal(lstat(path, &there) == 0 ? there.st_mode & S_IFMT : 0,
            harms[i].type);
        assert_int_equal(unix_socket_answers(path), harms[i].answers);
        assert_ok(socket_file_heal(file));
        assert_int_equal(look(path).st_ino, before.st_ino);
        assert_true(unix_socket_answers(path));
        assert_int_equal(problem.len, 0);
    }
    unix_listener_close(&listener);
    assert_int_equal(lstat(path, &there), -1);
}

static void
mode_and_owner_come_back(void **state UNUSED)
{
    char path[PATH_BYTES];
    struct unix_listener listener;
    struct socket_file_options options = { SOCKET_FILE_MODE, path, 0, 12345,
        12346 };
    struct socket_file *file = NULL;
    struct buf problem = { 0 };
    struct stat before;

    path_of("owned", path);
    listen_at(path, &listener);
    before = look(path);
    assert_ok(socket_file_begin(&options, &file, &problem));
    assert_int_equal(look(path).st_mode & 07777, 0);
    assert_ok(socket_file_heal(file));
    assert_int_equal(look(path).st_mode, before.st_mode);
    options.harm = SOCKET_FILE_OWNER;
    if (geteuid() == 0) {
        assert_ok(socket_file_begin(&options, &file, &problem));
        assert_int_equal(look(path).st_uid, 12345);
        assert_ok(socket_file_heal(file));
    } else {
        assert_int_equal(
            socket_file_begin(&options, &file, &problem), STATUS_UNSUPPORTED);
        assert_true(problem.len > 0);
    }
    assert_int_equal(look(path).st_uid, before.st_uid);
    buf_reset(&problem);
    unix_listener_close(&listener);
}

static void
a_socket_that_another_made_meanwhile_stays(void **state UNUSED)
{
    char path[PATH_BYTES], aside[PATH_BYTES + 8];
    struct unix_listener old, fresh;
    struct socket_file_options options = { .harm = SOCKET_FILE_STALE,
        .path = path };
    struct socket_file *file = NULL;
    struct buf problem = { 0 };
    struct stat there, made;

    path_of("taken", path);
    (void)snprintf(aside, sizeof(aside), "%s.aside", path);
    listen_at(path, &old);
    assert_ok(socket_file_begin(&options, &file, &problem));
    listen_at(path, &fresh);
    made = look(path);
    assert_ok(socket_file_heal(file));
    assert_int_equal(look(path).st_ino, made.st_ino);
    assert_int_equal(lstat(aside, &there), -1);
    unix_listener_close(&old); /* which is not its file any more */
    assert_int_equal(look(path).st_ino, made.st_ino);
    unix_listener_close(&fresh);
    assert_int_equal(
        socket_file_begin(&options, &file, &problem), STATUS_NOT_FOUND);
    buf_reset(&problem);
}

static void
who_listens_is_not_pushed_aside(void **state UNUSED)
{
    char path[PATH_BYTES];
    struct unix_listener first, second = { .fd = -1 };

    path_of("busy", path);
    listen_at(path, &first);
    assert_int_equal(unix_listener_open(&first.endpoint, &second), STATUS_BUSY);
    unix_listener_close(&first);
    assert_ok(file_replace(path, 0600, SPAN_LITERAL("x")));
    assert_int_equal(
        unix_listener_open(&first.endpoint, &second), STATUS_EXISTS);
    assert_int_equal(second.fd, -1);
    assert_int_equal(unlink(path), 0);
}

static void
endpoints_are_kubernetes_own(void **state UNUSED)
{
    static const char *const wrong[] = { "", "unix://", "unix:///", "unix:///@",
        "unix://x/y", "tcp://127.0.0.1:1", "/x" };
    struct unix_endpoint endpoint = { .len = 77 };
    char far[200];

    for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
        assert_int_equal(unix_endpoint_parse(span_text(wrong[i]), &endpoint),
            STATUS_INVALID);
    memset(far, 'x', sizeof(far));
    memcpy(far, "unix:///", 8);
    assert_int_equal(unix_endpoint_parse(span_of(far, sizeof(far)), &endpoint),
        STATUS_TOO_LARGE);
    assert_int_equal(endpoint.len, 77);
    assert_ok(unix_endpoint_parse(SPAN_LITERAL("unix:///@name"), &endpoint));
    assert_null(unix_endpoint_path(&endpoint));
    assert_memory_equal(endpoint.address.sun_path, "\0name", 5);
    assert_int_equal(endpoint.len, 2 + 5);
}

static void
two_spellings_of_a_socket_are_one(void **state UNUSED)
{
    static const struct {
        const char *one, *other;
        bool same;
    } rows[] = {
        { "unix:///tmp/x.sock", "unix:///tmp/x.sock", true },
        { "unix:///tmp/x.sock", "unix:///tmp//./x.sock", true },
        { "unix:///tmp/x.sock", "unix:///proc/self/root/tmp/x.sock", true },
        { "unix:///tmp/x.sock", "unix:///tmp/y.sock", false },
        { "unix:///tmp/x.sock", "unix:///x.sock", false },
        { "unix:///tmp/x.sock", "unix:///none-here/x.sock", false },
        { "unix:///@x", "unix:///@x", true },
        { "unix:///@x", "unix:///@y", false },
        { "unix:///@x", "unix:///x", false },
    };
    struct unix_endpoint one, other;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_ok(unix_endpoint_parse(span_text(rows[i].one), &one));
        assert_ok(unix_endpoint_parse(span_text(rows[i].other), &other));
        assert_int_equal(unix_endpoint_same(&one, &other), rows[i].same);
        assert_int_equal(unix_endpoint_same(&other, &one), rows[i].same);
    }
}

/* ---- disks ----------------------------------------------------------------
 */

static void
a_full_disk_takes_nothing_until_it_is_relieved(void **state UNUSED)
{
    char folder[PATH_BYTES], path[PATH_BYTES + 8];
    struct disk *disk = NULL;
    struct buf problem = { 0 };
    enum status status;

    path_of("disk", folder);
    (void)snprintf(path, sizeof(path), "%s/new", folder);
    assert_int_equal(mkdir(folder, 0700), 0);
    status = disk_mount(folder, 256 * 1024, &disk, &problem);
    if (status == STATUS_UNSUPPORTED) {
        assert_true(problem.len > 0);
        assert_null(disk);
        SAY_SKIPPED(buf_text(&problem));
        buf_reset(&problem);
        return;
    }
    assert_ok(status);
    assert_ok(file_replace(path, 0600, SPAN_LITERAL("fits")));
    assert_ok(disk_fill(disk));
    assert_int_not_equal(
        file_replace(path, 0600, SPAN_LITERAL("does not")), STATUS_OK);
    disk_relieve(disk);
    assert_ok(file_replace(path, 0600, SPAN_LITERAL("fits again")));
    disk_free(disk);
    assert_int_equal(access(path, F_OK), -1);
}

/* Writes nine bytes time and again, and says how it went. */
static void
await_word(struct process *process, const char *word)
{
    struct buf line = { 0 };

    do {
        buf_clear(&line);
        assert_ok(process_read_line(process, PATIENCE_MS, &line));
    } while (!span_equal_text(buf_span(&line), word));
    buf_reset(&line);
}

static void
a_limited_process_writes_no_larger_file(void **state UNUSED)
{
    char script[2 * PATH_BYTES], path[PATH_BYTES];
    struct disk_limit limit, none = { .pid = 42 };
    struct buf problem = { 0 };
    struct process *process;

    path_of("written", path);
    (void)snprintf(script, sizeof(script),
        "trap '' XFSZ; while sleep 0.02; do "
        "printf 123456789 2>/dev/null >%s && echo good || echo full; done",
        path);
    process = start(script, NULL);
    await_word(process, "good");
    assert_ok(disk_limit_begin(process_id(process), 4, &limit, &problem));
    await_word(process, "full");
    disk_limit_end(&limit);
    await_word(process, "good");
    process_free(process);
    assert_int_equal(problem.len, 0);
    assert_int_equal(
        disk_limit_begin(limit.pid, 4, &none, &problem), STATUS_NOT_FOUND);
    assert_int_equal(none.pid, 42);
    assert_true(problem.len > 0);
    disk_limit_end(&limit);
    buf_reset(&problem);
}

/* ---- clocks ---------------------------------------------------------------
 */

static void
write_program(const char *path, bool go)
{
    Elf64_Ehdr file = { .e_phentsize = sizeof(Elf64_Phdr),
        .e_phoff = sizeof(Elf64_Ehdr),
        .e_phnum = go };
    Elf64_Phdr header = { .p_type = PT_NOTE,
        .p_filesz = 16,
        .p_offset = sizeof(file) + sizeof(header) };
    struct buf bytes = { 0 };

    memcpy(file.e_ident, ELFMAG, SELFMAG);
    file.e_ident[EI_CLASS] = ELFCLASS64;
    assert_ok(buf_append(&bytes, span_of(&file, sizeof(file))));
    assert_ok(buf_append(&bytes, span_of(&header, sizeof(header))));
    assert_ok(
        buf_append(&bytes, span_of("\4\0\0\0\0\0\0\0\4\0\0\0Go\0\0", 16)));
    assert_ok(file_replace(path, 0700, buf_span(&bytes)));
    buf_reset(&bytes);
}

static void
clocks_of_static_and_go_programs_cannot_be_moved(void **state UNUSED)
{
    char path[PATH_BYTES];
    struct environment environment = { 0 };
    struct clock_shift *shift = NULL;
    struct buf problem = { 0 };
    enum elf_look kind;

    path_of("program", path);
    for (int go = 0; go < 2; go++) {
        write_program(path, go != 0);
        assert_ok(elf_look_at(path, &kind));
        assert_int_equal(kind, go != 0 ? ELF_LOOK_GO : ELF_LOOK_STATIC);
        assert_int_equal(
            clock_shift_new(path, workspace, &environment, &shift, &problem),
            STATUS_UNSUPPORTED);
        assert_true(problem.len > 0);
    }
    assert_ok(file_replace(path, 0700, SPAN_LITERAL("#!/bin/sh\n")));
    assert_int_equal(elf_look_at(path, &kind), STATUS_INVALID);
    assert_null(shift);
    assert_int_equal(environment.count, 0);
    buf_reset(&problem);
}

/* The difference of its clock to ours, in seconds. */
static int64_t
read_difference(struct process *process)
{
    struct buf line = { 0 };
    int64_t there;

    assert_ok(process_read_line(process, PATIENCE_MS, &line));
    there = strtoll(buf_text(&line), NULL, 10);
    buf_reset(&line);
    return there - (int64_t)time(NULL);
}

static void
a_clock_is_moved_while_the_program_runs(void **state UNUSED)
{
    struct environment environment = { 0 };
    struct clock_shift *shift = NULL;
    struct buf problem = { 0 };
    struct process *process;
    enum status status;
    int64_t difference = 0;

    assert_ok(environment_inherit(&environment));
    status =
        clock_shift_new("/bin/sh", workspace, &environment, &shift, &problem);
    if (status == STATUS_UNSUPPORTED) {
        SAY_SKIPPED(buf_text(&problem));
        environment_reset(&environment);
        buf_reset(&problem);
        return;
    }
    assert_ok(status);
    process = start("while date +%s; do sleep 0.05; done", environment.entries);
    assert_in_range(read_difference(process) + 100, 97, 103);
    assert_ok(clock_shift_set(shift, -360500));
    for (int i = 0; i < 400 && difference > -300; i++)
        difference = read_difference(process);
    assert_in_range(difference + 1000, 1000 - 364, 1000 - 356);
    assert_ok(clock_shift_set(shift, 0));
    for (int i = 0; i < 400 && difference < -300; i++)
        difference = read_difference(process);
    assert_in_range(difference + 100, 97, 103);
    process_free(process);
    clock_shift_free(shift);
    environment_reset(&environment);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stalled_process_does_nothing_until_it_goes_on),
        cmocka_unit_test(a_stalled_process_ends_politely_when_it_is_stopped),
        cmocka_unit_test(a_killed_process_cleans_up_nothing),
        cmocka_unit_test(a_socket_comes_back_after_each_harm),
        cmocka_unit_test(mode_and_owner_come_back),
        cmocka_unit_test(a_socket_that_another_made_meanwhile_stays),
        cmocka_unit_test(who_listens_is_not_pushed_aside),
        cmocka_unit_test(endpoints_are_kubernetes_own),
        cmocka_unit_test(two_spellings_of_a_socket_are_one),
        cmocka_unit_test(a_full_disk_takes_nothing_until_it_is_relieved),
        cmocka_unit_test(a_limited_process_writes_no_larger_file),
        cmocka_unit_test(clocks_of_static_and_go_programs_cannot_be_moved),
        cmocka_unit_test(a_clock_is_moved_while_the_program_runs),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
