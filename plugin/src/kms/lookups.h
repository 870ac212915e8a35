/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Name lookups that nobody answers. Each holds a thread of libcurl's for up to
 * ten seconds (the distribution's; c-ares has none), so while one has gone
 * without an answer others begin only now and then. Belongs to one thread.
 */
#ifndef KMS_LOOKUPS_H
#define KMS_LOOKUPS_H

#include <stdbool.h>
#include <stdint.h>

enum {
    LOOKUPS_PATIENCE_MS = 500, /* sooner given up says nothing */
    LOOKUPS_EVERY_MS = 250, /* then one may try, also to see that it is over */
};

struct lookups {
    bool silent;     /* the last one was not answered */
    int64_t next_ms; /* while silent: when the next may begin */
};

/* Whether one may begin; counted as begun. Times are of one monotonic clock. */
bool lookups_begin(struct lookups *lookups, int64_t now_ms);

/* One that began at begun_ms has led to an address, or was given up. */
void lookups_end(
    struct lookups *lookups, int64_t begun_ms, int64_t now_ms, bool found);

#endif
