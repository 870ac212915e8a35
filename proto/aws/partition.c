/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/partition.h"

static const struct partition partitions[] = {
    { "cn-", "aws-cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn" },
    { "us-gov-", "aws-us-gov", "amazonaws.com", "api.aws" },
    { "us-iso-", "aws-iso", "c2s.ic.gov", "api.aws.ic.gov" },
    { "us-isob-", "aws-iso-b", "sc2s.sgov.gov", "api.aws.scloud" },
    { "eu-isoe-", "aws-iso-e", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk" },
    { "us-isof-", "aws-iso-f", "csp.hci.ic.gov", "api.aws.hci.ic.gov" },
    { "eusc-", "aws-eusc", "amazonaws.eu", "api.amazonwebservices.eu" },
    { "", "aws", "amazonaws.com", "api.aws" },
};

const struct partition *
partition_of(struct span region)
{
    const struct partition *p = partitions;
    while (!span_starts_with(region, span_text(p->region_prefix)))
        p++;
    return p;
}
