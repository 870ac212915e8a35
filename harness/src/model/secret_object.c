/* SPDX-License-Identifier: Apache-2.0 */
#include "model/secret_object.h"

#include "base/wipe.h"
#include "k8s/api_objects.pb-c.h"

#include <stdlib.h>

static const char magic[4] = "k8s"; /* and its NUL */

static char nothing[1] = "";

static void *
proto_alloc(void *context, size_t size)
{
    (void)context;
    return wipe_malloc(size);
}

static void
proto_free(void *context, void *block)
{
    (void)context;
    wipe_free(block);
}

/* What is parsed holds the Secret's plaintext, so it is wiped when freed. */
static ProtobufCAllocator allocator = { proto_alloc, proto_free, NULL };

void
secret_object_reset(struct secret_object *secret)
{
    for (size_t i = 0; i < secret->count; i++) {
        buf_reset(&secret->items[i].key);
        buf_reset(&secret->items[i].value);
    }
    free(secret->items);
    buf_reset(&secret->name);
    buf_reset(&secret->namespace);
    buf_reset(&secret->uid);
    buf_reset(&secret->type);
    *secret = (struct secret_object){ 0 };
}

/* The index of the first item whose key is not below `key`. */
static size_t
place_of(const struct secret_object *secret, struct span key)
{
    size_t low = 0, high = secret->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (span_compare(buf_span(&secret->items[middle].key), key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool
stands_at(const struct secret_object *secret, size_t at, struct span key)
{
    return at < secret->count &&
           span_equal(buf_span(&secret->items[at].key), key);
}

enum status
secret_object_set(
    struct secret_object *secret, struct span key, struct span value)
{
    struct secret_item item = { 0 };
    size_t at = place_of(secret, key);
    if (stands_at(secret, at, key))
        return buf_set(&secret->items[at].value, value);

    enum status st = buf_append(&item.key, key);
    if (st == STATUS_OK)
        st = buf_append(&item.value, value);
    if (st != STATUS_OK)
        goto out;
    struct secret_item *grown =
        realloc(secret->items, (secret->count + 1) * sizeof(*grown));
    if (grown == NULL) {
        st = STATUS_NO_MEMORY;
        goto out;
    }
    secret->items = grown;
    memmove(grown + at + 1, grown + at, (secret->count - at) * sizeof(*grown));
    grown[at] = item;
    item = (struct secret_item){ 0 };
    secret->count++;
out:
    buf_reset(&item.key);
    buf_reset(&item.value);
    return st;
}

bool
secret_object_find(
    const struct secret_object *secret, struct span key, struct span *value)
{
    size_t at = place_of(secret, key);
    if (!stands_at(secret, at, key))
        return false;
    *value = buf_span(&secret->items[at].value);
    return true;
}

/* protobuf-c's messages know no const; packing only reads. */
static char *
text_field(const struct buf *b)
{
    return b->ptr == NULL ? nothing : (char *)b->ptr;
}

static enum status
pack_message(const ProtobufCMessage *message, struct buf *out)
{
    uint8_t *place;
    enum status st =
        buf_extend(out, protobuf_c_message_get_packed_size(message), &place);
    if (st == STATUS_OK)
        (void)protobuf_c_message_pack(message, place);
    return st;
}

/* The empty fields are those that kube-apiserver writes, too. */
static enum status
pack_secret(const struct secret_object *secret, Api__SecretItem *items,
    Api__SecretItem **places, struct buf *out)
{
    Api__Time created = API__TIME__INIT;
    Api__ObjectMeta metadata = API__OBJECT_META__INIT;
    Api__Secret message = API__SECRET__INIT;
    created.has_seconds = created.has_nanos = true;
    created.seconds = secret->created_s;
    metadata.name = text_field(&secret->name);
    metadata.generate_name = nothing;
    metadata.namespace_ = text_field(&secret->namespace);
    metadata.self_link = nothing;
    metadata.uid = text_field(&secret->uid);
    metadata.resource_version = nothing;
    metadata.has_generation = true;
    metadata.creation_timestamp = &created;
    for (size_t i = 0; i < secret->count; i++) {
        api__secret_item__init(&items[i]);
        items[i].key = text_field(&secret->items[i].key);
        items[i].has_value = true;
        items[i].value = (ProtobufCBinaryData){ secret->items[i].value.len,
            secret->items[i].value.ptr };
        places[i] = &items[i];
    }
    message.metadata = &metadata;
    message.data = places;
    message.n_data = secret->count;
    message.type = text_field(&secret->type);
    return pack_message(&message.base, out);
}

static enum status
pack_unknown(struct buf *raw, struct buf *out)
{
    static char version[] = "v1", kind[] = "Secret";
    Api__TypeMeta type = API__TYPE_META__INIT;
    Api__Unknown unknown = API__UNKNOWN__INIT;
    type.api_version = version;
    type.kind = kind;
    unknown.type_meta = &type;
    unknown.has_raw = true;
    unknown.raw = (ProtobufCBinaryData){ raw->len, raw->ptr };
    unknown.content_encoding = nothing;
    unknown.content_type = nothing;
    return pack_message(&unknown.base, out);
}

enum status
secret_object_encode(const struct secret_object *secret, struct buf *out)
{
    size_t before = out->len;
    struct buf raw = { 0 };
    Api__SecretItem *items = calloc(secret->count + 1, sizeof(*items));
    Api__SecretItem **places = calloc(secret->count + 1, sizeof(*places));
    enum status st = STATUS_NO_MEMORY;
    if (items != NULL && places != NULL)
        st = pack_secret(secret, items, places, &raw);
    if (st == STATUS_OK)
        st = buf_append(out, span_of(magic, sizeof(magic)));
    if (st == STATUS_OK)
        st = pack_unknown(&raw, out);
    if (st != STATUS_OK)
        buf_truncate(out, before);
    free(items);
    free(places);
    buf_reset(&raw);
    return st;
}

static enum status
take_metadata(const Api__ObjectMeta *metadata, struct secret_object *secret)
{
    if (metadata == NULL)
        return STATUS_INVALID;
    enum status st = buf_append(&secret->name, span_text(metadata->name));
    if (st == STATUS_OK)
        st = buf_append(&secret->namespace, span_text(metadata->namespace_));
    if (st == STATUS_OK)
        st = buf_append(&secret->uid, span_text(metadata->uid));
    if (metadata->creation_timestamp != NULL)
        secret->created_s = metadata->creation_timestamp->seconds;
    return st;
}

static enum status
decode_secret(struct span raw, struct secret_object *secret)
{
    Api__Secret *message = api__secret__unpack(&allocator, raw.len, raw.ptr);
    if (message == NULL)
        return STATUS_INVALID;
    enum status st = take_metadata(message->metadata, secret);
    if (st == STATUS_OK)
        st = buf_append(&secret->type, span_text(message->type));
    for (size_t i = 0; i < message->n_data && st == STATUS_OK; i++)
        st = secret_object_set(secret, span_text(message->data[i]->key),
            span_of(message->data[i]->value.data, message->data[i]->value.len));
    api__secret__free_unpacked(message, &allocator);
    return st;
}

static bool
is_secret(const Api__Unknown *unknown)
{
    const Api__TypeMeta *type = unknown->type_meta;
    return type != NULL &&
           span_equal_text(span_text(type->api_version), "v1") &&
           span_equal_text(span_text(type->kind), "Secret");
}

enum status
secret_object_decode(struct span bytes, struct secret_object *secret)
{
    struct secret_object read = { 0 };
    if (!span_starts_with(bytes, span_of(magic, sizeof(magic))))
        return STATUS_INVALID;
    struct span rest = span_skip(bytes, sizeof(magic));
    Api__Unknown *unknown =
        api__unknown__unpack(&allocator, rest.len, rest.ptr);
    if (unknown == NULL)
        return STATUS_INVALID;
    enum status st = STATUS_UNSUPPORTED;
    if (is_secret(unknown))
        st = decode_secret(span_of(unknown->raw.data, unknown->raw.len), &read);
    if (st == STATUS_OK) {
        secret_object_reset(secret);
        *secret = read;
        read = (struct secret_object){ 0 };
    }
    secret_object_reset(&read);
    api__unknown__free_unpacked(unknown, &allocator);
    return st;
}
