/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One run of an operation: what it gets, and where it leaves its answer, its
 * changes or its error. Used by one thread at a time.
 */
#ifndef API_CALL_H
#define API_CALL_H

#include "api/changeset.h"
#include "api/key.h"
#include "api/parts.h"
#include "aws/kms_error.h"
#include "base/json.h"
#include "base/json_writer.h"

struct operation;

/* A key in use: out of the cache, or read for this call alone. */
struct lease {
    const struct key *key;
    struct object *cached; /* owns *key, or NULL: then own does */
    struct key own;        /* may be changed and put back */
};
void lease_reset(struct lease *lease);

struct call {
    const struct parts *parts;
    const struct operation *operation;
    const struct json *input; /* checked against the operation's shape */
    struct caller caller;
    int64_t now_ms; /* resource time */
    void *mark;     /* of a hook; NULL: records are seen as they are */

    bool stale;               /* see call_stale */
    bool due;                 /* the changes come first, then another run */
    struct lease key;         /* of the operations that name one */
    struct changeset changes; /* what is to be changed */
    struct buf answer;        /* the JSON that is answered once that is done */
    struct buf message;       /* what goes with an error */
};
/* Frees what a run left, so that the operation can run again. */
void call_reset(struct call *call);

/* A member of the input; NULL when absent or null. */
const struct json *call_member(const struct call *call, const char *name);
/* The same as text; empty when absent. */
struct span call_text(const struct call *call, const char *name);

/* Sets the message and returns the error. */
enum kms_error call_fail(struct call *call, enum kms_error error,
    const char *format, ...) PRINTF_LIKE(3, 4);
/* The same with the words that always go with that error, perhaps none. */
enum kms_error call_refuse(struct call *call, enum kms_error error);
/* STATUS_OK is no error; every other status is logged and answered as
 * KMSInternalException. */
enum kms_error call_status(struct call *call, enum status status);

/* What this run read has changed since: the operation is to run again. The
 * error is for a caller for whom it never stops changing. */
enum kms_error call_stale(struct call *call);

/* KMS_ERROR_NONE when the member is absent; else an answer that says that it
 * is not supported. */
enum kms_error call_unsupported(struct call *call, const char *member);

/* The answer is finished: whether that went well. */
enum kms_error call_answered(struct call *call, struct json_writer *writer);

/* Puts a key that was read for this call back. */
void call_put_key(struct call *call, const struct key *key);

#endif
