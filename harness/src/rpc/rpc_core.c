/* SPDX-License-Identifier: Apache-2.0 */
#include "rpc/rpc_core.h"

#include <grpc/byte_buffer.h>
#include <grpc/byte_buffer_reader.h>
#include <grpc/support/log.h>
#include <openssl/crypto.h>
#include <pthread.h>
#include <stdlib.h>

/* Core's own log says nothing that the status of a call does not. */
static void
drop_log(gpr_log_func_args *args)
{
    (void)args;
}

static void
init_grpc(void)
{
    gpr_set_log_function(drop_log);
    grpc_init();
}

void
rpc_core_init(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, init_grpc);
}

enum status
rpc_core_target(struct span endpoint, struct buf *target)
{
    const struct span path = SPAN_LITERAL("unix:///");
    const struct span abstract = SPAN_LITERAL("unix:///@");

    if (endpoint.len <= path.len || !span_starts_with(endpoint, path))
        return STATUS_INVALID;
    if (!span_starts_with(endpoint, abstract))
        return buf_append(target, endpoint);
    if (endpoint.len == abstract.len)
        return STATUS_INVALID;
    return buf_printf(target, "unix-abstract:%.*s",
        SPAN_ARG(span_skip(endpoint, abstract.len)));
}

static void
drop_copy(void *copy)
{
    buf_reset(copy);
    free(copy);
}

grpc_byte_buffer *
rpc_core_wrap(struct span bytes)
{
    grpc_slice slice = grpc_empty_slice();
    grpc_byte_buffer *wrapped;

    if (bytes.len > 0) {
        struct buf *copy = calloc(1, sizeof(*copy));

        if (copy == NULL || buf_append(copy, bytes) != STATUS_OK) {
            free(copy);
            return NULL; /* a call without a message is refused by core */
        }
        slice = grpc_slice_new_with_user_data(
            copy->ptr, copy->len, drop_copy, copy);
    }
    wrapped = grpc_raw_byte_buffer_create(&slice, 1);
    grpc_slice_unref(slice);
    return wrapped;
}

/* In place: core would keep what readall only copies. */
static enum status
read_slices(grpc_byte_buffer *wrapped, bool wipe, struct buf *out)
{
    grpc_byte_buffer_reader reader;
    grpc_slice *slice;
    size_t before = out->len;
    enum status status = STATUS_OK;

    if (wrapped == NULL || !grpc_byte_buffer_reader_init(&reader, wrapped))
        return STATUS_INVALID;
    while (grpc_byte_buffer_reader_peek(&reader, &slice)) {
        if (status == STATUS_OK)
            status = buf_append(out, rpc_core_span(slice));
        if (wipe)
            OPENSSL_cleanse(
                GRPC_SLICE_START_PTR(*slice), GRPC_SLICE_LENGTH(*slice));
    }
    grpc_byte_buffer_reader_destroy(&reader);
    if (status != STATUS_OK)
        buf_truncate(out, before);
    return status;
}

enum status
rpc_core_unwrap(grpc_byte_buffer *wrapped, struct buf *out)
{
    return read_slices(wrapped, true, out);
}

enum status
rpc_core_copy(grpc_byte_buffer *wrapped, struct buf *out)
{
    return read_slices(wrapped, false, out);
}
