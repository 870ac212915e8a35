/* SPDX-License-Identifier: Apache-2.0 */
/* The URL that calls go to, taken apart. */
#ifndef KMS_ENDPOINT_H
#define KMS_ENDPOINT_H

#include "base/buf.h"

struct endpoint {
    struct buf url;
    struct buf host; /* as the Host header has it: ":port" if not the usual */
    struct buf path; /* at least "/" */
    bool direct;     /* never through a proxy: plain http, or a loopback */
};

/*
 * The empty URL stands for AWS's own of the Region. STATUS_INVALID for what
 * is no http or https URL of a host with at most a path. *out is empty before.
 */
MUST_USE enum status endpoint_init(
    struct endpoint *out, struct span url, struct span region);
void endpoint_reset(struct endpoint *endpoint);

#endif
