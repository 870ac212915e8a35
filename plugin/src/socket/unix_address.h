/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the plugin listens, as operators write it:
 *   /path            a file, as kubernetes-sigs/aws-encryption-provider has it
 *   unix:///path     the same, as kube-apiserver's configuration has it
 *   @name            an abstract name of Linux: no file, no permissions
 *   unix:///@name    the same, as k8s.io/kms (ParseEndpoint) reads it
 * A plain value.
 */
#ifndef SOCKET_UNIX_ADDRESS_H
#define SOCKET_UNIX_ADDRESS_H

#include "base/buf.h"

#include <sys/socket.h>
#include <sys/un.h>

enum {
    UNIX_ADDRESS_MAX = 107, /* characters: what the kernel's sockaddr_un holds
                             * beside a NUL */
};

struct unix_address {
    struct sockaddr_un address;
    socklen_t len;
    bool abstract;
};

/*
 * STATUS_TOO_LARGE: longer than UNIX_ADDRESS_MAX. STATUS_INVALID: empty, a URL
 * with a host or with what would have to be unescaped ("%", "?", "#"), or an
 * abstract address without a name.
 */
MUST_USE enum status unix_address_parse(
    const char *text, struct unix_address *out);

/* What a socket is bound to. STATUS_NOT_FOUND: to no path from the root, and
 * to no name. */
MUST_USE enum status unix_address_of(int fd, struct unix_address *out);

/* "/path", or "@name". Borrows for a file; `room` holds an abstract one. */
const char *unix_address_text(
    const struct unix_address *address, char room[UNIX_ADDRESS_MAX + 1]);

bool unix_address_equal(
    const struct unix_address *a, const struct unix_address *b);

/* A new stream socket that does not block; -1 with errno. */
int unix_address_socket(void);

/* STATUS_OK: nobody listens there (the file, if any, was left behind).
 * STATUS_BUSY: somebody does. STATUS_DENIED: that cannot be told. */
MUST_USE enum status unix_address_is_free(const struct unix_address *address);

#endif
