/* SPDX-License-Identifier: Apache-2.0 */
#include "model/model_health.h"
#include "model/secret_object.h"
#include "storm/rig_internal.h"

#define ITEM SPAN_LITERAL("value")

/* Where it is kept decides which version of KMS seals it. */
static struct model_object
secret_named(const char *name)
{
    bool v1 = strstr(name, "v1") != NULL;
    return (
        struct model_object){ v1 ? "configmaps" : "secrets", "default", name };
}

static enum status
encode(const char *name, const char *value, struct buf *out)
{
    struct secret_object secret = { .created_s = 1767225600 };
    enum status st = buf_append_text(&secret.name, name);
    if (st == STATUS_OK)
        st = buf_append_text(&secret.namespace, "default");
    if (st == STATUS_OK)
        st = buf_append_text(&secret.type, "Opaque");
    if (st == STATUS_OK)
        st = byte_map_set(&secret.data, ITEM, span_text(value));
    if (st == STATUS_OK)
        st = secret_object_encode(&secret, out);
    secret_object_reset(&secret);
    return st;
}

/* Bytes that are no Secret are an altered one: an empty value. */
static enum status
decode(struct span bytes, struct buf *value)
{
    struct secret_object secret = { 0 };
    struct span found;
    enum status st = secret_object_decode(bytes, &secret);
    if (st == STATUS_OK && byte_map_find(&secret.data, ITEM, &found))
        st = buf_append(value, found);
    secret_object_reset(&secret);
    return st == STATUS_NO_MEMORY ? st : STATUS_OK;
}

static enum status
tell(struct model_answer *answer, unsigned *code, struct buf *text)
{
    *code = answer->code;
    buf_clear(text);
    enum status st = buf_append(text, buf_span(&answer->message));
    model_answer_reset(answer);
    return st;
}

enum status
rig_write(struct rig *rig, const char *name, const char *value, unsigned *code,
    struct buf *text)
{
    struct model_object object = secret_named(name);
    struct model_answer answer = { 0 };
    struct buf bytes = { 0 };
    enum status st = encode(name, value, &bytes);
    if (st == STATUS_OK)
        st = model_update(rig->model, &object, buf_span(&bytes), 0, &answer);
    if (st == STATUS_OK && answer.code == 404) {
        model_answer_reset(&answer);
        st = model_create(rig->model, &object, buf_span(&bytes), &answer);
    }
    buf_reset(&bytes);
    if (st == STATUS_OK)
        return tell(&answer, code, text);
    model_answer_reset(&answer);
    return st;
}

enum status
rig_read(struct rig *rig, const char *name, unsigned *code, struct buf *text)
{
    struct model_object object = secret_named(name);
    struct model_answer answer = { 0 };
    enum status st = model_get(rig->model, &object, &answer);
    if (st == STATUS_OK && answer.code == 200) {
        *code = 200;
        buf_clear(text);
        st = decode(buf_span(&answer.body), text);
    } else if (st == STATUS_OK) {
        return tell(&answer, code, text);
    }
    model_answer_reset(&answer);
    return st;
}

enum status
rig_rewrite(struct rig *rig, const char *name, unsigned *code, struct buf *text)
{
    struct model_object object = secret_named(name);
    struct model_answer read = { 0 }, answer = { 0 };
    enum status st = model_get(rig->model, &object, &read);
    if (st == STATUS_OK && read.code != 200) {
        st = tell(&read, code, text);
    } else if (st == STATUS_OK) {
        st = model_update(
            rig->model, &object, buf_span(&read.body), read.revision, &answer);
        if (st == STATUS_OK)
            st = tell(&answer, code, text);
    }
    model_answer_reset(&read);
    model_answer_reset(&answer);
    return st;
}

enum status
rig_health(struct rig *rig, const char *path, bool *ok, struct buf *text)
{
    struct model_answer answer = { 0 };
    unsigned code = 0;
    enum status st = model_health(rig->model, path, &answer);
    if (st != STATUS_OK) {
        model_answer_reset(&answer);
        return st;
    }
    st = tell(&answer, &code, text);
    *ok = code == 200;
    return st;
}

enum status
rig_restart(struct rig *rig, struct buf *problem)
{
    struct transform_error error = { 0 };
    model_stop(rig->model);
    enum status st = model_start(rig->model, &rig->config, &error);
    if (st != STATUS_OK)
        buf_say(
            problem, "the apiserver does not start: %s", buf_text(&error.text));
    transform_error_reset(&error);
    return st;
}
