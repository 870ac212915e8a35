/* SPDX-License-Identifier: Apache-2.0 */
#include "model/model.h"

#include "model/etcd_path.h"
#include "model/object_name.h"

#include <stdlib.h>

struct model {
    struct model_options options;
    struct clock_manual time;
    struct encryption *encryption; /* NULL: it does not run */
    struct first_list first_list;
};

enum status
model_new(const struct model_options *options, struct model **out)
{
    struct model *model = calloc(1, sizeof(*model));
    if (model == NULL)
        return STATUS_NO_MEMORY;
    model->options = *options;
    model->time.now_ms = options->now_ms;
    *out = model;
    return STATUS_OK;
}

void
model_stop(struct model *model)
{
    encryption_free(model->encryption);
    model->encryption = NULL;
}

void
model_free(struct model *model)
{
    if (model == NULL)
        return;
    model_stop(model);
    free(model);
}

static enum status
build(struct model *model, const struct encryption_config *config,
    struct encryption **out, struct transform_error *error)
{
    struct encryption_options options = {
        .config = config,
        .reload = model->options.reload,
        .plugins = model->options.plugins,
        .clock = clock_manual(&model->time),
        .random = model->options.random,
    };
    return encryption_new(&options, out, error);
}

enum status
model_start(struct model *model, const struct encryption_config *config,
    struct transform_error *error)
{
    model_stop(model);
    first_list_begin(&model->first_list, model->time.now_ms);
    return build(model, config, &model->encryption, error);
}

enum status
model_reload(struct model *model, const struct encryption_config *config,
    struct transform_error *error)
{
    struct encryption *fresh = NULL;
    if (model->encryption == NULL || !model->options.reload)
        return STATUS_UNSUPPORTED;
    enum status st = build(model, config, &fresh, error);
    if (st != STATUS_OK)
        return st;
    st = encryption_check(fresh, 0, error);
    if (st != STATUS_OK) {
        transform_error_wrap(error,
            "health check for new transformers failed, polling error context "
            "deadline exceeded: ");
        encryption_free(fresh);
        return st;
    }
    encryption_free(model->encryption);
    model->encryption = fresh;
    return STATUS_OK;
}

int64_t
model_now_ms(const struct model *model)
{
    return model->time.now_ms;
}

void
model_advance(struct model *model, int64_t ms)
{
    int64_t end_ms = model->time.now_ms + ms;
    while (model->encryption != NULL) {
        int64_t next_ms = encryption_next_poll_ms(model->encryption);
        if (next_ms > end_ms)
            break;
        if (next_ms > model->time.now_ms)
            model->time.now_ms = next_ms;
        encryption_poll(model->encryption);
    }
    model->time.now_ms = end_ms;
}

void
model_answer_reset(struct model_answer *answer)
{
    buf_reset(&answer->message);
    buf_reset(&answer->body);
    *answer = (struct model_answer){ 0 };
}

/* The words of an answer that is not a success. */
static enum status PRINTF_LIKE(3, 4)
    refuse(struct model_answer *answer, unsigned code, const char *format, ...)
{
    va_list args;
    answer->code = code;
    va_start(args, format);
    enum status st = buf_vprintf(&answer->message, format, args);
    va_end(args);
    return st;
}

static enum status
refuse_internal(struct model_answer *answer, const char *words)
{
    return refuse(answer, 500, "Internal error occurred: %s", words);
}

static bool
refuse_stopped(const struct model *model, struct model_answer *answer)
{
    model_answer_reset(answer);
    if (model->encryption != NULL)
        return false;
    buf_say(&answer->message, "the apiserver does not run");
    return true;
}

enum status
model_etcd_key(const struct model_object *object, struct buf *key)
{
    size_t before = key->len;
    enum status st = etcd_path_of_resource(span_text(object->resource), key);
    if (st == STATUS_OK && object->namespace != NULL)
        st = buf_printf(key, "%s/", object->namespace);
    if (st == STATUS_OK)
        st = buf_append_text(key, object->name);
    if (st != STATUS_OK)
        buf_truncate(key, before);
    return st;
}

/* What stands in etcd, as read by the resource's transformer. */
struct present {
    struct buf key;
    struct buf stored;
    struct buf plain;
    int64_t revision;
    bool stale;
};

static void
present_reset(struct present *present)
{
    buf_reset(&present->key);
    buf_reset(&present->stored);
    buf_reset(&present->plain);
}

static enum status
load(struct model *model, const struct model_object *object,
    struct present *present, struct transform_error *error)
{
    struct transformer t =
        encryption_transformer(model->encryption, span_text(object->resource));
    enum status st = model_etcd_key(object, &present->key);
    if (st == STATUS_OK)
        st = kv_get(model->options.kv, buf_span(&present->key),
            &present->stored, &present->revision);
    if (st != STATUS_OK)
        return st;
    return transformer_read(&t, buf_span(&present->key),
        buf_span(&present->stored), &present->plain, &present->stale, error);
}

