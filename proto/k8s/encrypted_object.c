/* SPDX-License-Identifier: Apache-2.0 */
#include "k8s/encrypted_object.h"

#include "base/utf8.h"
#include "k8s/dns_name.h"
#include "k8s/encrypted_object.pb-c.h"
#include "k8s/message.h"

#include <openssl/evp.h>
#include <stdlib.h>

void
encrypted_object_reset(struct encrypted_object *object)
{
    buf_reset(&object->data);
    buf_reset(&object->key_id);
    buf_reset(&object->source);
    byte_map_reset(&object->annotations);
    object->type = 0;
}

static enum status
refuse(struct transform_error *error, const char *words)
{
    transform_error_set(error, "%s", words);
    return STATUS_INVALID;
}

static enum status
take_annotations(const Stored__EncryptedObject *message, struct byte_map *out,
    struct transform_error *error)
{
    size_t count = message->n_annotations;
    enum status st = STATUS_OK;
    struct byte_map_pair *pairs = calloc(count + 1, sizeof(*pairs));
    if (pairs == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < count && st == STATUS_OK; i++) {
        pairs[i].key = message_bytes(message->annotations[i]->key);
        pairs[i].value = message_bytes(message->annotations[i]->value);
        if (!utf8_valid(pairs[i].key))
            st = refuse(error, "string field contains invalid UTF-8");
    }
    if (st == STATUS_OK)
        st = byte_map_set_all(out, pairs, count);
    free(pairs);
    return st;
}

enum status
encrypted_object_decode(struct span bytes, struct encrypted_object *object,
    struct transform_error *error)
{
    struct encrypted_object o = { 0 };
    enum status st = STATUS_OK;
    Stored__EncryptedObject *message =
        stored__encrypted_object__unpack(NULL, bytes.len, bytes.ptr);
    if (message == NULL)
        return refuse(error, "proto: cannot parse invalid wire-format data");
    if (!utf8_valid(message_bytes(message->key_id))) {
        st = refuse(error, "string field contains invalid UTF-8");
        goto out;
    }
    st = take_annotations(message, &o.annotations, error);
    if (st == STATUS_OK)
        st = buf_append(&o.data, message_bytes(message->encrypted_data));
    if (st == STATUS_OK)
        st = buf_append(&o.key_id, message_bytes(message->key_id));
    if (st == STATUS_OK)
        st =
            buf_append(&o.source, message_bytes(message->encrypted_dek_source));
    if (st != STATUS_OK)
        goto out;
    o.type = (int32_t)message->encrypted_dek_source_type;
    encrypted_object_reset(object);
    *object = o;
    o = (struct encrypted_object){ 0 };
out:
    encrypted_object_reset(&o);
    stored__encrypted_object__free_unpacked(message, NULL);
    return st;
}

enum status
encrypted_object_encode(const struct encrypted_object *object, struct buf *out)
{
    size_t count = object->annotations.count;
    Stored__EncryptedObject message = STORED__ENCRYPTED_OBJECT__INIT;
    Stored__Annotation *entries = calloc(count + 1, sizeof(*entries));
    Stored__Annotation **places = calloc(count + 1, sizeof(*places));
    enum status st = STATUS_NO_MEMORY;
    if (entries == NULL || places == NULL)
        goto out;

    for (size_t i = 0; i < count; i++) {
        stored__annotation__init(&entries[i]);
        entries[i].key =
            message_data(buf_span(&object->annotations.items[i].key));
        entries[i].value =
            message_data(buf_span(&object->annotations.items[i].value));
        places[i] = &entries[i];
    }
    message.encrypted_data = message_data(buf_span(&object->data));
    message.key_id = message_data(buf_span(&object->key_id));
    message.encrypted_dek_source = message_data(buf_span(&object->source));
    message.encrypted_dek_source_type =
        (Stored__EncryptedDEKSourceType)object->type;
    message.annotations = places;
    message.n_annotations = count;
    st = message_pack(&message.base, out);
out:
    free(entries);
    free(places);
    return st;
}

enum status
encrypted_object_check_key_id(struct span key_id, struct transform_error *error)
{
    if (key_id.len == 0)
        return refuse(error, "keyID is empty");
    if (key_id.len <= ENCRYPTED_OBJECT_KEY_ID_MAX)
        return STATUS_OK;
    transform_error_set(error,
        "keyID is %zu bytes, which exceeds the max size of %d", key_id.len,
        ENCRYPTED_OBJECT_KEY_ID_MAX);
    return STATUS_INVALID;
}

