/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One HTTP request and its answer: an easy handle of libcurl that is used
 * again and again, with the memory it needs. Belongs to one thread.
 */
#ifndef KMS_TRANSFER_H
#define KMS_TRANSFER_H

#include "base/clock.h"
#include "kms/answer.h"
#include "kms/lookups.h"
#include "kms/signer.h"

/* What all transfers of a place have alike. */
struct transfer_options {
    const char *ca_file; /* borrowed; NULL: the system's */
    int64_t connection_max_age_ms;
    struct lookups *lookups; /* borrowed */
};

struct transfer {
    CURL *easy;
    struct credentials_set credentials; /* that signed */
    struct signed_header header;
    struct answer answer;
    bool answered;    /* by a server, whatever it said */
    bool timed_out;   /* no connection came about in its time */
    bool held_back;   /* its name was not looked up, see kms/lookups.h */
    bool is_hopeless; /* another try would end alike: the certificate */
    struct lookups *lookups;
    struct clock clock;
    int64_t looked_up_ms; /* when that began; -1: it did not */
    char error[CURL_ERROR_SIZE];
    void *owner;           /* for who uses it */
    struct transfer *next; /* likewise */
};

MUST_USE enum status transfer_new(const struct endpoint *endpoint,
    const struct transfer_options *options, struct transfer **out);
void transfer_free(struct transfer *transfer);

/* The transfer whose handle this is. */
struct transfer *transfer_of(CURL *easy);

struct transfer_input {
    struct span body;     /* borrowed while it is under way */
    int64_t connect_ms;   /* for a connection to come about */
    bool fresh;           /* never on a connection that was used */
    int64_t ca_max_age_s; /* a CA file that was read before is read again */
};

/* Sets what is to be sent. transfer->header is ready. */
MUST_USE enum status transfer_set(
    struct transfer *transfer, const struct transfer_input *input);

/* Reads how it ended; *result borrows from the transfer. */
void transfer_read(struct transfer *transfer, CURLcode code,
    enum kms_operation operation, struct kms_result *result);

/* Tells the lookups how this one's ended. When it is over, however it ended. */
void transfer_end_lookup(struct transfer *transfer);

/* Forgets all but the handle's options and its memory. */
void transfer_clear(struct transfer *transfer);

#endif
