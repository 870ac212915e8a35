/* SPDX-License-Identifier: Apache-2.0 */
/* Reading one entry of a seed file, with words that say where it is wrong.
 * For seed_read.c. */
#ifndef API_SEED_ENTRY_H
#define API_SEED_ENTRY_H

#include "access/access.h"
#include "base/json.h"

/* An entry of the file that is being read. */
struct seed_entry {
    const char *list;
    size_t index;
    const struct json *node;
    const struct caller *standard;
    struct buf *problem;
};

/* Says what is wrong with a member ("": with the entry); STATUS_INVALID. */
enum status seed_entry_wrong(
    const struct seed_entry *entry, const char *member, const char *what);

/* Says that nobody knows a field, on one line whatever its name is;
 * STATUS_INVALID. */
enum status seed_entry_unknown(struct span name, struct buf *problem);

/* STATUS_INVALID unless it is an object without other members. */
MUST_USE enum status seed_entry_check(
    const struct seed_entry *entry, const char *const *names, size_t count);

/*
 * A string, or `standard` where the member is absent (NULL: it must be there,
 * else STATUS_INVALID).
 */
MUST_USE enum status seed_entry_text(const struct seed_entry *entry,
    const char *member, const char *standard, struct span *out);

#endif
