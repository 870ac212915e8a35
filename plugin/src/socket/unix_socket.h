/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plugin's listening socket in the file system, handled so that no
 * process takes it from another by accident: what lies at the path is removed
 * only if it is a socket that nobody listens on, and at the end only if it is
 * still the one made here. Starters that race are ordered by a lock on the
 * folder. Used by one thread at a time.
 */
#ifndef SOCKET_UNIX_SOCKET_H
#define SOCKET_UNIX_SOCKET_H

#include "base/status.h"

#include <stdbool.h>
#include <sys/types.h>

struct unix_socket;

enum {
    UNIX_SOCKET_PATH_MAX = 107, /* what the kernel's sockaddr_un holds */
};

/*
 * Makes the socket and listens; its mode follows the umask.
 *   TOO_LARGE  the path is longer than UNIX_SOCKET_PATH_MAX
 *   NOT_FOUND  the folder does not exist
 *   EXISTS     something that is no socket is there (it is left alone)
 *   BUSY       another process listens there, or keeps the folder locked
 *   DENIED     the folder or the socket that is there is not for us
 * and what else the system may say.
 */
MUST_USE enum status unix_socket_new(
    const char *path, struct unix_socket **out);

/* Which file it is: a value that outlives the socket. */
struct unix_socket_file {
    char path[UNIX_SOCKET_PATH_MAX + 1];
    dev_t device;
    ino_t inode;
};
struct unix_socket_file unix_socket_file(const struct unix_socket *s);

/* Whether it can still be reached by its path. Any thread. */
bool unix_socket_file_is_there(const struct unix_socket_file *file);

/* What a status of unix_socket_new means, as a phrase after the path. */
const char *unix_socket_problem(enum status status);

/* The listening descriptor, which does not block. Borrowed. */
int unix_socket_fd(const struct unix_socket *s);

/* Stops listening, and removes the file if it is still ours. */
void unix_socket_free(struct unix_socket *s);

#endif
