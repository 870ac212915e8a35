/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AWS's partitions: which Regions are in one, and its domains. Source:
 * partitions.json of the AWS SDKs. Static data.
 */
#ifndef AWS_PARTITION_H
#define AWS_PARTITION_H

#include "base/span.h"

struct partition {
    const char *region_prefix; /* "cn-"; "" of the last, which has the rest */
    const char *name;          /* "aws-cn" */
    const char *domain;        /* of SERVICE.REGION.DOMAIN */
    const char *dual_stack_domain;
};

/* The partition a Region is in, also a Region that is not known; never NULL. */
const struct partition *partition_of(struct span region);

#endif
