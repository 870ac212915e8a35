/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A quota as KMS counts it: so many requests in each second of the clock, and
 * all others of that second are refused. Any thread.
 */
#ifndef FAULTS_QUOTA_H
#define FAULTS_QUOTA_H

#include "base/status.h"

#include <stdbool.h>
#include <stdint.h>

struct quota;

/* `rate` a second, above 0. Below 1: one request every so many seconds. */
MUST_USE enum status quota_new(double rate, struct quota **out);
void quota_free(struct quota *quota);

/* Counts a request; false where the second's quota is used up. */
bool quota_take(struct quota *quota, int64_t now_ms);

#endif
