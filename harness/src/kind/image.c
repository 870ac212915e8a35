/* SPDX-License-Identifier: Apache-2.0 */
#include "kind/image.h"

#include "base/file.h"
#include "base/num.h"

#include <stdlib.h>

enum { PROGRAM_MAX = 256 * 1024 * 1024, DIGEST_LEN = 64 };

static bool
is_version(uint8_t c)
{
    return c == '.' || (c >= '0' && c <= '9');
}

static bool
is_digest(struct span text)
{
    if (text.len < DIGEST_LEN)
        return false;
    for (size_t i = 0; i < DIGEST_LEN; i++) {
        uint8_t c = text.ptr[i];

        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
            return false;
    }
    return true;
}

/*
 * kind tells its default to nobody, but has it whole in its program, and the
 * parts of the name end where they end.
 */
bool
kind_image_default(struct span program, struct span *name)
{
    const struct span repository = SPAN_LITERAL("kindest/node:v"),
                      digest = SPAN_LITERAL("@sha256:");
    size_t at;

    while (span_search(program, repository, &at)) {
        struct span rest = span_skip(program, at + repository.len);
        size_t len = repository.len;

        program = span_skip(program, at);
        while (rest.len > 0 && is_version(rest.ptr[0])) {
            rest = span_skip(rest, 1);
            len++;
        }
        if (span_starts_with(rest, digest) &&
            is_digest(span_skip(rest, digest.len))) {
            *name = span_first(program, len + digest.len + DIGEST_LEN);
            return true;
        }
        program = span_skip(program, len);
    }
    return false;
}

enum status
kind_image_choose(
    const char *given, const char *kind, struct buf *name, struct buf *problem)
{
    static const char *const variables[] = { "KMSLAB_KIND_IMAGE",
        "KIND_NODE_IMAGE" };
    struct buf program = { 0 };
    struct span found;
    enum status status;

    for (size_t i = 0; given == NULL && i < ARRAY_LEN(variables); i++) {
        given = getenv(variables[i]);
        if (given != NULL && given[0] == '\0')
            given = NULL;
    }
    if (given != NULL)
        return buf_append_text(name, given);
    status = file_read(kind, PROGRAM_MAX, &program);
    if (status == STATUS_OK && kind_image_default(buf_span(&program), &found))
        status = buf_append(name, found);
    else
        status = STATUS_NOT_FOUND;
    if (status != STATUS_OK)
        buf_say(problem,
            "%s does not say which node image is its default: name one with"
            " --image",
            kind);
    buf_reset(&program);
    return status;
}

bool
kind_image_is_here(const struct engine *engine, const char *image)
{
    const char *const arguments[] = { "image", "inspect", image, NULL };
    struct capture_result result = { 0 };
    struct buf problem = { 0 };
    enum status status =
        engine_run(engine, arguments, (struct span){ 0 }, &result, &problem);

    capture_result_reset(&result);
    buf_reset(&problem);
    return status == STATUS_OK;
}

static enum status
check_architecture(
    const struct engine *engine, const char *image, struct buf *problem)
{
    const char *const of_image[] = { "image", "inspect", "--format",
        "{{.Architecture}}", image, NULL };
    const char *const of_engine[] = { "version", "--format", "{{.Server.Arch}}",
        NULL };
    struct buf has = { 0 }, wants = { 0 }, words = { 0 };
    enum status status = engine_ask(engine, of_image, &has, problem);

    if (status == STATUS_OK)
        status = engine_ask(engine, of_engine, &wants, &words);
    if (status == STATUS_DENIED)
        status = STATUS_OK; /* podman says it elsewhere: kind will tell */
    struct span a = span_trim(buf_span(&has));
    struct span b = span_trim(buf_span(&wants));

    if (status == STATUS_OK && a.len > 0 && b.len > 0 && !span_equal(a, b)) {
        status = STATUS_UNSUPPORTED;
        buf_say(problem,
            "the node image %s is for %.*s, and this machine is %.*s: name"
            " one for it with --image",
            image, SPAN_ARG(a), SPAN_ARG(b));
    }
    buf_reset(&words);
    buf_reset(&wants);
    buf_reset(&has);
    return status;
}

