/* SPDX-License-Identifier: Apache-2.0 */
/* Where a kube-apiserver of ours is and what it reads: its port, and the files
 * that must be there before it starts. Plain value; used by one thread. */
#ifndef CLUSTER_APISERVER_FILES_H
#define CLUSTER_APISERVER_FILES_H

#include "base/buf.h"
#include "process/workspace.h"

struct apiserver_files {
    char port[8];
    struct buf url;          /* "https://127.0.0.1:PORT" */
    struct buf certificates; /* folder; kube-apiserver fills it */
    struct buf ca_file;      /* what it will have put there */
    struct buf token, tokens;
    struct buf signing_key; /* of service accounts */
    struct buf log;
};

/* Chooses a port and writes the files; those of the log and the token begin
 * with `name`. The log of an earlier one of that name is removed. */
MUST_USE enum status apiserver_files_init(struct apiserver_files *files,
    const struct workspace *workspace, const char *name);
void apiserver_files_reset(struct apiserver_files *files);

#endif
