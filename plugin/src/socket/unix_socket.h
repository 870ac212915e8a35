/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plugin's listening socket, handled so that no process takes it from
 * another by accident: what lies at the path is removed only if it is a socket
 * that nobody listens on, and at the end only if it is still the one made
 * here. Starters that race are ordered by a lock on the folder. Used by one
 * thread at a time.
 *
 * A hand-over takes a live path on purpose and without a moment in which
 * nobody listens: the socket is made beside it, ".NAME.next", and renamed over
 * the other when its maker is ready. The other process sees that its path is
 * another's; what was waiting in its queue is still its own to serve.
 */
#ifndef SOCKET_UNIX_SOCKET_H
#define SOCKET_UNIX_SOCKET_H

#include "socket/socket_owner.h"
#include "socket/unix_address.h"

struct unix_socket;

struct unix_socket_options {
    const char *address; /* as unix_address_parse takes it; borrowed */
    mode_t mode;         /* 0: by the umask. Files only, as is `owner` */
    struct socket_owner owner;
    bool replace_anything; /* remove whatever lies at the path, alive or not,
                            * as kubernetes-sigs/aws-encryption-provider */
    bool hand_over; /* a live path: wait beside it for unix_socket_take_over */
};

/*
 * Makes the socket and listens; mode and owner are set before anybody can
 * connect. While it runs, files that other threads make have this mode too:
 * the umask is the process's.
 *   INVALID    no address
 *   TOO_LARGE  the path, or with hand_over that beside it, is too long
 *   NOT_FOUND  the folder does not exist
 *   EXISTS     something that is no socket is there (it is left alone)
 *   BUSY       another process listens there, waits beside it, or keeps the
 *              folder locked
 *   DENIED     the folder or the socket that is there is not for us, or the
 *              owner cannot be set
 * and what else the system may say.
 */
MUST_USE enum status unix_socket_new(
    const struct unix_socket_options *options, struct unix_socket **out);

/* Takes a listening descriptor that was made by another, to whom its file
 * belongs: it is not removed. `address` counts where it is bound to none. */
MUST_USE enum status unix_socket_adopt(
    const char *address, int fd, struct unix_socket **out);

/* Where clients find it. Borrowed. */
const struct unix_address *unix_socket_address(const struct unix_socket *s);

/* Whether it waits beside the path of a live socket. */
bool unix_socket_waits(const struct unix_socket *s);

/* Moves it to the path; no effect if it does not wait. STATUS_EXISTS:
 * something that is no socket is there now. */
MUST_USE enum status unix_socket_take_over(struct unix_socket *s);

/* Whether it had a file of its own making at its path, and there is nothing
 * now. */
bool unix_socket_is_gone(const struct unix_socket *s);

/*
 * Makes another of its address, mode and owner in the place of one that is
 * gone. Nothing is removed for it. Statuses as unix_socket_new; STATUS_BUSY:
 * something is there.
 */
MUST_USE enum status unix_socket_renew(
    const struct unix_socket *s, struct unix_socket **out);

/* Which file it is, at the path where it shall be found: a value that outlives
 * the socket. */
struct unix_socket_file {
    char path[UNIX_ADDRESS_MAX + 1];
    dev_t device;
    ino_t inode; /* 0: there is none */
};
struct unix_socket_file unix_socket_file(const struct unix_socket *s);

enum unix_socket_place {
    UNIX_SOCKET_OURS, /* it can be reached by its path, or needs none */
    UNIX_SOCKET_GONE,
    UNIX_SOCKET_ANOTHERS, /* a socket that somebody listens on */
    UNIX_SOCKET_BLOCKED,  /* anything else */
};

/* What lies at the path now. Any thread. ANOTHERS is found out by connecting
 * to it. */
enum unix_socket_place unix_socket_file_place(
    const struct unix_socket_file *file);

/* What a status of unix_socket_new means, as a phrase after the address. */
const char *unix_socket_problem(enum status status);

/* The listening descriptor, which does not block. Borrowed. */
int unix_socket_fd(const struct unix_socket *s);

/* Stops listening, and removes the file if it is still ours. */
void unix_socket_free(struct unix_socket *s);

#endif
