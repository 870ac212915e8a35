/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of a failed transformation, as kube-apiserver has them: errors
 * wrap others by a text before them, and several make an aggregate, printed
 * "[a, b]" without repeats. No function here fails: where memory is short the
 * words are lost, not the status beside them. Owned by one thread.
 */
#ifndef K8S_TRANSFORM_ERROR_H
#define K8S_TRANSFORM_ERROR_H

#include "k8s/grpc_error.h"

struct transform_error {
    struct buf text;   /* what a person reads; buf_text gives it */
    struct buf *parts; /* of an aggregate: its errors; else NULL */
    size_t part_count;
};

void transform_error_reset(struct transform_error *error);

/* Replaces the words. */
void transform_error_set(struct transform_error *error, const char *format, ...)
    PRINTF_LIKE(2, 3);

/* Replaces the words by Go's text of a gRPC error. */
void transform_error_set_grpc(
    struct transform_error *error, const struct grpc_error *cause);

/* Puts words before those that stand there; an aggregate becomes one text. */
void transform_error_wrap(
    struct transform_error *error, const char *format, ...) PRINTF_LIKE(2, 3);

/* Adds what `part` says (each error of an aggregate) and empties it. */
void transform_error_add(
    struct transform_error *error, struct transform_error *part);

/* Moves the words of `from` into `to`. */
void transform_error_take(
    struct transform_error *to, struct transform_error *from);

/* Replaces the words of `to` by a copy. */
void transform_error_copy(
    struct transform_error *to, const struct transform_error *from);

#endif
