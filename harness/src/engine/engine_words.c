/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/engine_words.h"

enum { WORDS_SHOWN = 4, WORDS_MAX = 400 };

static bool
says(struct span text, const char *words)
{
    size_t at;

    return span_search(text, span_text(words), &at);
}

struct span
engine_words_last_line(struct span text)
{
    struct span line, last = { NULL, 0 };

    while (text.len > 0) {
        line = text;
        if (!span_cut(text, '\n', &line, &text))
            text = (struct span){ NULL, 0 };
        line = span_trim(line);
        if (line.len > 0)
            last = line;
    }
    return last;
}

void
engine_words_not_run(
    const char *program, enum status status, struct buf *problem)
{
    if (status == STATUS_NOT_FOUND)
        buf_say(problem,
            "there is no %s in PATH: install a container engine (Docker, or"
            " Podman), or name its program with --engine or KMSLAB_ENGINE",
            program);
    else
        buf_say(problem, "%s cannot be run: %s", program, status_text(status));
}

/* "docker exec NODE cat": enough to know what it was. */
static void
say_command(const char *const *argv, struct buf *problem)
{
    for (size_t i = 0; argv[i] != NULL && i < WORDS_SHOWN; i++) {
        const char *slash = i == 0 ? strrchr(argv[i], '/') : NULL;

        buf_say(problem, "%s%s", i == 0 ? "" : " ",
            slash == NULL ? argv[i] : slash + 1);
    }
}

enum status
engine_words_failed(const char *const *argv,
    const struct capture_result *result, struct buf *problem)
{
    static const char *const missing[] = { "No such container", "No such image",
        "No such object", "No such network", "no such container",
        "no such object", "network not found" };
    struct span errors = buf_span(&result->errors);
    struct span last = engine_words_last_line(errors);

    say_command(argv, problem);
    if (last.len > 0)
        buf_say(problem, ": %.*s", SPAN_ARG(span_first(last, WORDS_MAX)));
    else
        buf_say(problem, ": exit code %d", result->exit_code);
    for (size_t i = 0; i < ARRAY_LEN(missing); i++) {
        if (says(errors, missing[i]))
            return STATUS_NOT_FOUND;
    }
    return STATUS_DENIED;
}

enum status
engine_words_no_use(
    const char *program, struct span errors, struct buf *problem)
{
    struct span last = engine_words_last_line(errors);

    if (says(errors, "permission denied")) {
        buf_say(problem,
            "%s does not let this user in (permission denied): be root, or"
            " join the group that owns its socket (usermod -aG docker USER,"
            " then log in anew)",
            program);
        return STATUS_DENIED;
    }
    if (says(errors, "Cannot connect to") || says(errors, "connection refused"))
        buf_say(problem,
            "%s answers, but not its daemon: start it (systemctl start"
            " docker, or Docker Desktop), or set DOCKER_HOST to where it is",
            program);
    else
        buf_say(problem, "%s cannot be used: %.*s", program,
            SPAN_ARG(last.len > 0 ? span_first(last, WORDS_MAX)
                                  : SPAN_LITERAL("it failed without a word")));
    return STATUS_UNAVAILABLE;
}
