/* SPDX-License-Identifier: Apache-2.0 */
/* The flags about how KMS is called. For options and call_settings only. */
#ifndef OPTIONS_CALL_FLAGS_H
#define OPTIONS_CALL_FLAGS_H

#include "options/flags.h"

enum {
    CALL_ATTEMPTS_MAX = 100,
    CALL_FAILOVERS_MAX = KMS_PLACES_MAX - 1,
};

enum status call_flags_set_max_attempts(struct flags *f, struct span value);
enum status call_flags_set_retry_tokens(struct flags *f, struct span value);
enum status call_flags_set_qps(struct flags *f, struct span value);
enum status call_flags_set_burst(struct flags *f, struct span value);
enum status call_flags_set_connection_age(struct flags *f, struct span value);
enum status call_flags_set_failover(struct flags *f, struct span value);

/* What does not fit together: STATUS_INVALID, and *problem. */
MUST_USE enum status call_flags_check(
    const struct options *options, struct buf *problem);

/* The two parts of a --failover; the URL is empty where none was given. */
void call_flags_split_failover(
    const char *failover, struct span *region, struct span *url);

#endif