static enum status
check_source(struct span source, struct transform_error *error)
{
    if (source.len == 0)
        return refuse(error, "failed to validate encrypted DEK source: "
                             "encrypted DEK source is empty");
    if (source.len <= ENCRYPTED_OBJECT_SOURCE_MAX)
        return STATUS_OK;
    transform_error_set(error,
        "failed to validate encrypted DEK source: encrypted DEK source is "
        "%zu bytes, which exceeds the max size of %d",
        source.len, ENCRYPTED_OBJECT_SOURCE_MAX);
    return STATUS_INVALID;
}

static enum status
check_annotations(
    const struct byte_map *annotations, struct transform_error *error)
{
    struct transform_error all = { 0 }, one = { 0 };
    enum status st = STATUS_OK;
    size_t total = 0;
    for (size_t i = 0; i < annotations->count; i++) {
        const struct byte_map_item *a = &annotations->items[i];
        total += a->key.len + a->value.len;
        if (dns_name_check_qualified("annotations", buf_span(&a->key), &one) !=
            STATUS_OK) {
            transform_error_add(&all, &one);
            st = STATUS_INVALID;
        }
    }
    if (total > ENCRYPTED_OBJECT_ANNOTATIONS_MAX) {
        transform_error_set(&one,
            "total size of annotations is %zu, which exceeds the max size of "
            "%d",
            total, ENCRYPTED_OBJECT_ANNOTATIONS_MAX);
        transform_error_add(&all, &one);
        st = STATUS_INVALID;
    }
    if (st != STATUS_OK) {
        transform_error_wrap(&all, "failed to validate annotations: ");
        transform_error_take(error, &all);
    }
    return st;
}

enum status
encrypted_object_check(
    const struct encrypted_object *object, struct transform_error *error)
{
    if (object->type != ENCRYPTED_OBJECT_AES_GCM_KEY &&
        object->type != ENCRYPTED_OBJECT_SEED) {
        transform_error_set(
            error, "unknown encryptedDEKSourceType: %d", (int)object->type);
        return STATUS_INVALID;
    }
    if (object->data.len == 0)
        return refuse(error, "encrypted data is empty");
    enum status st = check_source(buf_span(&object->source), error);
    if (st != STATUS_OK)
        return st;
    st = encrypted_object_check_key_id(buf_span(&object->key_id), error);
    if (st != STATUS_OK) {
        transform_error_wrap(error, "failed to validate key id: ");
        return st;
    }
    return check_annotations(&object->annotations, error);
}

/* Within the rules above every length fits. */
static enum status
append_sized(struct buf *out, struct span bytes)
{
    if (bytes.len > UINT16_MAX)
        return STATUS_TOO_LARGE;
    enum status st = buf_append_u16(out, (uint16_t)bytes.len);
    return st == STATUS_OK ? buf_append(out, bytes) : st;
}

static enum status
append_identity(const struct encrypted_object *object, struct buf *out)
{
    const struct byte_map *a = &object->annotations;
    enum status st = buf_append_u32(out, (uint32_t)object->type);
    if (st == STATUS_OK)
        st = append_sized(out, buf_span(&object->source));
    if (st == STATUS_OK)
        st = append_sized(out, buf_span(&object->key_id));
    if (st == STATUS_OK && a->count > 0)
        st = buf_append_u32(out, (uint32_t)a->count);
    for (size_t i = 0; i < a->count && st == STATUS_OK; i++) {
        st = append_sized(out, buf_span(&a->items[i].key));
        if (st == STATUS_OK)
            st = append_sized(out, buf_span(&a->items[i].value));
    }
    return st;
}

enum status
encrypted_object_digest(const struct encrypted_object *object,
    uint8_t digest[ENCRYPTED_OBJECT_DIGEST])
{
    struct buf identity = { 0 };
    enum status st = append_identity(object, &identity);
    if (st == STATUS_OK && EVP_Digest(identity.ptr, identity.len, digest, NULL,
                               EVP_sha256(), NULL) != 1)
        st = STATUS_CRYPTO;
    buf_reset(&identity);
    return st;
}
