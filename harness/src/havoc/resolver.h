/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A DNS server of our own on loopback, which knows one name (127.0.0.1), and
 * how it misbehaves. Programs that are to ask it, and nobody else, are started
 * with resolver_files. It has a thread; the functions are for one other.
 */
#ifndef HAVOC_RESOLVER_H
#define HAVOC_RESOLVER_H

#include "process/own_files.h"
#include "process/workspace.h"

enum resolver_mode {
    RESOLVER_ANSWERS,
    RESOLVER_SILENT, /* it reads queries and never answers */
    RESOLVER_NXDOMAIN,
    RESOLVER_SERVFAIL,
    RESOLVER_REFUSED,
    RESOLVER_MODE_COUNT
};
extern const char *const resolver_mode_names[RESOLVER_MODE_COUNT];

struct resolver;

/*
 * STATUS_UNSUPPORTED, and *problem says why, where this machine or user cannot
 * have it: it listens on port 53, which resolv.conf cannot name another for,
 * and gives programs files of their own. `name` and the workspace are borrowed.
 */
MUST_USE enum status resolver_new(const struct workspace *workspace,
    const char *name, struct resolver **out, struct buf *problem);

/* What it does from now on. Returns how many queries met what it did before. */
uint64_t resolver_set(struct resolver *resolver, enum resolver_mode mode);
enum resolver_mode resolver_does(struct resolver *resolver);

/* For process_options; borrowed. */
const struct own_file *resolver_files(const struct resolver *resolver);

/* NULL is fine. */
void resolver_free(struct resolver *resolver);

#endif
