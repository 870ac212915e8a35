/* SPDX-License-Identifier: Apache-2.0 */
/* kmslab kind list. */
#include "kind/nodes.h"
#include "kind/record.h"
#include "kind_commands/kind_command.h"
#include "options.h"
#include "process/printing.h"

#include "base/json_writer.h"

#include <stdio.h>

const char kind_list_usage[] =
    "usage: kmslab kind list [--json]\n"
    "\n"
    "The clusters that kmslab made or encrypted, and what it knows of them.\n"
    "\n"
    "  --json   print one line of JSON instead of text\n";

struct list {
    bool json;
    struct buf text;
    struct json_writer w;
    size_t count;
};

static const char *
unfinished(const struct kind_record *r)
{
    if (r->ready)
        return "";
    return r->owner == KIND_OWNER_UP
               ? " (unfinished: kmslab kind down removes it)"
               : " (unfinished: kmslab kind encrypt goes on, decrypt goes back)";
}

static enum status
add_text(struct list *list, const struct kind_record *r)
{
    return buf_printf(&list->text,
        "%s: %s, %zu control plane%s, %zu worker%s, KMS %s, emulator %s%s%s%s\n",
        buf_text(&r->name),
        r->owner == KIND_OWNER_UP ? "made by kmslab" : "encrypted by kmslab",
        r->control_planes.count, r->control_planes.count == 1 ? "" : "s",
        r->workers.count, r->workers.count == 1 ? "" : "s", buf_text(&r->kms),
        buf_text(&r->emulator.where), r->emulator.admin.len > 0 ? " at " : "",
        buf_text(&r->emulator.admin), unfinished(r));
}

/* Also of one whose record is not there or cannot be read. */
static enum status
add_json(struct list *list, const char *name, enum status found,
    const struct kind_record *record)
{
    struct buf json = { 0 };
    enum status status =
        found == STATUS_OK ? kind_record_write(record, &json) : STATUS_OK;

    if (status == STATUS_OK && found == STATUS_OK) {
        json_write_raw(&list->w, span_trim(buf_span(&json)));
    } else if (status == STATUS_OK) {
        json_write_object_begin(&list->w);
        json_write_key_text(&list->w, "name", name);
        json_write_key_text(&list->w, "problem", status_text(found));
        json_write_object_end(&list->w);
    }
    buf_reset(&json);
    return status;
}

static enum status
visit(void *context, const char *name)
{
    struct list *list = context;
    struct kind_record record = { 0 };
    struct buf problem = { 0 };
    enum status status = kind_record_load(name, &record, &problem);

    list->count++;
    if (status != STATUS_OK && !list->json) {
        status = buf_printf(&list->text, "%s: unfinished (%s)\n", name,
            problem.len > 0 ? buf_text(&problem) : "it has no record");
    } else if (list->json) {
        status = add_json(list, name, status, &record);
    } else {
        status = add_text(list, &record);
    }
    buf_reset(&problem);
    kind_record_reset(&record);
    return status;
}

static enum status
fill(struct list *list, struct buf *problem)
{
    enum status status;

    if (!list->json) {
        status = kind_record_each(visit, list, problem);
        if (status == STATUS_OK && list->count == 0)
            status =
                buf_append_text(&list->text, "kmslab knows no kind cluster\n");
        return status;
    }
    list->w = json_writer_to(&list->text);
    json_write_array_begin(&list->w);
    status = kind_record_each(visit, list, problem);
    json_write_array_end(&list->w);
    if (status == STATUS_OK)
        status = json_writer_end(&list->w);
    return status == STATUS_OK ? buf_append_byte(&list->text, '\n') : status;
}

int
kind_list_run(int argc, char **argv)
{
    struct list list = { 0 };
    const struct option_row rows[] = { { "json", NULL, &list.json } };
    struct buf problem = { 0 };
    enum status status;
    int rest, code = 0;

    if (!options_parse(
            argc, argv, rows, ARRAY_LEN(rows), kind_list_usage, &rest, &code))
        return code;
    if (rest != argc)
        return options_refuse("kind list", "takes options only");
    status = fill(&list, &problem);
    if (status == STATUS_OK)
        status = printing_put(&list.text, &problem);
    code = status == STATUS_OK
               ? 0
               : kind_command_fail("kind list", status, &problem);
    buf_reset(&list.text);
    buf_reset(&problem);
    return code;
}
