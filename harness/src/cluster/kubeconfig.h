/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a kubeconfig file says of its current context: where the apiserver is,
 * and who we are there. Certificates and keys are taken from the file itself
 * (…-data, as kind, kubeadm and most others write them); a user who has a token
 * or a plugin instead is refused. Plain value that owns its text, wiped by
 * reset; used by one thread.
 */
#ifndef CLUSTER_KUBECONFIG_H
#define CLUSTER_KUBECONFIG_H

#include "cluster/apiserver.h"

struct kubeconfig {
    struct buf server; /* "https://127.0.0.1:34567" */
    struct buf ca;     /* PEM */
    struct buf certificate;
    struct buf key;
};
void kubeconfig_reset(struct kubeconfig *config);

/* STATUS_INVALID with a line in *problem for a text that is none. */
MUST_USE enum status kubeconfig_parse(
    struct span text, struct kubeconfig *out, struct buf *problem);
/* The same of a file; the line then begins with its path. */
MUST_USE enum status kubeconfig_read(
    const char *path, struct kubeconfig *out, struct buf *problem);

/* The certificates as files, for who sends requests. */
struct kubeconfig_files {
    struct buf url, ca_file, cert_file, key_file;
};
void kubeconfig_files_reset(struct kubeconfig_files *files);

/* Writes them (0600) into a folder that nobody else can read. */
MUST_USE enum status kubeconfig_files_write(const struct kubeconfig *config,
    const char *folder, struct kubeconfig_files *out);

/* Borrows. */
struct kube_server kubeconfig_server(const struct kubeconfig_files *files);

#endif
