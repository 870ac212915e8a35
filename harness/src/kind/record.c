/* SPDX-License-Identifier: Apache-2.0 */
#include "kind/record.h"

#include "base/file.h"
#include "kind/name.h"
#include "kind/state.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

enum { RECORD_MAX = 256 * 1024 };

void
kind_names_reset(struct kind_names *names)
{
    for (size_t i = 0; i < names->count; i++)
        buf_reset(&names->names[i]);
    names->count = 0;
}

void
kind_record_reset(struct kind_record *record)
{
    struct buf *const texts[] = { &record->name, &record->version,
        &record->kind_program, &record->engine_program, &record->image,
        &record->kubeconfig, &record->network, &record->kms, &record->key_arn,
        &record->alias, &record->emulator.where, &record->emulator.endpoint,
        &record->emulator.admin, &record->plugin.kind, &record->plugin.what };

    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        buf_reset(texts[i]);
    kind_names_reset(&record->control_planes);
    kind_names_reset(&record->workers);
    *record = (struct kind_record){ 0 };
}

enum status
kind_names_add(struct kind_names *names, struct span name)
{
    enum status status;

    if (names->count == KIND_NODES_MAX)
        return STATUS_TOO_LARGE;
    status = buf_append(&names->names[names->count], name);
    if (status == STATUS_OK)
        names->count++;
    return status;
}

enum status
kind_record_load(const char *name, struct kind_record *out, struct buf *problem)
{
    struct buf path = { 0 }, text = { 0 };
    enum status status = kind_state_file(name, "cluster.json", &path, problem);

    if (status != STATUS_OK)
        goto out;
    status = file_read(buf_text(&path), RECORD_MAX, &text);
    if (status == STATUS_NOT_FOUND)
        goto out;
    if (status == STATUS_OK)
        status = kind_record_parse(buf_span(&text), out);
    if (status == STATUS_OK && !span_equal_text(buf_span(&out->name), name)) {
        kind_record_reset(out);
        status = STATUS_INVALID;
    }
    if (status != STATUS_OK)
        buf_say(problem, "%s cannot be read: %s", buf_text(&path),
            status_text(status));
out:
    buf_reset(&text);
    buf_reset(&path);
    return status;
}

enum status
kind_record_save(const struct kind_record *record, struct buf *problem)
{
    const char *name = buf_text(&record->name);
    struct buf folder = { 0 }, path = { 0 }, text = { 0 };
    enum status status = kind_state_folder(name, &folder, problem);

    if (status == STATUS_OK)
        status = kind_state_make_folder(buf_text(&folder), problem);
    if (status == STATUS_OK)
        status = kind_state_file(name, "cluster.json", &path, problem);
    if (status != STATUS_OK)
        goto out;
    status = kind_record_write(record, &text);
    if (status == STATUS_OK)
        status = file_replace(buf_text(&path), 0600, buf_span(&text));
    if (status != STATUS_OK)
        buf_say(problem, "%s cannot be written: %s", buf_text(&path),
            status_text(status));
out:
    buf_reset(&text);
    buf_reset(&path);
    buf_reset(&folder);
    return status;
}

enum status
kind_record_remove(const char *name, struct buf *problem)
{
    struct buf folder = { 0 };
    enum status status = kind_state_folder(name, &folder, problem);

    if (status == STATUS_OK)
        status = kind_state_remove(buf_text(&folder), problem);
    buf_reset(&folder);
    return status;
}

static int
is_cluster(const struct dirent *entry)
{
    return kind_name_is_valid(span_text(entry->d_name));
}

enum status
kind_record_each(
    kind_record_visit_fn *visit, void *context, struct buf *problem)
{
    struct buf root = { 0 };
    struct dirent **entries = NULL;
    int count = 0;
    enum status status = kind_state_root(&root, problem);

    if (status == STATUS_OK) {
        count = scandir(buf_text(&root), &entries, is_cluster, alphasort);
        if (count < 0 && errno != ENOENT) {
            status = status_from_errno(errno);
            buf_say(problem, "%s cannot be read: %s", buf_text(&root),
                strerror(errno));
        }
    }
    for (int i = 0; i < count; i++) {
        if (status == STATUS_OK)
            status = visit(context, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    buf_reset(&root);
    return status;
}
