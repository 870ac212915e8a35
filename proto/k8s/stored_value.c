/* SPDX-License-Identifier: Apache-2.0 */
#include "k8s/stored_value.h"

#include "k8s/api_objects.pb-c.h"
#include "k8s/cipher.h"
#include "k8s/message.h"

static const char too_short[] =
    "the stored data was shorter than the required size";

void
stored_value_reset(struct stored_value *value)
{
    buf_reset(&value->api_version);
    buf_reset(&value->object_kind);
    encrypted_object_reset(&value->object);
    buf_reset(&value->problem);
    *value = (struct stored_value){ 0 };
}

const char *
stored_value_form_name(enum stored_form form)
{
    static const char *const names[] = {
        [STORED_PLAIN_PROTOBUF] = "plain protobuf",
        [STORED_PLAIN_JSON] = "plain JSON",
        [STORED_PLAIN_OTHER] = "plain bytes",
        [STORED_SEALED] = "sealed",
        [STORED_UNKNOWN_PREFIX] = "sealed by an unknown provider",
    };
    return names[form];
}

/* Cuts the parts of a body: `head` bytes of nonce, the rest, `tail` of tag. */
static enum status
cut_parts(struct stored_value *v, struct span body, size_t head, size_t tail)
{
    if (body.len < head + tail)
        return buf_append_text(&v->problem, too_short);
    v->nonce = span_first(body, head);
    v->tag = span_of(body.ptr + body.len - tail, tail);
    v->sealed = span_of(body.ptr + head, body.len - head - tail);
    return STATUS_OK;
}

static enum status
decode_aes_cbc(struct stored_value *v)
{
    if (v->body.len >= CIPHER_CBC_IV && v->body.len % CIPHER_CBC_IV != 0)
        return buf_append_text(
            &v->problem, "the stored data is not a multiple of the block size");
    return cut_parts(v, v->body, CIPHER_CBC_IV, 0);
}

static enum status
decode_aes_gcm(struct stored_value *v)
{
    return cut_parts(v, v->body, CIPHER_GCM_NONCE, CIPHER_GCM_TAG);
}

static enum status
decode_secretbox(struct stored_value *v)
{
    enum status st =
        cut_parts(v, v->body, CIPHER_SECRETBOX_NONCE + CIPHER_SECRETBOX_TAG, 0);
    if (st == STATUS_OK && v->nonce.len > 0) {
        v->tag = span_skip(v->nonce, CIPHER_SECRETBOX_NONCE);
        v->nonce = span_first(v->nonce, CIPHER_SECRETBOX_NONCE);
    }
    return st;
}

/* The wrapped DEK and what it sealed; false where the length does not fit. */
static bool
split_v1(struct span body, struct span *wrapped, struct span *sealed)
{
    if (body.len < 2)
        return false;
    size_t len = (size_t)body.ptr[0] << 8 | body.ptr[1];
    if (body.len - 2 < len)
        return false;
    *wrapped = span_of(body.ptr + 2, len);
    *sealed = span_skip(body, 2 + len);
    return true;
}

static enum status
decode_kms_v1(struct stored_value *v)
{
    struct span sealed;
    if (!split_v1(v->body, &v->wrapped, &sealed))
        return buf_append_text(&v->problem,
            "invalid data encountered by envelope transformer: failed to read "
            "uint16 length prefixed data");
    return cut_parts(v, sealed, CIPHER_GCM_NONCE, CIPHER_GCM_TAG);
}

static enum status
decode_record(struct stored_value *v)
{
    struct span data = buf_span(&v->object.data);
    v->wrapped = buf_span(&v->object.source);
    if (v->object.type == ENCRYPTED_OBJECT_SEED) {
        if (data.len < CIPHER_INFO)
            return buf_append_text(&v->problem, too_short);
        v->info = span_first(data, CIPHER_INFO);
        data = span_skip(data, CIPHER_INFO);
    }
    return cut_parts(v, data, CIPHER_GCM_NONCE, CIPHER_GCM_TAG);
}

