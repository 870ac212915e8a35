/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Turns a body into a signed request: the lines of its header, as libcurl
 * takes them. Belongs to one thread.
 */
#ifndef KMS_SIGNER_H
#define KMS_SIGNER_H

#include "credentials/credentials.h"
#include "kms/endpoint.h"
#include "kms/kms.h"

#include <curl/curl.h>

enum { SIGNER_LINES = 12 };

/* The list's nodes and texts live here; libcurl only reads them. */
struct signed_header {
    struct buf text;
    size_t starts[SIGNER_LINES];
    size_t count;
    struct curl_slist lines[SIGNER_LINES];
};
void signed_header_reset(struct signed_header *header);

struct signer;

/* Takes the Region, endpoint and ARN from the options; STATUS_INVALID where
 * one is none. */
MUST_USE enum status signer_new(
    const struct kms_options *options, struct signer **out);
void signer_free(struct signer *signer);

/* Borrows, for the signer's life. */
const struct endpoint *signer_endpoint(const struct signer *signer);

/* All borrowed. */
struct signer_input {
    enum kms_operation operation;
    struct span body;
    const struct credentials_set *credentials;
    int64_t now_ms; /* KMS's time */
};

/* Replaces *out. */
MUST_USE enum status signer_sign(struct signer *signer,
    const struct signer_input *input, struct signed_header *out);

#endif
