/* SPDX-License-Identifier: Apache-2.0 */
#include "k8s/message.h"

#include "base/wipe.h"

/* A message may hold plaintext. */
static void *
allocate(void *context UNUSED, size_t size)
{
    return wipe_malloc(size);
}

static void
release(void *context UNUSED, void *block)
{
    wipe_free(block);
}

static ProtobufCAllocator wiping = { .alloc = allocate, .free = release };

ProtobufCMessage *
message_unpack(const ProtobufCMessageDescriptor *descriptor, struct span bytes)
{
    return protobuf_c_message_unpack(descriptor, &wiping, bytes.len, bytes.ptr);
}

void
message_free(ProtobufCMessage *message)
{
    if (message != NULL)
        protobuf_c_message_free_unpacked(message, &wiping);
}

enum status
message_pack(const ProtobufCMessage *message, struct buf *out)
{
    uint8_t *place;
    enum status st =
        buf_extend(out, protobuf_c_message_get_packed_size(message), &place);
    if (st == STATUS_OK)
        (void)protobuf_c_message_pack(message, place);
    return st;
}
