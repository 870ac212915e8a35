/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an AWS SDK or the AWS CLI needs in its environment to talk to our
 * emulator and to nobody else. SDKs older than 2023 (boto3 before 1.28, AWS
 * CLI before 2.13) do not read AWS_ENDPOINT_URL: their users pass
 * KMSLAB_ENDPOINT on as the endpoint themselves.
 */
#ifndef SERVICES_AWS_VARIABLES_H
#define SERVICES_AWS_VARIABLES_H

#include "http/kms.h"
#include "process/environment.h"

enum { AWS_VARIABLES_COUNT = 9 };

struct aws_variable {
    const char *name;
    const char *value; /* borrowed from the account */
};

void aws_variables_of(const struct kms_account *account,
    struct aws_variable variables[AWS_VARIABLES_COUNT]);

/*
 * Sets them; removes those that would lead elsewhere (profiles, session
 * tokens); keeps proxies out of the way of the loopback.
 */
MUST_USE enum status aws_variables_set(
    const struct kms_account *account, struct environment *environment);

#endif
