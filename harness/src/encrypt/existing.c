/* SPDX-License-Identifier: Apache-2.0 */
#include "encrypt/existing.h"

#include "base/version.h"
#include "encrypt/rewrite.h"

#include <stdarg.h>
#include <stdlib.h>

const char *
existing_node(const struct existing *e, size_t i)
{
    return buf_text(&e->record.control_planes.names[i]);
}

void
existing_say(const struct existing *e, const char *format, ...)
{
    struct buf line = { 0 };
    va_list args;

    va_start(args, format);
    if (buf_vprintf(&line, format, args) == STATUS_OK && e->report.say != NULL)
        e->report.say(e->report.context, buf_text(&line));
    va_end(args);
    buf_reset(&line);
}

/* ---- finding ----------------------------------------------------------- */

static int
compare_names(const void *a, const void *b)
{
    const struct buf *left = a, *right = b;

    return span_compare(buf_span(left), buf_span(right));
}

/* kind's order: NAME-control-plane, NAME-control-plane2, …; with less than ten
 * of them that of the alphabet. */
static void
sort_names(struct kind_names *names)
{
    qsort(names->names, names->count, sizeof(names->names[0]), compare_names);
}

/*
 * "NAME STATE ROLE". A control plane that does not run now would come back with
 * what it had: after decrypt with a plugin whose key is gone, after encrypt
 * writing in plain.
 */
static enum status
read_node(struct span line, struct kind_record *record, struct buf *problem)
{
    struct span name, rest, state, role;

    if (!span_cut(span_trim(line), ' ', &name, &rest) ||
        !span_cut(rest, ' ', &state, &role))
        return STATUS_OK;
    if (span_equal_text(role, "worker"))
        return kind_names_add(&record->workers, name);
    if (!span_equal_text(role, "control-plane"))
        return STATUS_OK;
    if (!span_equal_text(state, "running")) {
        buf_say(problem,
            "the control plane %.*s does not run (%.*s), and all of them must"
            " change together: start it, or remove it from the cluster",
            SPAN_ARG(name), SPAN_ARG(state));
        return STATUS_UNAVAILABLE;
    }
    return kind_names_add(&record->control_planes, name);
}

static enum status
read_nodes(struct span text, struct kind_record *record, struct buf *problem)
{
    enum status st = STATUS_OK;

    while (st == STATUS_OK && text.len > 0) {
        struct span line = text;

        if (!span_cut(text, '\n', &line, &text))
            text = (struct span){ NULL, 0 };
        st = read_node(line, record, problem);
    }
    sort_names(&record->control_planes);
    sort_names(&record->workers);
    return st;
}

static enum status
find_nodes(struct existing *e, struct kind_record *record, struct buf *problem)
{
    struct buf filter = { 0 }, output = { 0 };
    enum status st =
        buf_printf(&filter, "label=io.x-k8s.kind.cluster=%s", e->name);
    const char *const arguments[] = { "ps", "--all", "--filter",
        buf_text(&filter), "--format",
        "{{.Names}} {{.State}} {{.Label \"io.x-k8s.kind.role\"}}", NULL };

    if (st == STATUS_OK)
        st = engine_ask(&e->engine, arguments, &output, problem);
    if (st == STATUS_OK)
        st = read_nodes(buf_span(&output), record, problem);
    if (st == STATUS_OK && record->control_planes.count == 0) {
        buf_say(problem,
            "%s has no node of a kind cluster '%s': see `kind get clusters`%s%s",
            engine_name(&e->engine), e->name,
            e->known ? "; what kmslab knows of it goes with kmslab kind down "
                     : "",
            e->known ? e->name : "");
        st = STATUS_NOT_FOUND;
    }
    buf_reset(&filter);
    buf_reset(&output);
    return st;
}

/* A record for a cluster that nobody has written down yet. */
static enum status
new_record(struct existing *e, struct kind_record *record)
{
    enum status st = buf_append_text(&record->name, e->name);

    record->owner = KIND_OWNER_ENCRYPT;
    if (st == STATUS_OK)
        st = buf_append_text(&record->version, project_version);
    if (st == STATUS_OK)
        st = buf_append_text(&record->engine_program, e->engine.program);
    if (st == STATUS_OK)
        st = buf_append_text(&record->alias, KIND_ALIAS);
    if (st == STATUS_OK)
        st = buf_append_text(&record->emulator.where, "node");
    if (st == STATUS_OK)
        st = buf_append_text(&record->plugin.kind, "ours");
    return st;
}

static enum status
find_record(struct existing *e, struct buf *problem)
{
    struct kind_record record = { 0 };
    enum status st = kind_record_load(e->name, &record, problem);

    e->known = st == STATUS_OK;
    if (st == STATUS_NOT_FOUND)
        st = new_record(e, &record);
    if (st == STATUS_OK && record.owner != KIND_OWNER_ENCRYPT) {
        buf_say(problem,
            "`kmslab kind up` made %s, which encrypts from its first moment on:"
            " `kmslab kind down %s` removes it",
            e->name, e->name);
        st = STATUS_EXISTS;
    }
    /* As they are now: nodes come and go without us. */
    kind_names_reset(&record.control_planes);
    kind_names_reset(&record.workers);
    if (st == STATUS_OK)
        st = find_nodes(e, &record, problem);
    if (st == STATUS_OK) {
        e->record = record;
        return st;
    }
    kind_record_reset(&record);
    return st;
}

enum status
existing_open(const char *name, const char *engine_program,
    const struct kind_progress *report, struct existing *out,
    struct buf *problem)
{
    *out = (struct existing){ .engine = engine_find(engine_program),
        .name = name,
        .report = *report,
        .lock.fd = -1 };
    enum status st = kind_lock_take(name, &out->lock, problem);

    if (st == STATUS_OK)
        st = workspace_open(&out->workspace, problem);
    if (st == STATUS_OK)
        st = find_record(out, problem);
    for (size_t i = 0; st == STATUS_OK && i < out->record.control_planes.count;
         i++)
        st = node_api_open(&out->engine, existing_node(out, i), out->workspace,
            &out->apis[i], problem);
    if (st != STATUS_OK)
        existing_close(out);
    return st;
}

void
existing_close(struct existing *e)
{
    for (size_t i = 0; i < ARRAY_LEN(e->apis); i++)
        node_api_reset(&e->apis[i]);
    kind_record_reset(&e->record);
    workspace_free(e->workspace);
    e->workspace = NULL;
    kind_lock_release(&e->lock);
}

/* ---- its Secrets ------------------------------------------------------- */

enum status
existing_tally(const struct existing *e, const char *when,
    struct secret_tally *tally, struct buf *problem)
{
    struct buf words = { 0 };
    enum status st =
        node_secrets_count(&e->engine, existing_node(e, 0), tally, problem);

    if (st == STATUS_OK) {
        secret_tally_say(tally, &words);
        existing_say(e, "%s: %s", when, buf_text(&words));
    }
    buf_reset(&words);
    return st;
}

enum status
existing_rewrite(const struct existing *e, struct buf *problem)
{
    const struct rewrite_api api = rewrite_api_of(&e->apis[0].server);
    struct rewrite_counts counts = { 0 };
    enum status st = rewrite_secrets(&api, &counts, problem);

    existing_say(e, "rewritten: %zu of %zu Secrets%s", counts.rewritten,
        counts.seen,
        counts.rewritten == counts.seen || st != STATUS_OK
            ? ""
            : "; the others were stored so already");
    return st;
}
