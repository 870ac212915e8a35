/* SPDX-License-Identifier: Apache-2.0 */
#include "k8s/grpc_error.h"

static const char *const names[] = {
#define GRPC_CODE_TEXT(name, text) [GRPC_CODE_##name] = text,
    GRPC_CODE_TABLE(GRPC_CODE_TEXT)
#undef GRPC_CODE_TEXT
};

static const enum status statuses[] = {
    [GRPC_CODE_OK] = STATUS_OK,
    [GRPC_CODE_CANCELLED] = STATUS_CANCELLED,
    [GRPC_CODE_UNKNOWN] = STATUS_INTERNAL,
    [GRPC_CODE_INVALID_ARGUMENT] = STATUS_INVALID,
    [GRPC_CODE_DEADLINE_EXCEEDED] = STATUS_TIMEOUT,
    [GRPC_CODE_NOT_FOUND] = STATUS_NOT_FOUND,
    [GRPC_CODE_ALREADY_EXISTS] = STATUS_EXISTS,
    [GRPC_CODE_PERMISSION_DENIED] = STATUS_DENIED,
    [GRPC_CODE_RESOURCE_EXHAUSTED] = STATUS_UNAVAILABLE,
    [GRPC_CODE_FAILED_PRECONDITION] = STATUS_UNAVAILABLE,
    [GRPC_CODE_ABORTED] = STATUS_CONFLICT,
    [GRPC_CODE_OUT_OF_RANGE] = STATUS_INVALID,
    [GRPC_CODE_UNIMPLEMENTED] = STATUS_UNSUPPORTED,
    [GRPC_CODE_INTERNAL] = STATUS_INTERNAL,
    [GRPC_CODE_UNAVAILABLE] = STATUS_UNAVAILABLE,
    [GRPC_CODE_DATA_LOSS] = STATUS_CORRUPT,
    [GRPC_CODE_UNAUTHENTICATED] = STATUS_DENIED,
};

void
grpc_error_reset(struct grpc_error *error)
{
    buf_reset(&error->message);
    *error = (struct grpc_error){ 0 };
}

void
grpc_error_set(
    struct grpc_error *error, enum grpc_code code, struct span message)
{
    grpc_error_reset(error);
    error->code = code;
    if (buf_append(&error->message, message) != STATUS_OK)
        buf_reset(&error->message);
}

const char *
grpc_error_code_name(enum grpc_code code)
{
    return names[code];
}

enum grpc_code
grpc_error_code_from_wire(int number)
{
    if (number < 0 || (size_t)number >= ARRAY_LEN(names))
        return GRPC_CODE_UNKNOWN;
    return (enum grpc_code)number;
}

enum status
grpc_error_status(enum grpc_code code)
{
    return statuses[code];
}

enum status
grpc_error_text(const struct grpc_error *error, struct buf *out)
{
    return buf_printf(out, "rpc error: code = %s desc = %s", names[error->code],
        buf_text(&error->message));
}
