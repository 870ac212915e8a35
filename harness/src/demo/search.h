/* SPDX-License-Identifier: Apache-2.0 */
/* Looks for bytes in every file under a folder, as a thief would. */
#ifndef DEMO_SEARCH_H
#define DEMO_SEARCH_H

#include "base/buf.h"

struct search_result {
    size_t files; /* looked into */
    size_t bytes;
    size_t hits; /* files that hold the needle */
};

/*
 * Links are not followed; a file that goes away meanwhile is no failure.
 * STATUS_TOO_LARGE for a file above 64 MiB.
 */
MUST_USE enum status search_folder(
    const char *folder, struct span needle, struct search_result *out);

#endif
