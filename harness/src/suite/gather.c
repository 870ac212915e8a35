/* SPDX-License-Identifier: Apache-2.0 */
#include "suite/gather.h"

#include "play/vet.h"
#include "process/interrupt.h"
#include "scenario/read.h"
#include "suite/suite.h"

struct gathering {
    const struct gather_options *o;
    struct vet vet;
    struct crew *crew;
    bool mistake; /* what failed is one */
};

/* Each has a folder of its name, and lines in reports. */
static enum status
check_name(struct gathering *g, const struct buf *name, const char *file,
    struct buf *problem)
{
    for (size_t i = 0; i < g->crew->count; i++) {
        const struct crew_run *run = &g->crew->runs[i];

        if (!span_equal(buf_span(&run->name), buf_span(name)))
            continue;
        buf_say(problem, "%s and %s would both be called %s: run them apart",
            buf_text(&run->file), file, buf_text(name));
        g->mistake = true;
        return STATUS_EXISTS;
    }
    return STATUS_OK;
}

static enum status
read_file(struct gathering *g, const char *file, struct scenario *scenario,
    struct buf *problem)
{
    const struct read_options read = { file, 0 };
    enum status st = read_scenario_file(&read, scenario, problem);

    g->mistake = st != STATUS_OK && st != STATUS_NO_MEMORY;
    return st;
}

static enum status
add_run(struct gathering *g, const struct scenario *scenario, const char *file,
    int64_t repetition, struct buf *problem)
{
    struct buf name = { 0 };
    enum status st = buf_append(&name, buf_span(&scenario->name));

    if (st == STATUS_OK && g->o->repeat > 1)
        st = buf_printf(&name, "-%lld", (long long)repetition + 1);
    if (st == STATUS_OK)
        st = check_name(g, &name, file, problem);
    if (st == STATUS_OK)
        st = crew_add(g->crew, buf_text(&name), file,
            (uint64_t)(g->o->seed + repetition));
    buf_reset(&name);
    return st;
}

static enum status
add_runs(struct gathering *g, const char *folder, const char *name,
    struct buf *problem)
{
    struct buf file = { 0 };
    struct scenario scenario = { 0 };
    enum status st = suite_file(folder, name, &file);

    if (st == STATUS_OK)
        st = read_file(g, buf_text(&file), &scenario, problem);
    if (scenario.apiservers > (int64_t)g->crew->apiservers)
        g->crew->apiservers = (size_t)scenario.apiservers;
    for (int64_t i = 0; i < g->o->repeat && st == STATUS_OK; i++)
        st = add_run(g, &scenario, buf_text(&file), i, problem);
    scenario_reset(&scenario);
    buf_reset(&file);
    return st;
}

/* Repetitions stand together, and are one file. */
static bool
is_repetition(const struct crew *crew, size_t i)
{
    return i > 0 && span_equal(buf_span(&crew->runs[i].file),
                        buf_span(&crew->runs[i - 1].file));
}

/* After all are known, so that an interrupt meanwhile leaves a list of them:
 * who runs them finds it still pending. */
static enum status
vet_runs(struct gathering *g, struct buf *problem)
{
    enum status st = STATUS_OK;

    for (size_t i = 0; i < g->crew->count && st == STATUS_OK; i++) {
        struct scenario scenario = { 0 };

        if (is_repetition(g->crew, i))
            continue;
        st = read_file(g, buf_text(&g->crew->runs[i].file), &scenario, problem);
        if (st == STATUS_OK) {
            st = vet_scenario(&g->vet, &scenario, problem);
            g->mistake = st == STATUS_INVALID;
        }
        scenario_reset(&scenario);
    }
    if (interrupt_pending() == 0)
        return st;
    buf_clear(problem);
    return STATUS_OK;
}

/* Files are found without it. */
static bool
needs_folder(const struct gather_options *o)
{
    bool needs = o->all;
    for (size_t i = 0; i < o->name_count; i++)
        needs = needs || !suite_is_file(o->names[i]);
    return needs;
}

static enum status
gather_all(struct gathering *g, struct buf *problem)
{
    const struct gather_options *o = g->o;
    struct buf folder = { 0 };
    struct suite_names names = { 0 };
    enum status st = STATUS_OK;

    if (needs_folder(o))
        st = suite_folder(o->scenarios, &folder);
    if (st == STATUS_OK && o->all)
        st = suite_names(buf_text(&folder), &names);
    g->mistake = st != STATUS_OK;
    if (st != STATUS_OK)
        buf_say(problem,
            "no folder of scenarios: %s%s%s (--scenarios FOLDER says where)",
            buf_text(&folder), folder.len > 0 ? ": " : "", status_text(st));
    for (size_t i = 0; i < names.count && st == STATUS_OK; i++)
        st = add_runs(g, buf_text(&folder), names.items[i], problem);
    for (size_t i = 0; i < o->name_count && st == STATUS_OK; i++)
        st = add_runs(g, buf_text(&folder), o->names[i], problem);
    suite_names_reset(&names);
    buf_reset(&folder);
    return st;
}

enum status
gather(const struct gather_options *options, struct crew *crew, bool *mistake,
    struct buf *problem)
{
    struct gathering g = {
        .o = options,
        .vet = { .workspace = options->workspace,
            .other_plugin = options->other_plugin },
        .crew = crew,
    };
    enum status st = gather_all(&g, problem);

    if (st == STATUS_OK)
        st = vet_runs(&g, problem);
    vet_reset(&g.vet);
    *mistake = g.mistake;
    return st;
}