/* Reads for an operation: false with the answer (or *st) where it ends. */
static bool
load_or_answer(struct model *model, const struct model_object *object,
    struct present *present, struct model_answer *answer, enum status *st)
{
    struct transform_error error = { 0 };
    *st = load(model, object, present, &error);
    bool loaded = *st == STATUS_OK;
    /* Words come from the transformer alone; other failures are our own. */
    if (error.text.len > 0)
        *st = refuse_internal(answer, buf_text(&error.text));
    else if (*st == STATUS_NOT_FOUND)
        *st = refuse(
            answer, 404, "%s \"%s\" not found", object->resource, object->name);
    transform_error_reset(&error);
    return loaded;
}

/* Seals and writes; the answer tells how it went. */
static enum status
store(struct model *model, const struct model_object *object, struct span key,
    struct span bytes, int64_t expected, struct model_answer *answer)
{
    struct transform_error error = { 0 };
    struct buf stored = { 0 };
    struct transformer t =
        encryption_transformer(model->encryption, span_text(object->resource));
    enum status st = transformer_write(&t, key, bytes, &stored, &error);
    if (st == STATUS_OK) {
        st = kv_put(model->options.kv, key, buf_span(&stored), expected,
            &answer->revision);
        answer->code = expected == 0 ? 201 : 200;
        if (st == STATUS_CONFLICT)
            st = refuse(answer, 409, "%s \"%s\" already exists",
                object->resource, object->name);
    } else if (error.text.len > 0) {
        st = refuse_internal(answer, buf_text(&error.text));
    }
    transform_error_reset(&error);
    buf_reset(&stored);
    return st;
}

enum status
model_create(struct model *model, const struct model_object *object,
    struct span bytes, struct model_answer *answer)
{
    enum { INVALID = 422 };
    struct buf key = { 0 };
    if (refuse_stopped(model, answer))
        return STATUS_OK;
    enum status st = object_name_check(object, &answer->message);
    if (st == STATUS_INVALID) {
        answer->code = INVALID;
        return STATUS_OK;
    }
    if (st == STATUS_OK)
        st = model_etcd_key(object, &key);
    if (st == STATUS_OK)
        st = store(model, object, buf_span(&key), bytes, 0, answer);
    buf_reset(&key);
    return st;
}

enum status
model_get(struct model *model, const struct model_object *object,
    struct model_answer *answer)
{
    struct present present = { 0 };
    enum status st;
    if (refuse_stopped(model, answer))
        return STATUS_OK;
    if (load_or_answer(model, object, &present, answer, &st)) {
        answer->code = 200;
        answer->revision = present.revision;
        buf_take(&answer->body, &present.plain);
    }
    present_reset(&present);
    return st;
}

enum status
model_update(struct model *model, const struct model_object *object,
    struct span bytes, int64_t expected, struct model_answer *answer)
{
    struct present present = { 0 };
    enum status st;
    if (refuse_stopped(model, answer))
        return STATUS_OK;
    if (!load_or_answer(model, object, &present, answer, &st))
        goto out;
    if (expected != 0 && expected != present.revision) {
        st = refuse(answer, 409,
            "Operation cannot be fulfilled on %s \"%s\": the object has been "
            "modified; please apply your changes to the latest version and "
            "try again",
            object->resource, object->name);
    } else if (!present.stale && span_equal(buf_span(&present.plain), bytes)) {
        answer->code = 200;
        answer->revision = present.revision;
    } else {
        st = store(model, object, buf_span(&present.key), bytes,
            present.revision, answer);
    }
out:
    present_reset(&present);
    return st;
}

enum status
model_delete(struct model *model, const struct model_object *object,
    struct model_answer *answer)
{
    struct present present = { 0 };
    enum status st;
    if (refuse_stopped(model, answer))
        return STATUS_OK;
    /* The apiserver reads what it deletes, so a cold seed hinders it. */
    if (load_or_answer(model, object, &present, answer, &st)) {
        st = kv_delete(
            model->options.kv, buf_span(&present.key), present.revision);
        answer->code = 200;
        answer->revision = present.revision;
    }
    present_reset(&present);
    return st;
}

enum status
model_is_stale(struct model *model, const struct model_object *object,
    bool *stale, struct transform_error *error)
{
    struct present present = { 0 };
    if (model->encryption == NULL)
        return STATUS_UNAVAILABLE;
    enum status st = load(model, object, &present, error);
    if (st == STATUS_OK)
        *stale = present.stale;
    present_reset(&present);
    return st;
}

struct first_list *
model_first_list(struct model *model)
{
    return &model->first_list;
}

bool
model_waits_for_storage(const struct model *model)
{
    return !model->first_list.done &&
           model->time.now_ms <
               model->first_list.began_ms + model->options.storage_wait_ms;
}

struct encryption *
model_encryption(struct model *model)
{
    return model->encryption;
}

struct kv *
model_kv(struct model *model)
{
    return model->options.kv;
}

enum status
model_look(struct model *model, struct span provider, struct kms_v2_view *view)
{
    struct provider *found =
        model->encryption == NULL
            ? NULL
            : encryption_provider(model->encryption, provider);
    return found == NULL ? STATUS_NOT_FOUND : provider_look(found, view);
}
