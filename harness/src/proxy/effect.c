/* SPDX-License-Identifier: Apache-2.0 */
#include "proxy/effect.h"

#include "proxy/wire.h"

enum { UNKNOWN_FIELD = 1000 }; /* of no KMS message */

/* Numbers of the fields of its answer; 0: it has none. */
static const struct method {
    const char *path, *api, *name;
    uint32_t key_id, healthz, version, annotations, ciphertext, plaintext;
} methods[EFFECT_METHOD_COUNT] = {
    [EFFECT_METHOD_OTHER] = { "", "", "", 0, 0, 0, 0, 0, 0 },
    [EFFECT_METHOD_V1_VERSION] = { "/v1beta1.KeyManagementService/Version",
        "v1", "Version", .version = 1 },
    [EFFECT_METHOD_V1_ENCRYPT] = { "/v1beta1.KeyManagementService/Encrypt",
        "v1", "Encrypt", .ciphertext = 1 },
    [EFFECT_METHOD_V1_DECRYPT] = { "/v1beta1.KeyManagementService/Decrypt",
        "v1", "Decrypt", .plaintext = 1 },
    [EFFECT_METHOD_V2_STATUS] = { "/v2.KeyManagementService/Status", "v2",
        "Status", .key_id = 3, .healthz = 2, .version = 1 },
    [EFFECT_METHOD_V2_ENCRYPT] = { "/v2.KeyManagementService/Encrypt", "v2",
        "Encrypt", .key_id = 2, .annotations = 3, .ciphertext = 1 },
    [EFFECT_METHOD_V2_DECRYPT] = { "/v2.KeyManagementService/Decrypt", "v2",
        "Decrypt", .plaintext = 1 },
};

void
effect_reset(struct effect *effect)
{
    buf_reset(&effect->text);
    byte_map_reset(&effect->annotations);
    fault_decision_reset(&effect->decision);
    *effect = (struct effect){ .kind = EFFECT_NONE };
}

enum effect_method
effect_method_of(struct span path)
{
    size_t i = 1;

    while (i < EFFECT_METHOD_COUNT && !span_equal_text(path, methods[i].path))
        i++;
    return i < EFFECT_METHOD_COUNT ? (enum effect_method)i
                                   : EFFECT_METHOD_OTHER;
}

const char *
effect_method_api(enum effect_method method)
{
    return methods[method].api;
}

const char *
effect_method_name(enum effect_method method)
{
    return methods[method].name;
}

/* The field that a kind changes; 0: none. */
static uint32_t
field_of(enum effect_kind kind, const struct method *method)
{
    switch (kind) {
    case EFFECT_KEY_ID:
        return method->key_id;
    case EFFECT_HEALTHZ:
        return method->healthz;
    case EFFECT_VERSION:
        return method->version;
    case EFFECT_ANNOTATIONS:
        return method->annotations;
    case EFFECT_CIPHERTEXT:
        return method->ciphertext;
    case EFFECT_PLAINTEXT:
        return method->plaintext;
    case EFFECT_NONE:
    case EFFECT_DELAY:
    case EFFECT_HANG:
    case EFFECT_FAIL:
    case EFFECT_EMPTY:
    case EFFECT_OVERSIZE:
    case EFFECT_KIND_COUNT:
        break;
    }
    return 0;
}

bool
effect_suits(enum effect_kind kind, enum effect_method method)
{
    bool any = kind == EFFECT_DELAY || kind == EFFECT_HANG ||
               kind == EFFECT_FAIL || kind == EFFECT_EMPTY ||
               kind == EFFECT_OVERSIZE;

    return any || field_of(kind, &methods[method]) != 0;
}

/* ---- bytes ----------------------------------------------------------------
 */

static enum status
append_filling(struct buf *out, size_t len)
{
    uint8_t *place;
    enum status status = buf_extend(out, len, &place);

    if (status == STATUS_OK)
        memset(place, 'x', len);
    return status;
}

/* Other bytes than those, as many. */
static void
spoil(struct buf *bytes)
{
    for (size_t i = 0; i < bytes->len; i++)
        bytes->ptr[i] = (uint8_t)~bytes->ptr[i];
}

static enum status
change_bytes(const struct effect *effect, struct span value, struct buf *out)
{
    size_t half = value.len / 2;
    size_t kept = effect->length < half ? effect->length : half;
    enum status status;

    switch (effect->change) {
    case EFFECT_CLEAR:
        return STATUS_OK;
    case EFFECT_REPLACE:
        return buf_append(out, buf_span(&effect->text));
    case EFFECT_TRUNCATE:
        return buf_append(out, span_first(value, kept));
    case EFFECT_FLIP:
        status = buf_append(out, value);
        if (status == STATUS_OK && out->len > 0)
            out->ptr[half] ^= 1;
        return status;
    case EFFECT_GROW:
        status = buf_append(out, value);
        if (status == STATUS_OK && out->len < effect->length)
            status = append_filling(out, effect->length - out->len);
        return status;
    case EFFECT_WRONG:
        status = buf_append(out, value);
        spoil(out);
        return status;
    }
    return STATUS_INTERNAL;
}

static enum status
change_field(const struct effect *effect, uint32_t field, struct span message,
    struct buf *out)
{
    struct span value;
    struct buf changed = { 0 };
    enum status status = wire_find(message, field, &value);

    if (status == STATUS_OK)
        status = wire_remove(message, field, out);
    if (status == STATUS_OK)
        status = change_bytes(effect, value, &changed);
    if (status == STATUS_OK && changed.len > 0)
        status = wire_put(out, field, buf_span(&changed));
    buf_reset(&changed);
    return status;
}

/* A later entry of a key replaces an earlier one, so those that the plugin
 * gave may stay. */
static enum status
put_annotations(const struct effect *effect, uint32_t field,
    struct span message, struct buf *out)
{
    struct buf entry = { 0 };
    enum status status = buf_append(out, message);

    for (size_t i = 0; status == STATUS_OK && i < effect->annotations.count;
         i++) {
        buf_clear(&entry);
        status =
            wire_put(&entry, 1, buf_span(&effect->annotations.items[i].key));
        if (status == STATUS_OK)
            status = wire_put(
                &entry, 2, buf_span(&effect->annotations.items[i].value));
        if (status == STATUS_OK)
            status = wire_put(out, field, buf_span(&entry));
    }
    buf_reset(&entry);
    return status;
}

static enum status
make(const struct effect *effect, uint32_t field, struct span message,
    struct buf *out)
{
    struct buf filling = { 0 };
    enum status status;

    if (effect->kind == EFFECT_EMPTY)
        return STATUS_OK;
    if (effect->kind == EFFECT_ANNOTATIONS)
        return put_annotations(effect, field, message, out);
    if (effect->kind != EFFECT_OVERSIZE)
        return change_field(effect, field, message, out);
    status = append_filling(&filling, effect->length);
    if (status == STATUS_OK)
        status = buf_append(out, message);
    if (status == STATUS_OK)
        status = wire_put(out, UNKNOWN_FIELD, buf_span(&filling));
    buf_reset(&filling);
    return status;
}

enum status
effect_apply(
    const struct effect *effect, enum effect_method method, struct buf *message)
{
    struct buf made = { 0 };
    uint32_t field = field_of(effect->kind, &methods[method]);
    enum status status;

    if (field == 0 && effect->kind != EFFECT_EMPTY &&
        effect->kind != EFFECT_OVERSIZE)
        return STATUS_OK;
    status = make(effect, field, buf_span(message), &made);
    if (status == STATUS_OK)
        buf_take(message, &made);
    buf_reset(&made);
    return status;
}
