/* SPDX-License-Identifier: Apache-2.0 */
#include "kind/tools.h"

#include "process/program.h"

#include <unistd.h>

static enum status
refuse(const char *what, struct buf *problem)
{
    buf_say(problem,
        "there is no %s: install kind (https://kind.sigs.k8s.io, or with Go:"
        " go install sigs.k8s.io/kind@latest), or name its program with --kind",
        what);
    return STATUS_NOT_FOUND;
}

enum status
kind_tools_find(const char *given, struct buf *path, struct buf *problem)
{
    enum status status;

    if (given != NULL && strchr(given, '/') != NULL) {
        if (access(given, F_OK) != 0)
            return refuse(given, problem);
        if (access(given, X_OK) != 0) {
            buf_say(problem, "%s is no program that may be run", given);
            return STATUS_DENIED;
        }
        return buf_append_text(path, given);
    }
    status = program_find(given == NULL ? "kind" : given, path);
    if (status == STATUS_NOT_FOUND)
        return refuse(given == NULL ? "kind in PATH" : given, problem);
    return status;
}

enum status
kind_tools_environment(
    const struct engine *engine, struct environment *environment)
{
    enum status status = environment_inherit(environment);

    if (status == STATUS_OK && strcmp(engine_name(engine), "docker") != 0)
        status = environment_set(
            environment, "KIND_EXPERIMENTAL_PROVIDER", engine_name(engine));
    return status;
}

/* " • Preparing nodes 📦  ..." : ASCII in the middle. What is done is said
 * once more with another mark; that is passed over. */
struct span
kind_tools_step(struct span line)
{
    const struct span begun = SPAN_LITERAL(" \xe2\x80\xa2 ");
    size_t len = 0;

    if (!span_starts_with(line, begun))
        return (struct span){ NULL, 0 };
    line = span_skip(line, begun.len);
    while (len < line.len && line.ptr[len] >= 0x20 && line.ptr[len] < 0x7f)
        len++;
    line = span_trim(span_first(line, len));
    while (line.len > 0 && line.ptr[line.len - 1] == '.')
        line = span_first(line, line.len - 1);
    return span_trim(line);
}

struct span
kind_tools_error(struct span errors)
{
    const struct span mark = SPAN_LITERAL("ERROR: ");
    struct span line, last = { NULL, 0 };

    while (errors.len > 0) {
        line = errors;
        if (!span_cut(errors, '\n', &line, &errors))
            errors = (struct span){ NULL, 0 };
        if (span_starts_with(line, mark))
            return span_first(span_skip(line, mark.len), 400);
        if (span_trim(line).len > 0)
            last = span_trim(line);
    }
    return span_first(last, 400);
}
