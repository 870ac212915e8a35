/* SPDX-License-Identifier: Apache-2.0 */
#include "suite/list_command.h"

#include "base/json_writer.h"
#include "commands.h"
#include "options.h"
#include "process/printing.h"
#include "scenario/read.h"
#include "suite/suite.h"

#include <stdio.h>
#include <stdlib.h>

const char list_command_usage[] =
    "usage: kmslab list [--json] [--table] [--scenarios FOLDER]\n"
    "\n"
    "Names the scenarios that `kmslab run` runs: number in the catalogue, name,\n"
    "where it runs, title.\n"
    "\n"
    "  --json    prints one JSON list\n"
    "  --table   prints the table of docs/SCENARIOS.md\n";

enum form { FORM_TEXT, FORM_JSON, FORM_TABLE };

/* Appends where it runs: "model, apiserver". */
static enum status
append_places(const struct scenario *s, struct buf *out)
{
    static const struct {
        enum scenario_runs runs;
        const char *name;
    } places[] = { { SCENARIO_MODEL, "model" },
        { SCENARIO_APISERVER, "apiserver" }, { SCENARIO_KIND, "kind" } };
    enum status st = STATUS_OK;

    for (size_t i = 0; i < ARRAY_LEN(places) && st == STATUS_OK; i++)
        if (scenario_why_not(s, places[i].runs) == NULL)
            st = buf_printf(
                out, "%s%s", out->len > 0 ? ", " : "", places[i].name);
    return st;
}

static enum status
append_json(const struct scenario *s, const struct buf *places, struct buf *out)
{
    struct json_writer w = json_writer_to(out);

    json_write_object_begin(&w);
    json_write_key_string(&w, "name", buf_span(&s->name));
    json_write_key_string(&w, "catalogue", buf_span(&s->catalogue));
    json_write_key_string(&w, "title", buf_span(&s->title));
    json_write_key_string(&w, "file", buf_span(&s->file));
    json_write_key_text(&w, "kms", s->kms_v1 ? "v1" : "v2");
    json_write_key_string(&w, "runs", buf_span(places));
    json_write_key_string(&w, "because", buf_span(&s->because));
    json_write_object_end(&w);
    return json_writer_end(&w);
}

static enum status
append_form(const struct scenario *s, enum form form, const struct buf *places,
    struct buf *out)
{
    switch (form) {
    case FORM_TABLE:
        return buf_printf(out,
            "| %s | [%s](../harness/scenarios/%s.yaml) | %s%s%s | %s |\n",
            buf_text(&s->catalogue), buf_text(&s->name), buf_text(&s->name),
            buf_text(places), s->because.len > 0 ? ": " : "",
            buf_text(&s->because), buf_text(&s->title));
    case FORM_TEXT:
        return buf_printf(out, "%-5s %-34s %-22s %s\n", buf_text(&s->catalogue),
            buf_text(&s->name), buf_text(places), buf_text(&s->title));
    case FORM_JSON:
        return append_json(s, places, out);
    }
    return STATUS_INTERNAL;
}

static enum status
append(const struct scenario *s, enum form form, bool first, struct buf *out)
{
    struct buf places = { 0 };
    enum status st = append_places(s, &places);

    if (st == STATUS_OK && form == FORM_JSON)
        st = buf_append_text(out, first ? "[" : ",\n ");
    if (st == STATUS_OK)
        st = append_form(s, form, &places, out);
    buf_reset(&places);
    return st;
}

/* "1.11" is a row of the matrix: after the catalogue. */
static int64_t
order_of(const struct scenario *s)
{
    enum { MATRIX = 1000 };
    int64_t number = 0;

    if (strchr(buf_text(&s->catalogue), '.') != NULL)
        return MATRIX;
    for (size_t i = 0; i < s->catalogue.len && s->catalogue.ptr[i] >= '0' &&
                       s->catalogue.ptr[i] <= '9' && number < MATRIX;
         i++)
        number = number * 10 + s->catalogue.ptr[i] - '0';
    return number;
}

/* In the order of the catalogue, then of names, as they are given. */
static int
compare(const void *a, const void *b)
{
    const struct scenario *one = a, *other = b;
    int64_t first = order_of(one), second = order_of(other);

    if (first != second)
        return first < second ? -1 : 1;
    return span_compare(buf_span(&one->name), buf_span(&other->name));
}

static enum status
read_all(const char *folder, const struct suite_names *names,
    struct scenario *scenarios, struct buf *problem)
{
    enum status st = STATUS_OK;

    for (size_t i = 0; i < names->count && st == STATUS_OK; i++) {
        struct buf file = { 0 };

        st = suite_file(folder, names->items[i], &file);
        const struct read_options read = { buf_text(&file), 0 };
        if (st == STATUS_OK)
            st = read_scenario_file(&read, &scenarios[i], problem);
        buf_reset(&file);
    }
    return st;
}

static enum status
list_all(const char *folder, const struct suite_names *names, enum form form,
    struct buf *out, struct buf *problem)
{
    struct scenario *scenarios = calloc(names->count + 1, sizeof(*scenarios));
    enum status st = scenarios == NULL
                         ? STATUS_NO_MEMORY
                         : read_all(folder, names, scenarios, problem);

    if (st == STATUS_OK)
        qsort(scenarios, names->count, sizeof(*scenarios), compare);
    for (size_t i = 0; i < names->count && st == STATUS_OK; i++)
        st = append(&scenarios[i], form, i == 0, out);
    if (st == STATUS_OK && form == FORM_JSON)
        st = buf_append_text(out, names->count == 0 ? "[]\n" : "]\n");
    for (size_t i = 0; scenarios != NULL && i < names->count; i++)
        scenario_reset(&scenarios[i]);
    free(scenarios);
    return st;
}

int
list_command(int argc, char **argv)
{
    const char *scenarios = NULL;
    bool json = false, table = false;
    const struct option_row rows[] = { { "json", NULL, &json },
        { "table", NULL, &table }, { "scenarios", &scenarios, NULL } };
    struct buf folder = { 0 }, out = { 0 }, problem = { 0 };
    struct suite_names names = { 0 };
    int rest, code;

    if (!options_parse(argc, argv, rows, ARRAY_LEN(rows), list_command_usage,
            &rest, &code))
        return code;
    if (rest != argc)
        return options_refuse("list", "takes options only");
    enum status st = suite_folder(scenarios, &folder);
    if (st == STATUS_OK)
        st = suite_names(buf_text(&folder), &names);
    if (st == STATUS_OK)
        st = list_all(buf_text(&folder), &names,
            json    ? FORM_JSON
            : table ? FORM_TABLE
                    : FORM_TEXT,
            &out, &problem);
    if (st == STATUS_OK)
        st = printing_put(&out, &problem);
    if (st != STATUS_OK)
        fprintf(stderr, "kmslab list: %s\n",
            problem.len > 0 ? buf_text(&problem) : status_text(st));
    suite_names_reset(&names);
    buf_reset(&folder);
    buf_reset(&out);
    buf_reset(&problem);
    return st == STATUS_OK ? 0 : EXIT_FAILED;
}
