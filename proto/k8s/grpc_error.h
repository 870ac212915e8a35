/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a gRPC call ended, as data: its code and message, and the text that Go
 * programs print for it, which kube-apiserver shows inside its own errors.
 */
#ifndef K8S_GRPC_ERROR_H
#define K8S_GRPC_ERROR_H

#include "base/buf.h"

#define GRPC_CODE_TABLE(X)                                                     \
    X(OK, "OK")                                                                \
    X(CANCELLED, "Canceled")                                                   \
    X(UNKNOWN, "Unknown")                                                      \
    X(INVALID_ARGUMENT, "InvalidArgument")                                     \
    X(DEADLINE_EXCEEDED, "DeadlineExceeded")                                   \
    X(NOT_FOUND, "NotFound")                                                   \
    X(ALREADY_EXISTS, "AlreadyExists")                                         \
    X(PERMISSION_DENIED, "PermissionDenied")                                   \
    X(RESOURCE_EXHAUSTED, "ResourceExhausted")                                 \
    X(FAILED_PRECONDITION, "FailedPrecondition")                               \
    X(ABORTED, "Aborted")                                                      \
    X(OUT_OF_RANGE, "OutOfRange")                                              \
    X(UNIMPLEMENTED, "Unimplemented")                                          \
    X(INTERNAL, "Internal")                                                    \
    X(UNAVAILABLE, "Unavailable")                                              \
    X(DATA_LOSS, "DataLoss")                                                   \
    X(UNAUTHENTICATED, "Unauthenticated")

/* The values are gRPC's own, 0 to 16. */
enum grpc_code {
#define GRPC_CODE_NAME(name, text) GRPC_CODE_##name,
    GRPC_CODE_TABLE(GRPC_CODE_NAME)
#undef GRPC_CODE_NAME
};

struct grpc_error {
    enum grpc_code code;
    struct buf message;
};

void grpc_error_reset(struct grpc_error *error);

/* Sets code and message; a message that finds no memory is left empty. */
void grpc_error_set(
    struct grpc_error *error, enum grpc_code code, struct span message);

/* "Unavailable" and the like, as Go writes them; never NULL. */
const char *grpc_error_code_name(enum grpc_code code);

/* Any number from the wire; those gRPC does not name become UNKNOWN. */
enum grpc_code grpc_error_code_from_wire(int number);

/* The status that fits a code: UNAVAILABLE, TIMEOUT, DENIED, … */
enum status grpc_error_status(enum grpc_code code);

/* Appends "rpc error: code = Unavailable desc = MESSAGE". */
MUST_USE enum status grpc_error_text(
    const struct grpc_error *error, struct buf *out);

#endif
