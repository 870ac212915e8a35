/* SPDX-License-Identifier: Apache-2.0 */
/* Whom the socket's file belongs to and who may connect, as flags say it.
 * Plain values. */
#ifndef SOCKET_SOCKET_OWNER_H
#define SOCKET_SOCKET_OWNER_H

#include "base/span.h"
#include "base/status.h"

#include <sys/types.h>

struct socket_owner {
    bool given; /* false: as the system makes it */
    uid_t user;
    gid_t group; /* (gid_t)-1: as the system makes it */
};

/*
 * "USER" or "USER:GROUP", names or numbers. Names are looked up in /etc/passwd
 * and /etc/group and nowhere else: a name service would be a network call at
 * start. STATUS_NOT_FOUND for a name that is not there.
 */
MUST_USE enum status socket_owner_parse(
    struct span text, struct socket_owner *out);

/* Octal digits, "0660" or "660", at most 0777; STATUS_INVALID otherwise. Mode
 * 0 is refused: nobody could connect. */
MUST_USE enum status socket_mode_parse(struct span text, mode_t *out);

#endif
