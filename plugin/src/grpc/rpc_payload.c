/* SPDX-License-Identifier: Apache-2.0 */
#include "grpc/rpc_internal.h"

#include <grpc/byte_buffer_reader.h>
#include <openssl/crypto.h>
#include <stdlib.h>

enum status
rpc_payload_take(grpc_byte_buffer *payload, struct buf *out)
{
    if (payload == NULL)
        return STATUS_OK;
    grpc_byte_buffer_reader reader;
    if (!grpc_byte_buffer_reader_init(&reader, payload))
        return STATUS_INVALID;
    enum status st = STATUS_OK;
    struct buf bytes = { 0 };
    grpc_slice *slice;
    /* These bytes of core's read buffer are this message's and nobody else's:
     * they can be wiped in place. */
    while (grpc_byte_buffer_reader_peek(&reader, &slice)) {
        size_t len = GRPC_SLICE_LENGTH(*slice);
        if (st == STATUS_OK)
            st = buf_append(&bytes, span_of(GRPC_SLICE_START_PTR(*slice), len));
        OPENSSL_cleanse(GRPC_SLICE_START_PTR(*slice), len);
    }
    grpc_byte_buffer_reader_destroy(&reader);
    if (st == STATUS_OK)
        buf_take(out, &bytes);
    buf_reset(&bytes);
    return st;
}

static void
drop_message(void *message)
{
    buf_reset(message);
    free(message);
}

enum status
rpc_payload_make(struct buf *message, grpc_byte_buffer **out)
{
    if (message->len == 0) {
        grpc_slice none = grpc_empty_slice();
        *out = grpc_raw_byte_buffer_create(&none, 1);
        return STATUS_OK;
    }
    struct buf *owned = calloc(1, sizeof(*owned));
    if (owned == NULL)
        return STATUS_NO_MEMORY;
    buf_take(owned, message);
    grpc_slice slice = grpc_slice_new_with_user_data(
        owned->ptr, owned->len, drop_message, owned);
    *out = grpc_raw_byte_buffer_create(&slice, 1);
    grpc_slice_unref(slice);
    return STATUS_OK;
}
