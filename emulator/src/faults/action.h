/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The `do` of a rule: one kind of fault with its parameters. The kinds and
 * their parameters are one table, which the reader, GET /faults/kinds and the
 * documentation's test go by. Constant once it is read.
 */
#ifndef FAULTS_ACTION_H
#define FAULTS_ACTION_H

#include "aws/kms_error.h"
#include "base/json_writer.h"
#include "faults/match.h"
#include "faults/quota.h"

/* In the order of the table. */
enum action_kind {
    ACTION_ERROR,
    ACTION_THROTTLE,
    ACTION_HTML,
    ACTION_EMPTY,
    ACTION_LATENCY,
    ACTION_HANG,
    ACTION_CLOCK_OFFSET,
    ACTION_STALE_READS,
    ACTION_NOT_DONE,
    ACTION_WRONG_PLAINTEXT,
    ACTION_FLIP_CIPHERTEXT,
    ACTION_OTHER_KEY,
    ACTION_CONTENT_TYPE,
    ACTION_LOST_ANSWER,
    ACTION_CLOSE_MID_BODY,
    ACTION_TORN,
    ACTION_DOUBLED_CHUNK,
    ACTION_DRIP,
    ACTION_BANDWIDTH,
    ACTION_RESET,
    ACTION_REFUSE_CONNECTIONS,
    ACTION_ACCEPT_SILENT,
    ACTION_LATE_TLS,
    ACTION_EXPIRED_CERTIFICATE,
    ACTION_KINDS,
};

/* How an error's name stands in an answer. */
enum action_variant {
    ACTION_VARIANT_PLAIN,
    ACTION_VARIANT_NAMESPACE, /* com.amazonaws.kms#Name */
    ACTION_VARIANT_URI,       /* Name:http://… */
    ACTION_VARIANT_HEADER,    /* in x-amzn-ErrorType alone */
    ACTION_VARIANT_MESSAGE,   /* its text as "Message" */
};

/* Where a reset comes. */
enum action_reset {
    ACTION_RESET_BODY, /* the request is read, nothing is done */
    ACTION_RESET_ACCEPT,
    ACTION_RESET_TLS,
    ACTION_RESET_HEADERS,
    ACTION_RESET_ANSWER, /* done; half of the answer is sent */
};

enum action_shape {
    ACTION_SHAPE_FIXED,
    ACTION_SHAPE_UNIFORM,
    ACTION_SHAPE_LOGNORMAL,
    ACTION_SHAPE_RAMP,
};

struct action {
    enum action_kind kind;
    enum kms_error error;  /* NONE: one that the table does not know */
    struct buf code;       /* of an error */
    struct buf message;    /* empty: AWS's own words */
    struct buf body, type; /* html, content-type */
    struct buf key;        /* other-key: what is said instead; may be empty */
    int64_t status;        /* 0: AWS's own */
    int64_t variant;       /* enum action_variant */
    int64_t at;            /* enum action_reset */
    int64_t end;           /* lost-answer: 0 close, 1 reset */
    double rate;           /* throttle: a second; 0: all */
    enum action_shape shape;
    int64_t fixed_ms, min_ms, max_ms, median_ms, from_ms, to_ms, over_ms;
    double sigma;
    int64_t for_ms, offset_ms, every_ms, wait_ms;
    int64_t retry_after_ms; /* error, throttle; -1: not said */
    int64_t bytes, bits;
    int64_t bytes_per_second;
    struct quota *quota; /* throttle with a rate */
};

/* When its rule is asked. */
enum match_stage action_stage(const struct action *action);
/* "error"; static. */
const char *action_kind_text(const struct action *action);

/* Refuses what the match asks for and the kind cannot know. */
MUST_USE enum status action_read(const struct fault_place *place,
    const struct json *json, const struct match *match, struct action **out);
void action_free(struct action *action);

/* Whether the action can do anything to an operation: a plaintext, say, cannot
 * be wrong where there is none. Such an operation is not matched. */
bool action_suits(const struct action *action, const char *operation);

/* {"kinds":[{"kind":…,"stage":…,"about":…,"parameters":[…]}]} */
void action_write_kinds(struct json_writer *w);

#endif
