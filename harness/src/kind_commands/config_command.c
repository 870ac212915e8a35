/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* realpath */
/* kmslab kind config: the files of `up` for those who run kind themselves. */
#include "kind/bundle.h"
#include "kind/files.h"
#include "kind/image.h"
#include "kind/preflight.h"
#include "kind/state.h"
#include "kind/tools.h"
#include "kind_commands/kind_command.h"
#include "kind_commands/up_options.h"
#include "process/printing.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

const char kind_config_usage[] =
    "usage: kmslab kind config [NAME] [--out FOLDER|-] [OPTION...]\n"
    "\n"
    "Writes what kmslab kind up gives to kind into FOLDER: kind.yaml, the\n"
    "EncryptionConfiguration, the manifests of the static pods, the emulator's\n"
    "seed and the programs; or prints the text files (-, which is the default).\n"
    "Then, in that folder: kind create cluster --config kind.yaml\n"
    "\n"
    "  --out FOLDER          made when missing; - prints\n" UP_OPTIONS_USAGE
    "\n"
    "An emulator on the host is started by up alone; for config, --emulator host\n"
    "writes the address of the network's gateway, port 4599. Where the node image\n"
    "is not here, the pause image of recent ones is written.\n";

/* Of recent node images; the comment in the manifest says what it is. */
static const char usual_sandbox[] = "registry.k8s.io/pause:3.10";
enum { USUAL_MINOR = 34 };

struct settings {
    struct kind_plan plan;
    struct kind_image_facts facts;
    struct kind_bundle bundle;
    struct kind_recipe recipe;
    struct buf image, key;
};

/* What the image says, where engine and image are here. */
static enum status
find_facts(struct settings *s)
{
    struct engine engine = engine_find(s->plan.engine_program);
    struct buf kind = { 0 }, words = { 0 };
    enum status status = kind_tools_find(s->plan.kind_program, &kind, &words);

    if (status == STATUS_OK || s->plan.image != NULL)
        status = kind_image_choose(
            s->plan.image, buf_text(&kind), &s->image, &words);
    if (status == STATUS_OK)
        s->plan.image = buf_text(&s->image);
    if (status == STATUS_OK && kind_image_is_here(&engine, s->plan.image) &&
        kind_image_look(&engine, s->plan.image, &s->facts, &words) == STATUS_OK)
        status = kind_preflight_cgroup_v1(&engine, &s->recipe.cgroup_v1);
    else
        status = STATUS_NOT_FOUND;
    buf_reset(&words);
    buf_reset(&kind);
    if (status == STATUS_OK || status == STATUS_CANCELLED)
        return status;
    s->facts.minor = USUAL_MINOR;
    return buf_set(&s->facts.sandbox, span_text(usual_sandbox));
}

static void
fill_recipe(struct settings *s, const char *folder, const char *bundle)
{
    s->recipe.plan = &s->plan;
    s->recipe.facts = &s->facts;
    s->recipe.folder = folder;
    s->recipe.bundle = bundle;
    s->recipe.key = buf_text(&s->key);
    s->recipe.host_endpoint = "http://172.18.0.1:4599";
    s->recipe.emulator_loader = kind_text_or_null(&s->bundle.emulator_loader);
    s->recipe.plugin_loader = kind_text_or_null(&s->bundle.plugin_loader);
}

static enum status
print_files(struct settings *s, struct buf *problem)
{
    struct buf text = { 0 };
    enum status status;

    fill_recipe(s, ".", s->plan.bundle == NULL ? "./bundle" : s->plan.bundle);
    status = kind_files_print(&s->recipe, &text);
    if (status == STATUS_OK)
        status = printing_put(&text, problem);
    buf_reset(&text);
    return status;
}

/* Names are written from the root: kind takes others from where it is run. */
static enum status
write_files(struct settings *s, const char *out, struct buf *problem)
{
    char folder[PATH_MAX];
    enum status status = kind_state_make_folder(out, problem);

    if (status == STATUS_OK && realpath(out, folder) == NULL)
        status = STATUS_IO;
    if (status == STATUS_OK)
        status = kind_bundle_of_plan(&s->plan, folder, &s->bundle, problem);
    if (status == STATUS_OK && s->plan.emulator != KIND_EMULATOR_NONE)
        status = kind_files_seed(buf_text(&s->key), folder, problem);
    if (status != STATUS_OK)
        return status;
    fill_recipe(s, folder, buf_text(&s->bundle.folder));
    status = kind_files_write(&s->recipe, folder, problem);
    if (status == STATUS_OK)
        printf("kind create cluster --config %s/kind.yaml\n", folder);
    return status;
}

static int
run(struct settings *s, const char *out)
{
    struct buf problem = { 0 };
    enum status status = find_facts(s);
    int code = 0;

    if (status == STATUS_OK)
        status = kind_files_new_key(&s->key);
    if (status == STATUS_OK)
        status = strcmp(out, "-") == 0 ? print_files(s, &problem)
                                       : write_files(s, out, &problem);
    if (status != STATUS_OK)
        code = kind_command_fail("kind config", status, &problem);
    kind_image_facts_reset(&s->facts);
    kind_bundle_reset(&s->bundle);
    buf_reset(&s->image);
    buf_reset(&s->key);
    buf_reset(&problem);
    return code;
}

int
kind_config_run(int argc, char **argv)
{
    struct up_options options = { .name = kind_command_name(&argc, &argv) };
    struct option_row rows[UP_OPTIONS_SHARED + 1];
    struct settings settings = { 0 };
    struct buf problem = { 0 };
    const char *out = "-";
    int rest, code;

    up_options_rows(&options, rows);
    rows[UP_OPTIONS_SHARED] = (struct option_row){ "out", &out, NULL };
    if (!options_parse(
            argc, argv, rows, ARRAY_LEN(rows), kind_config_usage, &rest, &code))
        return code;
    if (options.name == NULL && rest < argc)
        options.name = argv[rest++];
    if (rest != argc)
        code = options_refuse("kind config", "one name is enough");
    else if (up_options_plan(&options, &settings.plan, &problem) != STATUS_OK)
        code = options_refuse("kind config", buf_text(&problem));
    else
        code = run(&settings, out);
    up_options_reset(&options);
    buf_reset(&problem);
    return code;
}
