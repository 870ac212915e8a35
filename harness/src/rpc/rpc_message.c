/* SPDX-License-Identifier: Apache-2.0 */
#include "rpc/rpc_message.h"

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
    enum status status = rpc_message_check(message_pack(request, &sent), error);

    if (status == STATUS_OK)
        status = rpc_call(
            channel, method, buf_span(&sent), timeout_ms, &received, error);
    if (status != STATUS_OK)
        goto out;
    message = message_unpack(type, buf_span(&received));
    if (message == NULL)
        status = rpc_message_check(STATUS_INVALID, error);
    else
        *answer = message;
out:
    buf_reset(&sent);
    buf_reset(&received);
    return status;
}
