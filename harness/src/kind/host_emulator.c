/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* pidfd_open, pidfd_send_signal */
#include "kind/host_emulator.h"

#include "base/file.h"
#include "base/num.h"
#include "kind/state.h"
#include "process/process.h"
#include "process/program.h"

#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/pidfd.h>
#include <unistd.h>

enum {
    READY_TIMEOUT_MS = 20 * 1000,
    TERM_PATIENCE_MS = 8000,
    KILL_PATIENCE_MS = 4000,
    COMMAND_LINE_MAX = 128 * 1024,
    STAT_MAX = 4096,
    PID_MAX = 32,
    FIELD_OF_START = 20, /* in stat, counted after the name in brackets */
};

/* Paths in the cluster's folder. */
struct places {
    struct buf data, log, pid;
};

static void
reset_places(struct places *places)
{
    buf_reset(&places->data);
    buf_reset(&places->log);
    buf_reset(&places->pid);
}

static enum status
find_places(const char *folder, struct places *out)
{
    enum status status = buf_printf(&out->data, "%s/emulator/data", folder);

    if (status == STATUS_OK)
        status = buf_printf(&out->log, "%s/emulator/log", folder);
    if (status == STATUS_OK)
        status = buf_printf(&out->pid, "%s/emulator/pid", folder);
    return status;
}

/* When it started, in the kernel's ticks: a number given anew is not it. */
static uint64_t
start_time_of(pid_t pid)
{
    char path[64];
    struct buf text = { 0 };
    struct span rest, field = { NULL, 0 };
    int64_t value = 0;
    size_t at;

    (void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    if (file_read(path, STAT_MAX, &text) == STATUS_OK &&
        span_search(buf_span(&text), SPAN_LITERAL(") "), &at)) {
        rest = span_skip(buf_span(&text), at + 2);
        for (int i = 0; i < FIELD_OF_START; i++)
            if (!span_cut(rest, ' ', &field, &rest))
                break;
        if (num_parse(field, 0, INT64_MAX, &value) != STATUS_OK)
            value = 0;
    }
    buf_reset(&text);
    return (uint64_t)value;
}

bool
kind_host_emulator_is(pid_t pid, const char *word)
{
    char path[64];
    struct buf text = { 0 };
    struct span rest, argument;
    bool found = false;

    (void)snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)pid);
    if (file_read(path, COMMAND_LINE_MAX, &text) == STATUS_OK) {
        rest = buf_span(&text);
        while (!found && span_cut(rest, '\0', &argument, &rest))
            found = span_equal_text(argument, word);
    }
    buf_reset(&text);
    return found;
}

/* " ready http://A:P admin http://A:P" */
static enum status
take_url(struct span line, const char *words, struct buf *url)
{
    struct span rest;
    size_t at;

    if (!span_search(line, span_text(words), &at))
        return STATUS_INVALID;
    line = span_skip(line, at + strlen(words));
    (void)span_cut(line, ' ', &line, &rest);
    return buf_set(url, span_trim(line));
}

static enum status
take_line(struct process *process, const struct places *places,
    struct kind_record *record, struct buf *problem)
{
    struct buf line = { 0 };
    enum status status = process_read_line(process, READY_TIMEOUT_MS, &line);

    if (status == STATUS_OK)
        status =
            take_url(buf_span(&line), " ready ", &record->emulator.endpoint);
    if (status == STATUS_OK)
        status = take_url(buf_span(&line), " admin ", &record->emulator.admin);
    if (status != STATUS_OK && status != STATUS_CANCELLED) {
        struct buf log = { 0 };
        struct span words = { NULL, 0 };

        if (file_read(buf_text(&places->log), STAT_MAX, &log) == STATUS_OK)
            words = span_trim(buf_span(&log));
        buf_say(problem,
            "kms-emulator did not start on the host (%s): %.*s;"
            " --emulator node needs no address of this machine",
            status_text(status), SPAN_ARG(words));
        buf_reset(&log);
    }
    buf_reset(&line);
    return status;
}

