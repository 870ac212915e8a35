/* SPDX-License-Identifier: Apache-2.0 */
#include "rpc/rpc_message.h"

#include "base/wipe.h"

static void *
allocate(void *context, size_t size)
{
    (void)context;
    return wipe_malloc(size);
}

static void
release(void *context, void *ptr)
{
    (void)context;
    wipe_free(ptr);
}

static ProtobufCAllocator allocator = { allocate, release, NULL };

ProtobufCBinaryData
rpc_message_bytes(struct span bytes)
{
    return (ProtobufCBinaryData){ bytes.len, (uint8_t *)(uintptr_t)bytes.ptr };
}

static enum status
pack(const ProtobufCMessage *message, struct buf *out)
{
    uint8_t *place;
    enum status status =
        buf_extend(out, protobuf_c_message_get_packed_size(message), &place);

    if (status == STATUS_OK)
        protobuf_c_message_pack(message, place);
    return status;
}

enum status
rpc_message_check(enum status status, struct grpc_error *error)
{
    if (status != STATUS_OK)
        grpc_error_set(
            error, GRPC_CODE_INTERNAL, span_text(status_text(status)));
    return status;
}

enum status
rpc_message_call(struct rpc_channel *channel, const char *method,
    const ProtobufCMessage *request, int64_t timeout_ms,
    const ProtobufCMessageDescriptor *type, ProtobufCMessage **answer,
    struct grpc_error *error)
{
    struct buf sent = { 0 }, received = { 0 };
    ProtobufCMessage *message;
    enum status status = rpc_message_check(pack(request, &sent), error);

    if (status == STATUS_OK)
        status = rpc_call(
            channel, method, buf_span(&sent), timeout_ms, &received, error);
    if (status != STATUS_OK)
        goto out;
    message =
        protobuf_c_message_unpack(type, &allocator, received.len, received.ptr);
    if (message == NULL)
        status = rpc_message_check(STATUS_INVALID, error);
    else
        *answer = message;
out:
    buf_reset(&sent);
    buf_reset(&received);
    return status;
}

void
rpc_message_free(ProtobufCMessage *message)
{
    protobuf_c_message_free_unpacked(message, &allocator);
}