enum status
kind_image_ensure(
    const struct engine *engine, const char *image, struct buf *problem)
{
    const char *const pull[] = { "pull", "-q", image, NULL };
    struct buf words = { 0 };
    enum status status = STATUS_OK;

    if (!kind_image_is_here(engine, image))
        status = engine_ask(engine, pull, NULL, &words);
    if (status == STATUS_CANCELLED)
        goto out;
    if (status != STATUS_OK) {
        status = STATUS_NOT_FOUND;
        buf_say(problem,
            "the node image %s is not here and cannot be fetched (%s): name"
            " one that is here with --image or KIND_NODE_IMAGE, or load it"
            " (docker load)",
            image, buf_text(&words));
        goto out;
    }
    status = check_architecture(engine, image, problem);
out:
    buf_reset(&words);
    return status;
}

/* "v1.35.4" gives 35. */
static enum status
read_minor(struct span version, int *minor)
{
    const struct span one = SPAN_LITERAL("v1.");
    struct span number, rest;
    int64_t value;

    if (!span_starts_with(version, one) ||
        !span_cut(span_skip(version, one.len), '.', &number, &rest) ||
        num_parse(number, 0, 999, &value) != STATUS_OK)
        return STATUS_INVALID;
    *minor = (int)value;
    return STATUS_OK;
}

/* `sandbox_image = "X"` of containerd's configuration 2, `sandbox = 'X'` of
 * its configuration 3. */
static bool
read_sandbox(struct span line, struct span *image)
{
    struct span key, value;

    if (!span_cut(line, '=', &key, &value))
        return false;
    key = span_trim(key);
    value = span_trim(value);
    if (!span_equal_text(key, "sandbox_image") &&
        !span_equal_text(key, "sandbox"))
        return false;
    if (value.len < 3 || (value.ptr[0] != '"' && value.ptr[0] != '\'') ||
        value.ptr[value.len - 1] != value.ptr[0])
        return false;
    *image = span_of(value.ptr + 1, value.len - 2);
    return true;
}

enum status
kind_image_read(struct span text, struct kind_image_facts *out)
{
    struct kind_image_facts facts = { 0 };
    struct span line, version = { NULL, 0 }, image = { NULL, 0 };
    enum status status;

    (void)span_cut(text, '\n', &version, &text);
    version = span_trim(version);
    status = read_minor(version, &facts.minor);
    while (status == STATUS_OK && image.len == 0 && text.len > 0) {
        line = text;
        if (!span_cut(text, '\n', &line, &text))
            text = (struct span){ NULL, 0 };
        (void)read_sandbox(line, &image);
    }
    if (status == STATUS_OK && image.len == 0)
        status = STATUS_INVALID;
    if (status == STATUS_OK)
        status = buf_append(&facts.kubernetes, version);
    if (status == STATUS_OK)
        status = buf_append(&facts.sandbox, image);
    if (status == STATUS_OK) {
        kind_image_facts_reset(out);
        *out = facts;
    } else {
        kind_image_facts_reset(&facts);
    }
    return status;
}

/* The label of images of ci/kind, which lists what is not in them. */
static enum status
read_label(const struct engine *engine, const char *image, bool *bare,
    struct buf *problem)
{
    const char *const arguments[] = { "image", "inspect", "--format",
        "{{index .Config.Labels \"kmslab.without\"}}", image, NULL };
    const struct span missing = SPAN_LITERAL("coredns");
    struct buf label = { 0 };
    enum status status = engine_ask(engine, arguments, &label, problem);
    size_t at;

    if (status == STATUS_OK)
        *bare = span_search(buf_span(&label), missing, &at);
    buf_reset(&label);
    return status;
}

enum status
kind_image_look(const struct engine *engine, const char *image,
    struct kind_image_facts *out, struct buf *problem)
{
    const char *const arguments[] = { "run", "--rm", "--network", "none",
        "--entrypoint", "sh", image, "-c",
        /* The version's file may lack its newline. */
        "cat /kind/version && echo && cat /etc/containerd/config.toml", NULL };
    /* The engine's program, ended between making a container and running it,
     * would leave it behind. It takes a second. */
    const struct engine to_its_end = { engine->program, true };
    struct buf text = { 0 }, words = { 0 };
    bool bare = false;
    enum status status = engine_ask(&to_its_end, arguments, &text, &words);

    if (status == STATUS_CANCELLED)
        goto out;
    if (status == STATUS_OK)
        status = kind_image_read(buf_span(&text), out);
    if (status != STATUS_OK) {
        status = STATUS_INVALID;
        buf_say(problem,
            "%s is no node image of kind (/kind/version or containerd's"
            " pause image is not in it)%s%s",
            image, words.len > 0 ? ": " : "", buf_text(&words));
        goto out;
    }
    status = read_label(engine, image, &bare, problem);
    out->bare = bare;
out:
    buf_reset(&words);
    buf_reset(&text);
    return status;
}
