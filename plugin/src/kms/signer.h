/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Turns a body into a signed request: the lines of its header, as libcurl
 * takes them. Belongs to one thread.
 */
#ifndef KMS_SIGNER_H
#define KMS_SIGNER_H

#include "kms/credentials.h"
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

/* Takes the Region, endpoint, ARN, credentials and clock from the options;
 * STATUS_INVALID where one is none. */
MUST_USE enum status signer_new(
    const struct kms_options *options, struct signer **out);
void signer_free(struct signer *signer);

/* Borrows, for the signer's life. */
const struct endpoint *signer_endpoint(const struct signer *signer);

/*
 * Replaces *out. On KMS_FAILURE_CREDENTIALS *problem says what is wrong;
 * the only other failure is KMS_FAILURE_INTERNAL.
 */
MUST_USE enum kms_failure signer_sign(struct signer *signer,
    enum kms_operation operation, struct span body, struct signed_header *out,
    struct buf *problem);

#endif
