/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shared AWS files and the profile that the environment names. A section
 * may stand in both: of a setting the credentials file's value counts before
 * the config file's. Not shared between threads.
 */
#ifndef CREDENTIALS_SHARED_FILES_H
#define CREDENTIALS_SHARED_FILES_H

#include "credentials/profile.h"

#include <sys/stat.h>

enum { SHARED_FILES = 2 }; /* credentials, then config */

struct shared_files {
    struct buf paths[SHARED_FILES]; /* empty: there is none */
    struct buf profile;             /* "default" where none is named */
    bool profile_named;             /* AWS_PROFILE or AWS_DEFAULT_PROFILE */
    struct buf texts[SHARED_FILES]; /* as last loaded */
    struct shared_flaw {
        enum status unread; /* STATUS_OK: it was read, or is not there */
        struct profile_flaw skipped;
    } flaws[SHARED_FILES];
};

/* From the environment; *out is empty before. Reads nothing yet. */
MUST_USE enum status shared_files_find(struct shared_files *out);
void shared_files_reset(struct shared_files *shared);

/* The path for a person to read. */
const char *shared_files_path(const struct shared_files *shared, size_t file);

/*
 * Reads both files. As in the SDKs one that is not there, that is no file, too
 * large, or not ours to read is empty. What may be otherwise the next moment
 * (no memory, no descriptor) is a failure: *problem names the file.
 */
MUST_USE enum status shared_files_load(
    struct shared_files *shared, struct buf *problem);

/* Appends "PATH or PATH", each with what was wrong when it was loaded. */
void shared_files_say(const struct shared_files *shared, struct buf *out);

/* A section as the files have it; borrows from the shared_files' texts. */
struct shared_section {
    const struct shared_files *shared;
    bool found;
    struct profile in[SHARED_FILES];
};

/* Of what was loaded. */
void shared_files_section(const struct shared_files *shared,
    enum profile_section kind, struct span name, struct shared_section *out);

/* All three at once for the profile that the environment names; *shared,
 * which is empty before and reset by the caller, keeps what *out borrows. */
MUST_USE enum status shared_files_open(struct shared_files *shared,
    struct shared_section *out, struct buf *problem);

/* The value; empty where there is none or it is empty. */
struct span shared_section_get(
    const struct shared_section *section, enum profile_key key);

/* An environment variable, where it is set and not empty, else the value. */
struct span shared_section_setting(const struct shared_section *section,
    const char *variable, enum profile_key key);

/* Appends "PATH, line N" of where the value stands. */
void shared_section_say_place(const struct shared_section *section,
    enum profile_key key, struct buf *out);

/* Tells one state of the files from the next. */
struct shared_stamp {
    struct {
        bool exists;
        dev_t device;
        ino_t inode;
        off_t size;
        struct timespec changed;
        mode_t mode;
    } of[SHARED_FILES];
};
void shared_files_stamp(
    const struct shared_files *shared, struct shared_stamp *out);
bool shared_stamp_equal(
    const struct shared_stamp *a, const struct shared_stamp *b);

/* Whether others than the owner and its group may read the credentials. */
bool shared_stamp_is_open(const struct shared_stamp *stamp);

#endif
