/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One HTTP request and its answer: an easy handle of libcurl that is used
 * again and again, with the memory it needs. Belongs to one thread.
 */
#ifndef KMS_TRANSFER_H
#define KMS_TRANSFER_H

#include "kms/answer.h"
#include "kms/signer.h"

struct transfer {
    CURL *easy;
    struct signed_header header;
    struct answer answer;
    char error[CURL_ERROR_SIZE];
    void *owner;           /* for who uses it */
    struct transfer *next; /* likewise */
};

/* What libcurl needs from the process, once: a wiping allocator. */
MUST_USE enum status transfer_global_init(void);

MUST_USE enum status transfer_new(const struct endpoint *endpoint,
    const char *ca_file, struct transfer **out);
void transfer_free(struct transfer *transfer);

/* The transfer whose handle this is. */
struct transfer *transfer_of(CURL *easy);

/* Sets what is to be sent; borrows the body. transfer->header is ready. */
MUST_USE enum status transfer_set(struct transfer *transfer, struct span body);

/* Reads how it ended; *result borrows from the transfer. */
void transfer_read(struct transfer *transfer, CURLcode code,
    enum kms_operation operation, struct kms_result *result);

/* Forgets all but the handle's options and its memory. */
void transfer_clear(struct transfer *transfer);

#endif