static enum status
launch(const char *program, const char *address, const char *seed,
    const struct places *places, struct process **out)
{
    struct buf listen = { 0 };
    enum status status = buf_printf(&listen, "%s:0", address);
    /* Its pid is on disk before it is the emulator: a kmslab that is killed
     * between two lines leaves nothing that `down` would not find. */
    const char *const argv[] = { "/bin/sh", "-c",
        "echo $$ >\"$0\" && exec \"$@\"", buf_text(&places->pid), program,
        "--listen", buf_text(&listen), "--admin", "127.0.0.1:0", "--account",
        KIND_ACCOUNT, "--region", KIND_REGION, "--seed", seed, "--data",
        buf_text(&places->data), NULL };
    struct process_options options = { .argv = argv,
        .log_file = buf_text(&places->log),
        .daemon = true,
        .outlives = true };

    if (status == STATUS_OK)
        status = process_start(&options, out);
    buf_reset(&listen);
    return status;
}

static enum status
start(const char *program, const char *address, const char *seed,
    const struct places *places, struct kind_record *record,
    struct buf *problem)
{
    struct process *process = NULL;
    enum status status = launch(program, address, seed, places, &process);

    if (status != STATUS_OK) {
        buf_say(problem, "%s cannot be run: %s", program, status_text(status));
        return status;
    }
    status = take_line(process, places, record, problem);
    if (status != STATUS_OK) {
        process_free(process);
        return status;
    }
    record->emulator.pid = process_id(process);
    record->emulator.start_time = start_time_of(process_id(process));
    process_leave(process);
    return STATUS_OK;
}

enum status
kind_host_emulator_start(const char *folder, const char *address,
    const char *seed, struct kind_record *record, struct buf *problem)
{
    struct places places = { 0 };
    struct buf program = { 0 };
    enum status status = find_places(folder, &places);

    if (status == STATUS_OK)
        status = program_find("kms-emulator", &program);
    if (status == STATUS_NOT_FOUND)
        buf_say(problem, "there is no kms-emulator beside kmslab or in PATH");
    if (status == STATUS_OK)
        status = kind_state_make_folder(buf_text(&places.data), problem);
    if (status == STATUS_OK)
        status =
            start(buf_text(&program), address, seed, &places, record, problem);
    buf_reset(&program);
    reset_places(&places);
    return status;
}

static pid_t
read_pid(const char *path)
{
    struct buf text = { 0 };
    int64_t pid = 0;

    if (file_read(path, PID_MAX, &text) != STATUS_OK ||
        num_parse(span_trim(buf_span(&text)), 2, INT_MAX, &pid) != STATUS_OK)
        pid = 0;
    buf_reset(&text);
    return (pid_t)pid;
}

static enum status
end_by_handle(int fd)
{
    static const struct {
        int signal, patience_ms;
    } steps[] = { { SIGTERM, TERM_PATIENCE_MS },
        { SIGKILL, KILL_PATIENCE_MS } };

    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        struct pollfd ended = { fd, POLLIN, 0 };

        if (pidfd_send_signal(fd, steps[i].signal, NULL, 0) != 0)
            return STATUS_OK;
        if (poll(&ended, 1, steps[i].patience_ms) > 0)
            return STATUS_OK;
    }
    return STATUS_TIMEOUT;
}

/* The handle is taken first, so that what is looked at is what is ended. */
static enum status
end_if_ours(pid_t pid, uint64_t start_time, const char *data)
{
    int fd = pidfd_open(pid, 0);
    enum status status = STATUS_OK;

    if (fd < 0)
        return STATUS_OK;
    if (kind_host_emulator_is(pid, data) &&
        (start_time == 0 || start_time == start_time_of(pid)))
        status = end_by_handle(fd);
    close(fd);
    return status;
}

enum status
kind_host_emulator_stop(
    const char *folder, const struct kind_record *record, struct buf *problem)
{
    struct places places = { 0 };
    enum status status = find_places(folder, &places);
    pid_t pid = record->emulator.pid;

    if (status == STATUS_OK && pid == 0)
        pid = read_pid(buf_text(&places.pid));
    if (status == STATUS_OK && pid > 1)
        status = end_if_ours(
            pid, record->emulator.start_time, buf_text(&places.data));
    if (status == STATUS_TIMEOUT)
        buf_say(problem,
            "kms-emulator (process %d) does not end; end it yourself and try"
            " again",
            (int)pid);
    reset_places(&places);
    return status;
}
