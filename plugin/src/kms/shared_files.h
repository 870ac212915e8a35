/* SPDX-License-Identifier: Apache-2.0 */
/* Which shared AWS files and which profile the environment names. */
#ifndef KMS_SHARED_FILES_H
#define KMS_SHARED_FILES_H

#include "kms/profile.h"

enum { SHARED_FILES = 2 }; /* credentials, then config */

struct shared_files {
    struct buf paths[SHARED_FILES]; /* empty: there is none */
    struct buf profile;
};

/* From the environment; *out is empty before. */
MUST_USE enum status shared_files_find(struct shared_files *out);
void shared_files_reset(struct shared_files *shared);

/* The path for a person to read. */
const char *shared_files_path(const struct shared_files *shared, size_t file);

/*
 * Reads the profile in one of the files; *text becomes the owner of what
 * *out borrows. A file that is not there is one without the profile. Where it
 * cannot be read, *problem names it and the line.
 */
MUST_USE enum status shared_files_read(const struct shared_files *shared,
    size_t file, struct buf *text, struct profile *out, struct buf *problem);

#endif
