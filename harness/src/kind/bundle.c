/* SPDX-License-Identifier: Apache-2.0 */
#include "kind/bundle.h"

#include "kind/copy.h"
#include "kind/loader.h"
#include "kind/state.h"
#include "process/capture.h"
#include "process/program.h"

#include <unistd.h>

enum { LIST_TIMEOUT_MS = 30 * 1000 };

static const char emulator_name[] = "kms-emulator";
static const char plugin_name[] = "aws-kms-plugin";

void
kind_bundle_reset(struct kind_bundle *bundle)
{
    buf_reset(&bundle->folder);
    buf_reset(&bundle->emulator_loader);
    buf_reset(&bundle->plugin_loader);
}

static const char *
base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? path : slash + 1;
}

/* What a program prints, run as `argv`. */
static enum status
ask(const char *const *argv, struct buf *output)
{
    struct capture_call call = { .argv = argv, .timeout_ms = LIST_TIMEOUT_MS };
    struct capture_result result = { 0 };
    enum status status = capture_run(&call, &result);

    if (status == STATUS_OK && result.exit_code != 0)
        status = STATUS_DENIED;
    if (status == STATUS_OK)
        status = buf_append(output, buf_span(&result.output));
    capture_result_reset(&result);
    return status;
}

static bool
are_of_one_version(const char *one, const char *other)
{
    const char *const argv[2][3] = { { one, "--version", NULL },
        { other, "--version", NULL } };
    struct buf words[2] = { { 0 }, { 0 } };
    bool same = ask(argv[0], &words[0]) == STATUS_OK &&
                ask(argv[1], &words[1]) == STATUS_OK && words[0].len > 0 &&
                span_equal(buf_span(&words[0]), buf_span(&words[1]));

    buf_reset(&words[0]);
    buf_reset(&words[1]);
    return same;
}

/* build/debug/NAME has a static sister in build/static. */
static enum status
prefer_static(const char *name, struct buf *path)
{
    struct buf sister = { 0 };
    size_t folder = path->len - strlen(name);
    enum status status =
        buf_append(&sister, span_first(buf_span(path), folder));

    if (status == STATUS_OK)
        status = buf_printf(&sister, "../static/%s", name);
    if (status == STATUS_OK && access(buf_text(&sister), X_OK) == 0 &&
        are_of_one_version(buf_text(&sister), buf_text(path)))
        buf_take(path, &sister);
    buf_reset(&sister);
    return status;
}

static enum status
find_ours(const char *name, struct buf *path, struct buf *problem)
{
    enum status status = program_find(name, path);

    if (status == STATUS_NOT_FOUND)
        buf_say(problem, "there is no %s beside kmslab or in PATH", name);
    return status == STATUS_OK ? prefer_static(name, path) : status;
}

struct libraries {
    const char *folder; /* lib/ of the bundle */
    struct buf *problem;
};

static enum status
copy_library(void *context, struct span name, struct span path)
{
    struct libraries *libraries = context;
    struct buf from = { 0 }, to = { 0 };
    enum status status = buf_append(&from, path);

    if (status == STATUS_OK)
        status = buf_printf(&to, "%s/%.*s", libraries->folder, SPAN_ARG(name));
    if (status == STATUS_OK && access(buf_text(&to), F_OK) != 0)
        status =
            kind_copy_file(buf_text(&from), buf_text(&to), libraries->problem);
    buf_reset(&to);
    buf_reset(&from);
    return status;
}

/* Copies what `program` loads, and its loader, into FOLDER/lib. */
static enum status
add_libraries(const char *program, const char *loader, const char *folder,
    struct buf *problem)
{
    const char *const argv[] = { loader, "--list", program, NULL };
    struct buf place = { 0 }, list = { 0 };
    enum status status = buf_printf(&place, "%s/lib", folder);
    struct libraries libraries = { buf_text(&place), problem };
    struct span name = span_text(base_name(loader));

    if (status == STATUS_OK)
        status = kind_state_make_folder(buf_text(&place), problem);
    if (status == STATUS_OK)
        status = ask(argv, &list);
    if (status == STATUS_OK)
        status = copy_library(&libraries, name, span_text(loader));
    if (status == STATUS_OK)
        status = kind_loader_each(buf_span(&list), copy_library, &libraries);
    if (status != STATUS_OK && problem->len == 0)
        buf_say(problem, "the libraries of %s cannot be found: %s", program,
            status_text(status));
    buf_reset(&list);
    buf_reset(&place);
    return status;
}

