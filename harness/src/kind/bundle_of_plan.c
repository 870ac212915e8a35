/* SPDX-License-Identifier: Apache-2.0 */
#include "kind/bundle.h"

#include "process/program.h"

const char *
kind_text_or_null(const struct buf *text)
{
    return text->len == 0 ? NULL : buf_text(text);
}

/* The first word of --plugin's command, found in PATH where it is a name. */
static enum status
find_plugin(const struct kind_plan *plan, struct buf *path, struct buf *problem)
{
    struct span word = span_text(plan->plugin_what), rest;
    struct buf name = { 0 };
    enum status status;

    (void)span_cut(word, ' ', &word, &rest);
    status = buf_append(&name, word);
    if (status == STATUS_OK && strchr(buf_text(&name), '/') != NULL)
        status = buf_append(path, word);
    else if (status == STATUS_OK)
        status = program_find(buf_text(&name), path);
    if (status == STATUS_NOT_FOUND)
        buf_say(
            problem, "there is no program %s for --plugin", buf_text(&name));
    buf_reset(&name);
    return status;
}

enum status
kind_bundle_of_plan(const struct kind_plan *plan, const char *folder,
    struct kind_bundle *out, struct buf *problem)
{
    struct kind_bundle_programs programs = {
        .emulator = plan->emulator == KIND_EMULATOR_NODE,
        .plugin = plan->plugin == KIND_PLUGIN_OURS ||
                  plan->plugin == KIND_PLUGIN_COMMAND,
    };
    struct buf place = { 0 }, program = { 0 };
    enum status status = buf_printf(&place, "%s/bundle", folder);

    if (status == STATUS_OK && plan->plugin == KIND_PLUGIN_COMMAND) {
        status = find_plugin(plan, &program, problem);
        programs.others = buf_text(&program);
    }
    if (status == STATUS_OK)
        status =
            plan->bundle != NULL
                ? kind_bundle_look(plan->bundle, &programs, out, problem)
                : kind_bundle_make(buf_text(&place), &programs, out, problem);
    buf_reset(&program);
    buf_reset(&place);
    return status;
}
