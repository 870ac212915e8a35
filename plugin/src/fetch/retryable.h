/* SPDX-License-Identifier: Apache-2.0 */
/* What an AWS service answers to requests that are worth another try: the
 * tables of the SDKs' standard mode (aws-sdk-go-v2, aws/retry/standard.go). */
#ifndef FETCH_RETRYABLE_H
#define FETCH_RETRYABLE_H

#include "base/span.h"

bool retryable_throttle(struct span code);

/* Throttling, and request timeouts. */
bool retryable_code(struct span code);

/* 500, 502, 503, 504. */
bool retryable_status(unsigned http_status);

#endif
