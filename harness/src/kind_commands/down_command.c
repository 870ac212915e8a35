/* SPDX-License-Identifier: Apache-2.0 */
/* kmslab kind down. */
#include "kind/create.h"
#include "kind/name.h"
#include "kind/nodes.h"
#include "kind/state.h"
#include "kind_commands/kind_command.h"
#include "options.h"
#include "process/interrupt.h"

#include <stdio.h>
#include <unistd.h>

const char kind_down_usage[] =
    "usage: kmslab kind down [NAME] [--engine PROGRAM]\n"
    "       kmslab kind down --all [--engine PROGRAM]\n"
    "\n"
    "Removes all that kmslab kind up made: nodes, their volumes, the network if\n"
    "it was not there before, an emulator on this machine, files. Also after a\n"
    "run that was killed. NAME: kmslab. What is gone already is no failure.\n"
    "Clusters that kmslab did not make are left alone.\n"
    "\n"
    "  --all              every cluster that kmslab made\n"
    "  --engine PROGRAM   docker, or what has its command line (as at up)\n";

struct down {
    const char *engine; /* NULL: the one of the record */
    size_t removed;
    bool failed;
};

static void
say(void *context, const char *line)
{
    (void)context;
    printf("%s\n", line);
    fflush(stdout);
}

/*
 * Between the folder and the record, or after a disk that was full, there is a
 * folder alone, and the record's owner stays unknown: nothing was made yet but
 * files.
 */
static enum status
load(const char *name, struct kind_record *record, struct buf *problem)
{
    struct buf folder = { 0 };
    enum status status = kind_record_load(name, record, problem);

    if (status == STATUS_NOT_FOUND) {
        status = kind_state_folder(name, &folder, problem);
        if (status == STATUS_OK && access(buf_text(&folder), F_OK) != 0)
            status = STATUS_NOT_FOUND;
        if (status == STATUS_OK)
            status = buf_append_text(&record->name, name);
    }
    buf_reset(&folder);
    return status;
}

static enum status
remove_one(struct down *down, const char *name, struct buf *problem)
{
    const struct kind_progress progress = { .say = say };
    struct kind_record record = { 0 };
    enum status status = load(name, &record, problem);

    if (status == STATUS_OK && down->engine != NULL)
        status = buf_set(&record.engine_program, span_text(down->engine));
    if (status == STATUS_OK)
        status = kind_destroy(&record, &progress, problem);
    if (status == STATUS_OK)
        down->removed++;
    kind_record_reset(&record);
    return status;
}

/* One that cannot be removed does not keep the others. */
static enum status
visit(void *context, const char *name)
{
    struct down *down = context;
    struct kind_record record = { 0 };
    struct buf problem = { 0 };
    enum status status = load(name, &record, &problem);
    bool ours = status != STATUS_OK || record.owner != KIND_OWNER_ENCRYPT;

    kind_record_reset(&record);
    buf_clear(&problem);
    if (ours && remove_one(down, name, &problem) != STATUS_OK) {
        fprintf(stderr, "kmslab kind down: %s\n", buf_text(&problem));
        down->failed = true;
    }
    buf_reset(&problem);
    return STATUS_OK;
}

static int
down_all(struct down *down)
{
    struct buf problem = { 0 };
    enum status status = kind_record_each(visit, down, &problem);
    int code = status == STATUS_OK
                   ? 0
                   : kind_command_fail("kind down", status, &problem);

    if (code == 0 && down->removed == 0 && !down->failed)
        say(NULL, "kmslab made no cluster that is still there");
    buf_reset(&problem);
    return down->failed ? EXIT_FAILED : code;
}

/* A kind cluster of that name may be there, made by somebody else. */
static enum status
say_nothing_to_do(const char *name)
{
    printf("kmslab made no cluster %s, so there is nothing to remove\n", name);
    return STATUS_OK;
}

static int
down_one(struct down *down, const char *name)
{
    struct buf problem = { 0 };
    enum status status = kind_name_check(name, &problem);
    int code = 0;

    if (status != STATUS_OK) {
        code = options_refuse("kind down", buf_text(&problem));
        buf_reset(&problem);
        return code;
    }
    status = remove_one(down, name, &problem);
    if (status == STATUS_NOT_FOUND && problem.len == 0)
        status = say_nothing_to_do(name);
    else if (status == STATUS_OK)
        printf("nothing of the cluster %s is left\n", name);
    if (status != STATUS_OK)
        code = kind_command_fail("kind down", status, &problem);
    buf_reset(&problem);
    return code;
}

int
kind_down_run(int argc, char **argv)
{
    const char *name = kind_command_name(&argc, &argv);
    struct down down = { 0 };
    bool all = false;
    const struct option_row rows[] = {
        { "all", NULL, &all },
        { "engine", &down.engine, NULL },
    };
    int rest, code;

    if (!options_parse(
            argc, argv, rows, ARRAY_LEN(rows), kind_down_usage, &rest, &code))
        return code;
    if (name == NULL && rest < argc)
        name = argv[rest++];
    if (rest != argc || (all && name != NULL))
        return options_refuse("kind down", "one name, or --all");
    if (interrupt_init() != STATUS_OK)
        return EXIT_FAILED;
    return all ? down_all(&down)
               : down_one(&down, name == NULL ? "kmslab" : name);
}