static enum status
decode_kms_v2(struct stored_value *v)
{
    struct transform_error error = { 0 };
    enum status st = encrypted_object_decode(v->body, &v->object, &error);
    if (st == STATUS_OK)
        st = encrypted_object_check(&v->object, &error);
    if (st == STATUS_OK)
        st = decode_record(v);
    else if (st == STATUS_INVALID)
        st = buf_append(&v->problem, buf_span(&error.text));
    transform_error_reset(&error);
    return st;
}

static const struct {
    enum provider_kind kind;
    enum status (*decode)(struct stored_value *v);
} sealed_kinds[] = {
    { PROVIDER_AESCBC, decode_aes_cbc },
    { PROVIDER_AESGCM, decode_aes_gcm },
    { PROVIDER_SECRETBOX, decode_secretbox },
    { PROVIDER_KMS_V1, decode_kms_v1 },
    { PROVIDER_KMS_V2, decode_kms_v2 },
};

/*
 * Where the name ends: at the first colon. Only a v1 kms name may hold colons
 * itself: there it is the first one behind which a length fits.
 */
static bool
find_name(enum provider_kind kind, struct span rest, size_t *len)
{
    size_t at = 0, next;
    bool found = span_find(rest, ':', &at);
    *len = at;
    while (found && kind == PROVIDER_KMS_V1) {
        struct span wrapped, sealed;
        if (split_v1(span_skip(rest, at + 1), &wrapped, &sealed) &&
            sealed.len >= CIPHER_GCM_NONCE + CIPHER_GCM_TAG) {
            *len = at;
            return true;
        }
        if (!span_find(span_skip(rest, at + 1), ':', &next))
            return true;
        at += 1 + next;
    }
    return found;
}

static enum status
decode_sealed(struct span bytes, struct stored_value *v)
{
    for (size_t i = 0; i < ARRAY_LEN(sealed_kinds); i++) {
        struct span prefix =
            span_text(provider_kind_prefix(sealed_kinds[i].kind));
        size_t name_len;
        if (!span_starts_with(bytes, prefix) ||
            !find_name(
                sealed_kinds[i].kind, span_skip(bytes, prefix.len), &name_len))
            continue;
        v->form = STORED_SEALED;
        v->kind = sealed_kinds[i].kind;
        v->prefix = span_first(bytes, prefix.len + name_len + 1);
        v->name = span_first(span_skip(bytes, prefix.len), name_len);
        v->body = span_skip(bytes, v->prefix.len);
        return sealed_kinds[i].decode(v);
    }
    v->form = STORED_UNKNOWN_PREFIX;
    return STATUS_OK;
}

/* The object may be a Secret in plain, so what is parsed of it is wiped. */
static enum status
decode_protobuf(struct stored_value *v)
{
    enum status st = STATUS_OK;
    Api__Unknown *unknown =
        (void *)message_unpack(&api__unknown__descriptor, v->body);
    if (unknown == NULL)
        return buf_append_text(
            &v->problem, "what follows \"k8s\\0\" is no runtime.Unknown");
    const Api__TypeMeta *type = unknown->type_meta;
    if (type != NULL && type->api_version != NULL)
        st = buf_append_text(&v->api_version, type->api_version);
    if (st == STATUS_OK && type != NULL && type->kind != NULL)
        st = buf_append_text(&v->object_kind, type->kind);
    message_free(&unknown->base);
    return st;
}

enum status
stored_value_decode(struct span bytes, struct stored_value *value)
{
    struct stored_value v = { .form = STORED_PLAIN_OTHER, .body = bytes };
    const struct span protobuf = span_of("k8s", 4);
    enum status st = STATUS_OK;
    if (span_starts_with(bytes, protobuf)) {
        v.form = STORED_PLAIN_PROTOBUF;
        v.prefix = span_first(bytes, protobuf.len);
        v.body = span_skip(bytes, protobuf.len);
        st = decode_protobuf(&v);
    } else if (span_starts_with(bytes, SPAN_LITERAL("k8s:enc:"))) {
        st = decode_sealed(bytes, &v);
    } else if (bytes.len > 0 && bytes.ptr[0] == '{') {
        v.form = STORED_PLAIN_JSON;
    }
    if (st != STATUS_OK) {
        stored_value_reset(&v);
        return st;
    }
    stored_value_reset(value);
    *value = v;
    return STATUS_OK;
}
