/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one result type of all fallible functions. It says what kind of thing
 * went wrong; the words for a person are written once, at the edge, where the
 * object of the failure is known. On anything but STATUS_OK a function leaves
 * its outputs as they were.
 */
#ifndef BASE_STATUS_H
#define BASE_STATUS_H

#include "base/compiler.h"

#define STATUS_TABLE(X)                                                        \
    X(OK, "ok")                                                                \
    X(NO_MEMORY, "out of memory")                                              \
    X(INVALID, "malformed input")                                              \
    X(TOO_LARGE, "too large")                                                  \
    X(NOT_FOUND, "not found")                                                  \
    X(EXISTS, "already exists")                                                \
    X(CONFLICT, "changed meanwhile")                                           \
    X(CRYPTO, "cryptographic operation failed")                                \
    X(AUTHENTIC, "authentication failed")                                      \
    X(CORRUPT, "stored data is damaged")                                       \
    X(VERSION, "made by a newer version")                                      \
    X(UNSUPPORTED, "not supported")                                            \
    X(IRREGULAR, "not a regular file but a folder, pipe, socket or device")    \
    X(DENIED, "permission denied")                                             \
    X(IO, "input or output failed")                                            \
    X(DESCRIPTORS, "too many open files")                                      \
    X(FULL, "no space left")                                                   \
    X(BUSY, "in use by another process")                                       \
    X(UNAVAILABLE, "unavailable")                                              \
    X(TIMEOUT, "deadline passed")                                              \
    X(CANCELLED, "cancelled")                                                  \
    X(INTERNAL, "internal error")

enum status {
#define STATUS_NAME(name, text) STATUS_##name,
    STATUS_TABLE(STATUS_NAME)
#undef STATUS_NAME
};

/* Returns a constant text such as "out of memory"; never NULL. */
const char *status_text(enum status status);

/* The status for an errno value; STATUS_IO where none fits better. */
enum status status_from_errno(int error);

#endif
