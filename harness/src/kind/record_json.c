/* SPDX-License-Identifier: Apache-2.0 */
#include "kind/record.h"

#include "base/json.h"
#include "base/json_writer.h"
#include "kind/name.h"

#include <limits.h>

enum { LAYOUT = 1, TEXT_MAX = 4096 };

static const char *const owners[] = {
    [KIND_OWNER_UP] = "up",
    [KIND_OWNER_ENCRYPT] = "encrypt",
};

/* The texts at the top of the record. */
#define TEXT_FIELDS(X)                                                         \
    X(name)                                                                    \
    X(version)                                                                 \
    X(kind_program)                                                            \
    X(engine_program)                                                          \
    X(image)                                                                   \
    X(kubeconfig)                                                              \
    X(network)                                                                 \
    X(kms)                                                                     \
    X(key_arn)                                                                 \
    X(alias)

static void
write_names(
    struct json_writer *w, const char *key, const struct kind_names *names)
{
    json_write_key(w, key);
    json_write_array_begin(w);
    for (size_t i = 0; i < names->count; i++)
        json_write_string(w, buf_span(&names->names[i]));
    json_write_array_end(w);
}

static void
write_emulator(struct json_writer *w, const struct kind_record *record)
{
    json_write_key(w, "emulator");
    json_write_object_begin(w);
    json_write_key_string(w, "where", buf_span(&record->emulator.where));
    json_write_key_string(w, "endpoint", buf_span(&record->emulator.endpoint));
    json_write_key_string(w, "admin", buf_span(&record->emulator.admin));
    json_write_key_int(w, "pid", record->emulator.pid);
    json_write_key_int(w, "start_time", (int64_t)record->emulator.start_time);
    json_write_object_end(w);
}

enum status
kind_record_write(const struct kind_record *record, struct buf *json)
{
    struct json_writer w = json_writer_to(json);
    enum status status;

    json_write_object_begin(&w);
    json_write_key_int(&w, "layout", LAYOUT);
#define WRITE(field)                                                           \
    json_write_key_string(&w, #field, buf_span(&record->field));
    TEXT_FIELDS(WRITE)
#undef WRITE
    json_write_key_text(&w, "owner", owners[record->owner]);
    json_write_key_bool(&w, "ready", record->ready);
    write_names(&w, "control_planes", &record->control_planes);
    write_names(&w, "workers", &record->workers);
    write_emulator(&w, record);
    json_write_key(&w, "plugin");
    json_write_object_begin(&w);
    json_write_key_string(&w, "kind", buf_span(&record->plugin.kind));
    json_write_key_string(&w, "what", buf_span(&record->plugin.what));
    json_write_object_end(&w);
    json_write_object_end(&w);
    status = json_writer_end(&w);
    return status == STATUS_OK ? buf_append_byte(json, '\n') : status;
}

/* A member that is missing is an empty text; another kind is none of ours. A
 * NUL in it would end it early wherever it is used. */
static enum status
read_text(const struct json *object, const char *key, struct buf *out)
{
    const struct json *node = json_member(object, key);
    struct span text = json_get_string(node);
    size_t at;

    if (node == NULL)
        return STATUS_OK;
    if (json_kind(node) != JSON_KIND_STRING || text.len > TEXT_MAX ||
        span_find(text, '\0', &at))
        return STATUS_INVALID;
    return buf_append(out, text);
}

/* Names of containers go into command lines: none may look like an option. */
static enum status
read_names(const struct json *object, const char *key, struct kind_names *names)
{
    const struct json *list = json_member(object, key);
    enum status status = STATUS_OK;

    if (list != NULL && json_kind(list) != JSON_KIND_ARRAY)
        return STATUS_INVALID;
    for (size_t i = 0; i < json_count(list) && status == STATUS_OK; i++) {
        struct span name = json_get_string(json_at(list, i));
        size_t at;

        if (name.len == 0 || name.len > 253 || name.ptr[0] == '-' ||
            span_find(name, '\0', &at))
            return STATUS_INVALID;
        status = kind_names_add(names, name);
    }
    return status;
}

static enum status
read_owner(const struct json *root, enum kind_owner *owner)
{
    struct span text = json_get_string(json_member(root, "owner"));

    for (size_t i = KIND_OWNER_UP; i < ARRAY_LEN(owners); i++) {
        if (span_equal_text(text, owners[i])) {
            *owner = (enum kind_owner)i;
            return STATUS_OK;
        }
    }
    return STATUS_INVALID;
}

static enum status
read_emulator(const struct json *root, struct kind_record *record)
{
    const struct json *from = json_member(root, "emulator");
    int64_t pid = json_get_int(json_member(from, "pid"));
    int64_t start = json_get_int(json_member(from, "start_time"));
    enum status status = read_text(from, "where", &record->emulator.where);

    if (status == STATUS_OK)
        status = read_text(from, "endpoint", &record->emulator.endpoint);
    if (status == STATUS_OK)
        status = read_text(from, "admin", &record->emulator.admin);
    /* A process to be ended: 1 and groups (below 0) never are. */
    if (status == STATUS_OK &&
        (pid < 0 || pid == 1 || pid > INT_MAX || start < 0))
        status = STATUS_INVALID;
    if (status != STATUS_OK)
        return status;
    record->emulator.pid = (pid_t)pid;
    record->emulator.start_time = (uint64_t)start;
    return STATUS_OK;
}

static enum status
read_plugin(const struct json *root, struct kind_record *record)
{
    const struct json *from = json_member(root, "plugin");
    enum status status = read_text(from, "kind", &record->plugin.kind);

    return status == STATUS_OK ? read_text(from, "what", &record->plugin.what)
                               : status;
}

static enum status
read_record(const struct json *root, struct kind_record *record)
{
    int64_t layout = json_get_int(json_member(root, "layout"));
    enum status status = STATUS_OK;

    if (layout != LAYOUT)
        return layout > LAYOUT ? STATUS_VERSION : STATUS_INVALID;
#define READ(field)                                                            \
    if (status == STATUS_OK)                                                   \
        status = read_text(root, #field, &record->field);
    TEXT_FIELDS(READ)
#undef READ
    if (status == STATUS_OK && !kind_name_is_valid(buf_span(&record->name)))
        status = STATUS_INVALID;
    if (status == STATUS_OK)
        status = read_owner(root, &record->owner);
    record->ready = json_get_bool(json_member(root, "ready"));
    if (status == STATUS_OK)
        status = read_names(root, "control_planes", &record->control_planes);
    if (status == STATUS_OK)
        status = read_names(root, "workers", &record->workers);
    if (status == STATUS_OK)
        status = read_emulator(root, record);
    return status == STATUS_OK ? read_plugin(root, record) : status;
}

enum status
kind_record_parse(struct span json, struct kind_record *out)
{
    struct json_doc *doc = NULL;
    struct kind_record record = { 0 };
    int line;
    enum status status = json_parse_strict(json, &doc, &line);

    if (status == STATUS_EXISTS)
        status = STATUS_INVALID;
    if (status == STATUS_OK)
        status = read_record(json_root(doc), &record);
    if (status == STATUS_OK) {
        kind_record_reset(out);
        *out = record;
    } else {
        kind_record_reset(&record);
    }
    json_doc_free(doc);
    return status;
}
