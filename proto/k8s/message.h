/* SPDX-License-Identifier: Apache-2.0 */
/* Protobuf messages to and from bytes; what is freed is wiped. */
#ifndef K8S_MESSAGE_H
#define K8S_MESSAGE_H

#include "base/buf.h"

#include <protobuf-c/protobuf-c.h>

/*
 * Returns owned, to be freed by message_free; NULL for bytes that are no
 * message of this kind, or without memory.
 */
ProtobufCMessage *message_unpack(
    const ProtobufCMessageDescriptor *descriptor, struct span bytes);
void message_free(ProtobufCMessage *message);

/* Appends. */
MUST_USE enum status message_pack(
    const ProtobufCMessage *message, struct buf *out);

static inline struct span
message_bytes(ProtobufCBinaryData data)
{
    return span_of(data.data, data.len);
}

/* For a message that is packed and not changed. */
static inline ProtobufCBinaryData
message_data(struct span bytes)
{
    return (ProtobufCBinaryData){ bytes.len, (uint8_t *)(uintptr_t)bytes.ptr };
}

#endif
