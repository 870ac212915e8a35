/* SPDX-License-Identifier: Apache-2.0 */
#include "fetch/retryable.h"

#include "base/compiler.h"

static const char *const timeout_codes[] = {
    "RequestTimeout",
    "RequestTimeoutException",
};
static const char *const throttle_codes[] = {
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "TransactionInProgressException",
};

static bool
is_among(struct span code, const char *const *codes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (span_equal_text(code, codes[i]))
            return true;
    return false;
}

bool
retryable_throttle(struct span code)
{
    return is_among(code, throttle_codes, ARRAY_LEN(throttle_codes));
}

bool
retryable_code(struct span code)
{
    return retryable_throttle(code) ||
           is_among(code, timeout_codes, ARRAY_LEN(timeout_codes));
}

bool
retryable_status(unsigned http_status)
{
    return http_status == 500 || http_status == 502 || http_status == 503 ||
           http_status == 504;
}
