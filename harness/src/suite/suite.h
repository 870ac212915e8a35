/* SPDX-License-Identifier: Apache-2.0 */
/* The scenarios of a folder, and many runs of them. */
#ifndef SUITE_SUITE_H
#define SUITE_SUITE_H

#include "base/buf.h"

/* Appends the folder of scenarios: `named`, else KMSLAB_SCENARIOS, else
 * harness/scenarios here or where this kmslab was built, else
 * share/kmslab/scenarios beside it. STATUS_NOT_FOUND. */
MUST_USE enum status suite_folder(const char *named, struct buf *out);

struct suite_names {
    char **items; /* in order, without ".yaml" */
    size_t count;
};
void suite_names_reset(struct suite_names *names);

/* The names of a folder's files. */
MUST_USE enum status suite_names(const char *folder, struct suite_names *out);

/* Whether a scenario is named by its file: by a slash or ".yaml". */
bool suite_is_file(const char *name);

/* Appends the file of a scenario: one with a slash or ".yaml" is itself. */
MUST_USE enum status suite_file(
    const char *folder, const char *name, struct buf *out);

#endif
