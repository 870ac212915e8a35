/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files that a program sees in the place of others, while everybody else goes
 * on seeing what is there: a mount namespace of the program's. Root may have
 * one, and any other user where user namespaces are allowed.
 */
#ifndef PROCESS_OWN_FILES_H
#define PROCESS_OWN_FILES_H

#include "base/buf.h"

/* Lists end in an entry without a path. Borrowed. */
struct own_file {
    const char *path;    /* must be there */
    const char *instead; /* what the program sees */
};

/*
 * Whether this user can have these on this machine: STATUS_UNSUPPORTED, and
 * *problem says why not.
 */
MUST_USE enum status own_files_check(
    const struct own_file *files, struct buf *problem);

/* What is made ready before a fork, for after it. */
struct own_files {
    const struct own_file *files; /* NULL: none */
    char users[32], groups[32];   /* who we are in a user namespace */
};
void own_files_prepare(const struct own_file *files, struct own_files *out);

/* In the child, which has one thread: async-signal-safe. False with errno. */
bool own_files_show(const struct own_files *own);

#endif
