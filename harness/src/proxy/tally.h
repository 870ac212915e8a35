/* SPDX-License-Identifier: Apache-2.0 */
/* Calls that came through, by method and code, with their times. Thread-safe.
 * Of methods nobody knows the first few are told apart. */
#ifndef PROXY_TALLY_H
#define PROXY_TALLY_H

#include "base/json_writer.h"

struct tally;

MUST_USE enum status tally_new(struct tally **out);
void tally_free(struct tally *tally);

void tally_add(
    struct tally *tally, struct span method, int code, double took_ms);

/* An empty method means all, a negative code every one. */
uint64_t tally_count(struct tally *tally, struct span method, int code);

/* Writes the list of {"method","code","count","min_ms","mean_ms","max_ms"}. */
void tally_write(struct tally *tally, struct json_writer *writer);

#endif
