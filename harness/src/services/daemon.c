/* SPDX-License-Identifier: Apache-2.0 */
#include "services/daemon.h"

#include "base/file.h"
#include "process/program.h"
#include "process/unix_socket.h"

enum {
    READY_TIMEOUT_MS = 20 * 1000,
    END_TIMEOUT_MS = 2000, /* for one that closed its stdout */
    ARGUMENTS_MAX = 32,
    LOG_MAX = 1024 * 1024,
};

/*
 * What the program said it gave up for: the last line that begins with its
 * name, which is how it talks to people, else the last line of all.
 */
static struct span
last_words(const char *program, struct span log)
{
    struct span line, found = { NULL, 0 }, last = { NULL, 0 };
    size_t len = strlen(program);

    while (log.len > 0) {
        line = log;
        if (!span_cut(log, '\n', &line, &log))
            log = (struct span){ NULL, 0 };
        if (line.len > len + 2 && span_starts_with(line, span_text(program)) &&
            line.ptr[len] == ':')
            found = span_skip(line, len + 2);
        if (line.len > 0)
            last = line;
    }
    return found.len > 0 ? found : last;
}

static void
explain(const struct daemon_options *options, const char *log_file,
    const char *before, enum status status, struct buf *problem)
{
    struct buf log = { 0 };
    struct span why = { NULL, 0 };

    if (file_read(log_file, LOG_MAX, &log) == STATUS_OK)
        why = last_words(options->program, buf_span(&log));
    if (why.len == 0)
        why = span_text(status_text(status));
    buf_say(problem, "%s%s%.*s", options->program, before, SPAN_ARG(why));
    buf_reset(&log);
}

static enum status
launch(const struct daemon_options *options, const char *path,
    const char *log_file, struct process **out)
{
    /* Nobody reads the stdout of a program that is only watched. */
    static const char *const to_log[] = { "/bin/sh", "-c",
        "exec \"$0\" \"$@\" >&2" };
    const char *argv[ARGUMENTS_MAX] = { 0 };
    size_t count = 0;
    struct process_options start = { .argv = argv,
        .environment = options->environment,
        .log_file = log_file,
        .files = options->files,
        .daemon = true };

    for (; options->socket != NULL && count < ARRAY_LEN(to_log); count++)
        argv[count] = to_log[count];
    argv[count++] = path;
    for (size_t i = 0; options->arguments[i] != NULL; i++) {
        if (count + 1 >= ARRAY_LEN(argv))
            return STATUS_TOO_LARGE;
        argv[count++] = options->arguments[i];
    }
    return process_start(&start, out);
}

static enum status
await(const struct daemon_options *options, struct process *process,
    struct buf *ready)
{
    if (options->socket != NULL)
        return unix_socket_await(options->socket, process, READY_TIMEOUT_MS);
    return process_read_line(process, READY_TIMEOUT_MS, ready);
}

static enum status
start_and_wait(const struct daemon_options *options, const char *path,
    const char *log_file, struct process **out, struct buf *ready)
{
    struct process *process = NULL;
    enum status status = launch(options, path, log_file, &process);
    int code;

    if (status != STATUS_OK)
        return status;
    status = await(options, process, ready);
    if (status == STATUS_OK) {
        *out = process;
        return STATUS_OK;
    }
    if (status == STATUS_NOT_FOUND) {
        status = STATUS_UNAVAILABLE;
        /* Only to have its last words: it is ended anyway. */
        (void)!process_wait(process, END_TIMEOUT_MS, &code);
    }
    process_free(process);
    return status;
}

static enum status
find(const struct daemon_options *options, struct buf *path, struct buf *log,
    struct buf *problem)
{
    enum status status = options->path == NULL
                             ? program_find(options->program, path)
                             : buf_append_text(path, options->path);

    if (status == STATUS_NOT_FOUND)
        buf_say(problem, "there is no %s beside kmslab or in PATH",
            options->program);
    if (status == STATUS_OK)
        status = buf_printf(log, "%s/%s.log",
            workspace_path(options->workspace), options->program);
    return status;
}

enum status
daemon_start(const struct daemon_options *options, struct process **out,
    struct buf *ready, struct buf *problem)
{
    struct buf path = { 0 }, log_file = { 0 };
    enum status status = find(options, &path, &log_file, problem);

    if (status == STATUS_OK) {
        status = start_and_wait(
            options, buf_text(&path), buf_text(&log_file), out, ready);
        if (status != STATUS_OK && status != STATUS_CANCELLED)
            explain(options, buf_text(&log_file), " did not start: ", status,
                problem);
    }
    buf_reset(&log_file);
    buf_reset(&path);
    return status;
}

enum status
daemon_ask(const struct daemon_options *options, struct buf *problem)
{
    struct buf path = { 0 }, log_file = { 0 };
    struct process *process = NULL;
    int code = 0;
    enum status status = find(options, &path, &log_file, problem);

    if (status == STATUS_OK)
        status =
            launch(options, buf_text(&path), buf_text(&log_file), &process);
    if (status == STATUS_OK)
        status = process_wait(process, READY_TIMEOUT_MS, &code);
    if (status == STATUS_OK && code != 0)
        status = STATUS_INVALID;
    if (status != STATUS_OK && status != STATUS_CANCELLED && path.len > 0)
        explain(options, buf_text(&log_file), ": ", status, problem);
    process_free(process);
    buf_reset(&log_file);
    buf_reset(&path);
    return status;
}
