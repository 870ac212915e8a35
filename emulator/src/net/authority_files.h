/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An authority in a folder: ca-key.pem (its key and certificate, mode 0600)
 * and ca.pem (the certificate, for clients). No state.
 */
#ifndef NET_AUTHORITY_FILES_H
#define NET_AUTHORITY_FILES_H

#include "net/authority.h"

/* Makes what is missing: the folder, the authority, ca.pem. On failure
 * *problem names the file and what to do. */
MUST_USE enum status net_authority_open(
    const char *folder, struct buf *problem, struct net_authority **out);

#endif
