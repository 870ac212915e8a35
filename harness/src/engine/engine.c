/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/engine.h"

#include "engine/engine_words.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { ARGUMENTS_MAX = 64 };

struct engine
engine_find(const char *given)
{
    const char *named = given == NULL ? getenv("KMSLAB_ENGINE") : given;

    return (struct engine){
        .program = named == NULL || named[0] == '\0' ? "docker" : named,
    };
}

const char *
engine_name(const struct engine *engine)
{
    const char *slash = strrchr(engine->program, '/');

    return slash == NULL ? engine->program : slash + 1;
}

/* Fills argv with the program, `before` and `after`; false: too many. */
static bool
join(const struct engine *engine, const char *const *before,
    const char *const *after, const char *argv[ARGUMENTS_MAX])
{
    const char *const *parts[] = { before, after };
    size_t count = 1;

    argv[0] = engine->program;
    for (size_t p = 0; p < ARRAY_LEN(parts); p++) {
        for (size_t i = 0; parts[p] != NULL && parts[p][i] != NULL; i++) {
            if (count + 1 >= ARGUMENTS_MAX)
                return false;
            argv[count++] = parts[p][i];
        }
    }
    argv[count] = NULL;
    return true;
}

static enum status
run(const struct engine *engine, const char *const *before,
    const char *const *after, struct span input, struct capture_result *out,
    struct buf *problem)
{
    const char *argv[ARGUMENTS_MAX];
    struct capture_call call = {
        .argv = argv, .input = input, .to_the_end = engine->to_the_end
    };
    enum status status;

    if (!join(engine, before, after, argv))
        return STATUS_TOO_LARGE;
    status = capture_run(&call, out);
    if (status != STATUS_OK) {
        if (status != STATUS_CANCELLED)
            engine_words_not_run(engine_name(engine), status, problem);
        return status;
    }
    if (out->exit_code == 0)
        return STATUS_OK;
    return engine_words_failed(argv, out, problem);
}

enum status
engine_check(const struct engine *engine, struct buf *problem)
{
    /* What each engine has, and none does without its daemon. */
    const char *const arguments[] = { "ps", "-q", NULL };
    struct capture_result result = { 0 };
    struct buf words = { 0 };
    enum status status =
        run(engine, arguments, NULL, (struct span){ 0 }, &result, &words);

    if (status == STATUS_DENIED || status == STATUS_NOT_FOUND) {
        if (result.exit_code != 0)
            status = engine_words_no_use(
                engine_name(engine), buf_span(&result.errors), problem);
        else
            buf_say(problem, "%s", buf_text(&words));
    } else if (status != STATUS_OK) {
        buf_say(problem, "%s", buf_text(&words));
    }
    buf_reset(&words);
    capture_result_reset(&result);
    return status;
}

enum status
engine_run(const struct engine *engine, const char *const *arguments,
    struct span input, struct capture_result *out, struct buf *problem)
{
    return run(engine, arguments, NULL, input, out, problem);
}

static enum status
run_for_output(const struct engine *engine, const char *const *before,
    const char *const *after, struct span input, struct buf *output,
    struct buf *problem)
{
    struct capture_result result = { 0 };
    enum status status = run(engine, before, after, input, &result, problem);

    if (status == STATUS_OK && output != NULL)
        status = buf_append(output, buf_span(&result.output));
    capture_result_reset(&result);
    return status;
}

enum status
engine_ask(const struct engine *engine, const char *const *arguments,
    struct buf *output, struct buf *problem)
{
    return run_for_output(
        engine, arguments, NULL, (struct span){ 0 }, output, problem);
}

enum status
engine_exec(const struct engine *engine, const char *container,
    const char *const *argv, struct span input, struct buf *output,
    struct buf *problem)
{
    const char *const with_input[] = { "exec", "-i", container, NULL };
    const char *const without[] = { "exec", container, NULL };

    return run_for_output(engine, input.len > 0 ? with_input : without, argv,
        input, output, problem);
}

enum status
engine_copy_in(const struct engine *engine, const char *container,
    const char *path, const char *mode, struct span bytes, struct buf *problem)
{
    static const char script[] =
        "set -e; umask 077; mkdir -p \"${1%/*}\"; cat > \"$1.new\"; "
        "chmod \"$2\" \"$1.new\"; mv \"$1.new\" \"$1\"";
    const char *const before[] = { "exec", "-i", container, NULL };
    const char *const argv[] = { "sh", "-c", script, "sh", path, mode, NULL };

    return run_for_output(engine, before, argv, bytes, NULL, problem);
}

enum status
engine_copy_path(const struct engine *engine, const char *here,
    const char *container, const char *path, struct buf *problem)
{
    struct buf there = { 0 };
    enum status status = buf_printf(&there, "%s:%s", container, path);
    const char *arguments[] = { "cp", here, buf_text(&there), NULL };

    if (status == STATUS_OK)
        status = engine_ask(engine, arguments, NULL, problem);
    buf_reset(&there);
    return status;
}

enum status
engine_logs(const struct engine *engine, const char *container, unsigned lines,
    struct buf *output, struct buf *problem)
{
    struct capture_result result = { 0 };
    char count[16];
    const char *const arguments[] = { "logs", "--tail", count, container,
        NULL };
    enum status status;

    (void)snprintf(count, sizeof(count), "%u", lines);
    status = run(engine, arguments, NULL, (struct span){ 0 }, &result, problem);
    if (status == STATUS_OK)
        status = buf_append(output, buf_span(&result.output));
    if (status == STATUS_OK)
        status = buf_append(output, buf_span(&result.errors));
    capture_result_reset(&result);
    return status;
}

enum status
engine_port(const struct engine *engine, const char *container, unsigned port,
    struct buf *address, struct buf *problem)
{
    struct buf output = { 0 };
    char name[16];
    const char *const arguments[] = { "port", container, name, NULL };
    struct span line, rest;
    enum status status;

    (void)snprintf(name, sizeof(name), "%u/tcp", port);
    status = engine_ask(engine, arguments, &output, problem);
    line = rest = buf_span(&output);
    (void)span_cut(line, '\n', &line, &rest);
    if (status == STATUS_OK && line.len == 0) {
        buf_say(problem, "port %u of %s is not published", port, container);
        status = STATUS_NOT_FOUND;
    }
    if (status == STATUS_OK)
        status = buf_append(address, span_trim(line));
    buf_reset(&output);
    return status;
}
