/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists in pages. A marker is opaque to clients: it carries the list it is of
 * and the last item it gave, so that a list goes on where it stopped even
 * when items came and went between.
 */
#ifndef API_PAGE_H
#define API_PAGE_H

#include "api/call.h"

struct page {
    size_t limit;     /* items at most */
    struct buf after; /* the item to go on after; empty: from the start */
};
void page_reset(struct page *page);

/*
 * Reads Limit and Marker of the input; *page must be empty. Answers
 * KMS_ERROR_INVALID_MARKER for what is no marker of this operation.
 */
enum kms_error page_read(
    struct call *call, size_t fallback, size_t most, struct page *page);

/* Writes Truncated and, where more follows `last`, NextMarker. */
void page_write(
    struct call *call, struct json_writer *w, bool truncated, struct span last);

#endif
