/* SPDX-License-Identifier: Apache-2.0 */
/* kmslab kind logs. */
#include "base/file.h"
#include "base/num.h"
#include "kind/state.h"
#include "kind_commands/kind_command.h"
#include "node/known.h"
#include "node/node_logs.h"
#include "options.h"
#include "process/interrupt.h"
#include "process/printing.h"

const char kind_logs_usage[] =
    "usage: kmslab kind logs [NAME] [WHAT] [OPTION...]\n"
    "\n"
    "Prints the logs of a cluster's programs, from their nodes or, of an emulator\n"
    "on this machine, from here. NAME: kmslab. WHAT: emulator, plugin or\n"
    "apiserver; without it all of them, each under a line with its name.\n"
    "\n"
    "  --node NODE    of this control plane alone\n"
    "  --lines N      the last ones of each container (200)\n";

struct logs {
    const char *node, *lines_text;
    int64_t lines;
    const char *what; /* NULL: all */
    struct kind_known known;
    struct buf out;
};

static const struct program {
    const char *name, *pod;
} programs[] = {
    { "emulator", "kmslab-emulator" },
    { "plugin", "kmslab-plugin" },
    { "apiserver", "kube-apiserver" },
};

static const struct program *
find(const char *what)
{
    for (size_t i = 0; i < ARRAY_LEN(programs); i++)
        if (strcmp(programs[i].name, what) == 0)
            return &programs[i];
    return NULL;
}

/* Where the last lines of a text begin. */
static struct span
last_lines(struct span text, int64_t lines)
{
    size_t at = text.len;

    for (int64_t ends = 0; at > 0; at--)
        if (text.ptr[at - 1] == '\n' && ends++ == lines)
            break;
    return span_skip(text, at);
}

static enum status
read_host_log(struct logs *logs, struct buf *problem)
{
    enum { LOG_MAX = 256 * 1024 * 1024 };
    struct buf path = { 0 }, text = { 0 };
    enum status st = kind_state_file(
        buf_text(&logs->known.record.name), "emulator/log", &path, problem);

    if (st == STATUS_OK) {
        st = file_read(buf_text(&path), LOG_MAX, &text);
        if (st != STATUS_OK)
            buf_say(problem, "%s: %s", buf_text(&path), status_text(st));
    }
    if (st == STATUS_OK)
        st = buf_append(&logs->out, last_lines(buf_span(&text), logs->lines));
    buf_reset(&path);
    buf_reset(&text);
    return st;
}

static enum status
read_log(struct logs *logs, const struct program *program, const char *node,
    struct buf *problem)
{
    const struct buf *where = &logs->known.record.emulator.where;

    if (strcmp(program->name, "emulator") == 0 &&
        span_equal_text(buf_span(where), "host"))
        return read_host_log(logs, problem);
    return node_logs_read(&logs->known.engine, node, program->pod,
        (unsigned)logs->lines, &logs->out, problem);
}

/* One that is not there does not keep the others. */
static enum status
read_all(struct logs *logs, const char *node)
{
    enum status st = STATUS_OK;

    for (size_t i = 0; i < ARRAY_LEN(programs) && st == STATUS_OK; i++) {
        struct buf why = { 0 };

        st = buf_printf(
            &logs->out, "==> %s in %s <==\n", programs[i].name, node);
        if (st == STATUS_OK)
            st = read_log(logs, &programs[i], node, &why);
        if (st != STATUS_OK && st != STATUS_CANCELLED && st != STATUS_NO_MEMORY)
            st = buf_printf(&logs->out, "(%s)\n",
                why.len > 0 ? buf_text(&why) : status_text(st));
        buf_reset(&why);
    }
    return st;
}

static enum status
read_wanted(struct logs *logs, struct buf *problem)
{
    const struct kind_names *nodes = &logs->known.record.control_planes;
    const char *node = kind_known_node(&logs->known, logs->node, problem);
    enum status st = node == NULL ? STATUS_NOT_FOUND : STATUS_OK;

    if (st == STATUS_OK && logs->what != NULL)
        return read_log(logs, find(logs->what), node, problem);
    if (st == STATUS_OK && logs->node != NULL)
        return read_all(logs, node);
    for (size_t i = 0; st == STATUS_OK && i < nodes->count; i++)
        st = read_all(logs, buf_text(&nodes->names[i]));
    return st;
}

static int
run(const char *name, struct logs *logs)
{
    struct buf problem = { 0 };
    enum status st = interrupt_init();
    int code = 0;

    if (st == STATUS_OK)
        st = kind_known_open(name, &logs->known, &problem);
    if (st == STATUS_OK)
        st = read_wanted(logs, &problem);
    if (st == STATUS_OK)
        st = printing_put(&logs->out, &problem);
    if (st != STATUS_OK)
        code = kind_command_fail("kind logs", st, &problem);
    kind_known_reset(&logs->known);
    buf_reset(&logs->out);
    buf_reset(&problem);
    return code;
}

int
kind_logs_run(int argc, char **argv)
{
    struct logs logs = { .lines = 200 };
    const struct option_row rows[] = { { "node", &logs.node, NULL },
        { "lines", &logs.lines_text, NULL } };
    const char *name = kind_command_name(&argc, &argv);
    int rest, code = 0;

    logs.what = kind_command_name(&argc, &argv);
    kind_known_words(find(name == NULL ? "" : name) != NULL, &name, &logs.what);
    if (!options_parse(
            argc, argv, rows, ARRAY_LEN(rows), kind_logs_usage, &rest, &code))
        return code;
    if (rest != argc)
        return options_refuse("kind logs", "takes NAME, WHAT, then options");
    if (logs.what != NULL && find(logs.what) == NULL)
        return options_refuse(
            "kind logs", "there are logs of emulator, plugin and apiserver");
    if (logs.lines_text != NULL &&
        num_parse(span_text(logs.lines_text), 1, 10 * 1000 * 1000,
            &logs.lines) != STATUS_OK)
        return options_refuse("kind logs", "--lines is a number from 1");
    return run(name, &logs);
}
