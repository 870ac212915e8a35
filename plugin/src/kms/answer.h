/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What came back for one request: gathered part by part, then read as the
 * awsJson 1.1 protocol has it. Knows nothing of libcurl. Wipes what it held.
 */
#ifndef KMS_ANSWER_H
#define KMS_ANSWER_H

#include "base/json.h"
#include "kms/kms.h"

/* The longest answer that KMS gives is an Encrypt of 4096 bytes. */
enum {
    ANSWER_MAX = 64 * 1024,
    ANSWER_BYTES_MAX = 6144, /* a CiphertextBlob; a Plaintext is shorter */
};

enum answer_header {
    ANSWER_REQUEST_ID,
    ANSWER_ERROR_TYPE,
    ANSWER_CONTENT_TYPE,
    ANSWER_DATE,
    ANSWER_RETRY_AFTER,
    ANSWER_HEADERS,
};

struct answer {
    struct buf body;
    struct buf headers[ANSWER_HEADERS];
    bool header_ended; /* its empty line came */
    bool too_large;
    enum status status; /* of gathering */
    struct json_doc *doc;
    struct buf words;
};

/* Takes a status line or header line as it came, with its line end. */
void answer_add_line(struct answer *answer, struct span line);

/* Takes a part of the body; false where no more is wanted. */
bool answer_add_body(struct answer *answer, struct span part);

/*
 * Fills in what of *result an answer says. Its spans borrow from the answer
 * until answer_clear; its bufs are the caller's.
 */
void answer_read(struct answer *answer, enum kms_operation operation,
    unsigned http_status, struct kms_result *result);

/* Turns a success whose key is not the one that was asked for into a bad
 * answer. asked is empty where none was named. */
void answer_check_key(
    struct answer *answer, struct span asked, struct kms_result *result);

/* Wipes, and keeps memory for the next answer. */
void answer_clear(struct answer *answer);
void answer_reset(struct answer *answer);

#endif
