/* SPDX-License-Identifier: Apache-2.0 */
#include "model/secret_object.h"

#include "k8s/api_objects.pb-c.h"
#include "k8s/message.h"

#include <stdlib.h>

static const char magic[4] = "k8s"; /* and its NUL */

static char nothing[1] = "";

void
secret_object_reset(struct secret_object *secret)
{
    byte_map_reset(&secret->data);
    buf_reset(&secret->name);
    buf_reset(&secret->namespace);
    buf_reset(&secret->uid);
    buf_reset(&secret->type);
    *secret = (struct secret_object){ 0 };
}

/* protobuf-c's messages know no const; packing only reads. */
static char *
text_field(const struct buf *b)
{
    return b->ptr == NULL ? nothing : (char *)b->ptr;
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
    for (size_t i = 0; i < secret->data.count; i++) {
        api__secret_item__init(&items[i]);
        items[i].key = text_field(&secret->data.items[i].key);
        items[i].has_value = true;
        items[i].value = message_data(buf_span(&secret->data.items[i].value));
        places[i] = &items[i];
    }
    message.metadata = &metadata;
    message.data = places;
    message.n_data = secret->data.count;
    message.type = text_field(&secret->type);
    return message_pack(&message.base, out);
}

static enum status
pack_unknown(const struct buf *raw, struct buf *out)
{
    static char version[] = "v1", kind[] = "Secret";
    Api__TypeMeta type = API__TYPE_META__INIT;
    Api__Unknown unknown = API__UNKNOWN__INIT;
    type.api_version = version;
    type.kind = kind;
    unknown.type_meta = &type;
    unknown.has_raw = true;
    unknown.raw = message_data(buf_span(raw));
    unknown.content_encoding = nothing;
    unknown.content_type = nothing;
    return message_pack(&unknown.base, out);
}

enum status
secret_object_encode(const struct secret_object *secret, struct buf *out)
{
    size_t before = out->len;
    struct buf raw = { 0 };
    Api__SecretItem *items = calloc(secret->data.count + 1, sizeof(*items));
    Api__SecretItem **places = calloc(secret->data.count + 1, sizeof(*places));
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
    Api__Secret *message =
        (void *)message_unpack(&api__secret__descriptor, raw);
    if (message == NULL)
        return STATUS_INVALID;
    enum status st = take_metadata(message->metadata, secret);
    if (st == STATUS_OK)
        st = buf_append(&secret->type, span_text(message->type));
    for (size_t i = 0; i < message->n_data && st == STATUS_OK; i++)
        st = byte_map_set(&secret->data, span_text(message->data[i]->key),
            message_bytes(message->data[i]->value));
    message_free(&message->base);
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
        (void *)message_unpack(&api__unknown__descriptor, rest);
    if (unknown == NULL)
        return STATUS_INVALID;
    enum status st = STATUS_UNSUPPORTED;
    if (is_secret(unknown))
        st = decode_secret(message_bytes(unknown->raw), &read);
    if (st == STATUS_OK) {
        secret_object_reset(secret);
        *secret = read;
        read = (struct secret_object){ 0 };
    }
    secret_object_reset(&read);
    message_free(&unknown->base);
    return st;
}