/* Sets *loader to the name of the program's loader, if it has one. */
static enum status
look_at(const char *program, struct buf *path, struct buf *loader,
    struct buf *problem)
{
    enum status status = kind_loader_of(program, path);

    if (status != STATUS_OK)
        buf_say(problem, "%s is no program that a node can run: %s", program,
            status_text(status));
    else if (path->len > 0)
        status = buf_append_text(loader, base_name(buf_text(path)));
    return status;
}

static enum status
add_program(const char *program, const char *folder, struct buf *loader,
    struct buf *problem)
{
    struct buf path = { 0 }, copy = { 0 };
    enum status status = look_at(program, &path, loader, problem);

    if (status == STATUS_OK)
        status = buf_printf(&copy, "%s/%s", folder, base_name(program));
    if (status == STATUS_OK)
        status = kind_copy_file(program, buf_text(&copy), problem);
    if (status == STATUS_OK && path.len > 0)
        status = add_libraries(program, buf_text(&path), folder, problem);
    buf_reset(&copy);
    buf_reset(&path);
    return status;
}

static enum status
add_ours(const char *name, const char *folder, struct buf *loader,
    struct buf *problem)
{
    struct buf path = { 0 };
    enum status status = find_ours(name, &path, problem);

    if (status == STATUS_OK)
        status = add_program(buf_text(&path), folder, loader, problem);
    buf_reset(&path);
    return status;
}

enum status
kind_bundle_make(const char *folder,
    const struct kind_bundle_programs *programs, struct kind_bundle *out,
    struct buf *problem)
{
    struct kind_bundle made = { 0 };
    enum status status = kind_state_make_folder(folder, problem);

    if (status == STATUS_OK)
        status = buf_append_text(&made.folder, folder);
    if (status == STATUS_OK && programs->emulator)
        status =
            add_ours(emulator_name, folder, &made.emulator_loader, problem);
    if (status == STATUS_OK && programs->plugin)
        status =
            programs->others == NULL
                ? add_ours(plugin_name, folder, &made.plugin_loader, problem)
                : add_program(
                      programs->others, folder, &made.plugin_loader, problem);
    if (status != STATUS_OK) {
        kind_bundle_reset(&made);
        return status;
    }
    kind_bundle_reset(out);
    *out = made;
    return STATUS_OK;
}

/* A program in somebody else's bundle: where it is not static, its loader must
 * be in lib/. */
static enum status
look_in(const char *folder, const char *name, struct buf *loader,
    struct buf *problem)
{
    struct buf program = { 0 }, path = { 0 }, there = { 0 };
    enum status status = buf_printf(&program, "%s/%s", folder, name);

    if (status == STATUS_OK)
        status = look_at(buf_text(&program), &path, loader, problem);
    if (status == STATUS_OK && loader->len > 0)
        status = buf_printf(&there, "%s/lib/%s", folder, buf_text(loader));
    if (status == STATUS_OK && loader->len > 0 &&
        access(buf_text(&there), X_OK) != 0) {
        buf_say(problem,
            "%s needs %s: put its libraries and loader there, or take a static"
            " program (make static)",
            buf_text(&program), buf_text(&there));
        status = STATUS_NOT_FOUND;
    }
    buf_reset(&there);
    buf_reset(&path);
    buf_reset(&program);
    return status;
}

enum status
kind_bundle_look(const char *folder,
    const struct kind_bundle_programs *programs, struct kind_bundle *out,
    struct buf *problem)
{
    const char *plugin =
        programs->others == NULL ? plugin_name : base_name(programs->others);
    struct kind_bundle found = { 0 };
    enum status status = buf_append_text(&found.folder, folder);

    if (status == STATUS_OK && programs->emulator)
        status =
            look_in(folder, emulator_name, &found.emulator_loader, problem);
    if (status == STATUS_OK && programs->plugin)
        status = look_in(folder, plugin, &found.plugin_loader, problem);
    if (status != STATUS_OK) {
        kind_bundle_reset(&found);
        return status;
    }
    kind_bundle_reset(out);
    *out = found;
    return STATUS_OK;
}
