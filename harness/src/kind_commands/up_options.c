/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* realpath */
#include "kind_commands/up_options.h"

#include "base/num.h"
#include "kind/name.h"

#include <limits.h>
#include <stdlib.h>

enum { WAIT_MAX_S = 3600 };

static const char default_name[] = "kmslab";

void
up_options_reset(struct up_options *options)
{
    buf_reset(&options->bundle_path);
    buf_reset(&options->kubeconfig_path);
}

void
up_options_rows(
    struct up_options *options, struct option_row rows[UP_OPTIONS_SHARED])
{
    const struct option_row shared[UP_OPTIONS_SHARED] = {
        { "image", &options->image, NULL },
        { "control-planes", &options->control_planes, NULL },
        { "workers", &options->workers, NULL },
        { "kms", &options->kms, NULL },
        { "emulator", &options->emulator, NULL },
        { "plugin", &options->plugin, NULL },
        { "plugin-image", &options->plugin_image, NULL },
        { "bundle", &options->bundle, NULL },
        { "kind", &options->kind, NULL },
        { "engine", &options->engine, NULL },
    };

    memcpy(rows, shared, sizeof(shared));
}

static enum status
take_number(const char *option, const char *text, int64_t min, int64_t max,
    int64_t otherwise, int64_t *out, struct buf *problem)
{
    *out = otherwise;
    if (text == NULL || num_parse(span_text(text), min, max, out) == STATUS_OK)
        return STATUS_OK;
    buf_say(problem, "--%s %s: a number from %lld to %lld is wanted", option,
        text, (long long)min, (long long)max);
    return STATUS_INVALID;
}

/* The index of a word among those that an option takes. */
static enum status
take_word(const char *option, const char *text, const char *const *words,
    size_t count, size_t *out, struct buf *problem)
{
    *out = 0;
    for (size_t i = 0; text != NULL && i < count; i++) {
        if (strcmp(words[i], text) == 0) {
            *out = i;
            return STATUS_OK;
        }
    }
    if (text == NULL)
        return STATUS_OK;
    buf_say(problem, "--%s %s: it takes", option, text);
    for (size_t i = 0; i < count; i++)
        buf_say(problem, "%s %s",
            i == 0          ? ""
            : i + 1 < count ? ","
                            : " or",
            words[i]);
    return STATUS_INVALID;
}

static enum status
take_plugin(
    const struct up_options *o, struct kind_plan *plan, struct buf *problem)
{
    if (o->plugin != NULL && o->plugin_image != NULL) {
        buf_say(problem, "--plugin and --plugin-image exclude each other");
        return STATUS_INVALID;
    }
    if (o->plugin_image != NULL) {
        plan->plugin = KIND_PLUGIN_IMAGE;
        plan->plugin_what = o->plugin_image;
    } else if (o->plugin != NULL && strcmp(o->plugin, "none") == 0) {
        plan->plugin = KIND_PLUGIN_NONE;
    } else if (o->plugin != NULL) {
        plan->plugin = KIND_PLUGIN_COMMAND;
        plan->plugin_what = o->plugin;
    }
    if (plan->plugin == KIND_PLUGIN_OURS &&
        plan->emulator == KIND_EMULATOR_NONE) {
        buf_say(problem,
            "--emulator none leaves the plugin without a key: name one by"
            " --plugin 'aws-kms-plugin --key=ARN --region=REGION'");
        return STATUS_INVALID;
    }
    return STATUS_OK;
}

/* A file that need not be there, or a folder that must. */
static enum status
absolute(const char *path, bool folder, struct buf *out, struct buf *problem)
{
    char found[PATH_MAX];

    if (!folder && path[0] == '/')
        return buf_append_text(out, path);
    if (realpath(folder ? path : ".", found) == NULL) {
        buf_say(problem, "the folder %s is not there", path);
        return STATUS_INVALID;
    }
    return folder ? buf_append_text(out, found)
                  : buf_printf(out, "%s/%s", found, path);
}

static enum status
take_paths(struct up_options *o, struct kind_plan *plan, struct buf *problem)
{
    enum status status = STATUS_OK;

    if (o->bundle != NULL)
        status = absolute(o->bundle, true, &o->bundle_path, problem);
    if (status == STATUS_OK && o->kubeconfig != NULL)
        status = absolute(o->kubeconfig, false, &o->kubeconfig_path, problem);
    if (status != STATUS_OK)
        return status;
    plan->bundle = o->bundle == NULL ? NULL : buf_text(&o->bundle_path);
    plan->kubeconfig =
        o->kubeconfig == NULL ? NULL : buf_text(&o->kubeconfig_path);
    return STATUS_OK;
}

static enum status
take_numbers(
    const struct up_options *o, struct kind_plan *plan, struct buf *problem)
{
    int64_t planes, workers, wait;
    enum status status = take_number("control-planes", o->control_planes, 1,
        KIND_NODES_MAX, 1, &planes, problem);

    if (status == STATUS_OK)
        status = take_number(
            "workers", o->workers, 0, KIND_NODES_MAX, 0, &workers, problem);
    if (status == STATUS_OK)
        status = take_number("wait", o->wait, 1, WAIT_MAX_S, 0, &wait, problem);
    if (status != STATUS_OK)
        return status;
    plan->control_planes = (size_t)planes;
    plan->workers = (size_t)workers;
    plan->wait_ms = wait * 1000;
    return STATUS_OK;
}

/* An empty one would mean the usual, and kind and docker would take one that
 * begins with a dash for an option of theirs. */
static enum status
check_word(const char *option, const char *word, struct buf *problem)
{
    if (word == NULL || (word[0] != '\0' && word[0] != '-'))
        return STATUS_OK;
    buf_say(problem, "--%s '%s': it takes a name", option, word);
    return STATUS_INVALID;
}

static enum status
check_words(const struct up_options *o, struct buf *problem)
{
    enum status status = check_word("image", o->image, problem);

    if (status == STATUS_OK)
        status = check_word("kind", o->kind, problem);
    if (status == STATUS_OK)
        status = check_word("engine", o->engine, problem);
    if (status == STATUS_OK)
        status = check_word("plugin", o->plugin, problem);
    return status == STATUS_OK
               ? check_word("plugin-image", o->plugin_image, problem)
               : status;
}

enum status
up_options_plan(
    struct up_options *options, struct kind_plan *plan, struct buf *problem)
{
    size_t kms = 0, emulator = 0;
    enum status status;

    *plan = (struct kind_plan){
        .name = options->name == NULL ? default_name : options->name,
        .image = options->image,
        .kind_program = options->kind,
        .engine_program = options->engine,
    };
    status = kind_name_check(plan->name, problem);
    if (status == STATUS_OK)
        status = check_words(options, problem);
    if (status == STATUS_OK)
        status = take_word("kms", options->kms, kind_kms_names,
            ARRAY_LEN(kind_kms_names), &kms, problem);
    if (status == STATUS_OK)
        status = take_word("emulator", options->emulator, kind_emulator_names,
            ARRAY_LEN(kind_emulator_names), &emulator, problem);
    plan->kms = (enum kind_kms)kms;
    plan->emulator = (enum kind_emulator)emulator;
    if (status == STATUS_OK)
        status = take_numbers(options, plan, problem);
    if (status == STATUS_OK)
        status = take_plugin(options, plan, problem);
    return status == STATUS_OK ? take_paths(options, plan, problem) : status;
}
