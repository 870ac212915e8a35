/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What may happen to the file of a unix socket while somebody listens on it.
 * The file itself is only put aside, beside its place, and comes back: to who
 * listens nothing has happened. Not for abstract sockets, which have no file.
 */
#ifndef HAVOC_SOCKET_FILE_H
#define HAVOC_SOCKET_FILE_H

#include "base/buf.h"

#include <sys/types.h>

enum socket_file_harm {
    SOCKET_FILE_REMOVED,
    SOCKET_FILE_STALE,   /* a socket that nobody listens on is in its place */
    SOCKET_FILE_FOREIGN, /* one that is listened on and never answers */
    SOCKET_FILE_PLAIN,   /* a file that is no socket */
    SOCKET_FILE_MODE,    /* its mode is another; root connects all the same */
    SOCKET_FILE_OWNER,   /* its owner is another */
};

struct socket_file;

struct socket_file_options {
    enum socket_file_harm harm;
    const char *path;
    mode_t mode; /* for SOCKET_FILE_MODE */
    uid_t user;  /* for SOCKET_FILE_OWNER */
    gid_t group;
};

/*
 * STATUS_NOT_FOUND where there is no socket, STATUS_UNSUPPORTED where this
 * user cannot do it; *problem says why. Nothing has changed then.
 */
MUST_USE enum status socket_file_begin(
    const struct socket_file_options *options, struct socket_file **out,
    struct buf *problem);

/*
 * Puts back what was, and frees. Where another process has made a socket of
 * its own there meanwhile, that one stays. NULL is fine. STATUS_IO where the
 * file could not be put back.
 */
enum status socket_file_heal(struct socket_file *file);

#endif
