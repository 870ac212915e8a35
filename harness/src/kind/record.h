/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What kmslab knows of a kind cluster that it made, or that it encrypted. It is
 * written before anything is made, so that `kmslab kind down` cleans up after
 * a run that was killed. One folder for each cluster (0700), see
 * kind_state_folder; the record is its cluster.json. A plain value, which its
 * owner resets.
 */
#ifndef KIND_RECORD_H
#define KIND_RECORD_H

#include "base/buf.h"

#include <sys/types.h>

enum {
    KIND_NODES_MAX = 16, /* control planes, and workers */
    KIND_EMULATOR_PORT = 4599,
    KIND_ADMIN_PORT = 4600,
    KIND_HEALTH_PORT = 4601, /* of the plugin, in the node */
};

/* Paths in a node; docs/KIND.md has the table. */
#define KIND_ENCRYPTION_FOLDER "/etc/kmslab/enc"
#define KIND_ENCRYPTION_FILE KIND_ENCRYPTION_FOLDER "/encryption.yaml"
#define KIND_SEED_FOLDER "/etc/kmslab/seed"
#define KIND_SEED_FILE KIND_SEED_FOLDER "/seed.json"
#define KIND_SOCKET_FOLDER "/var/lib/kmslab/socket"
#define KIND_SOCKET_FILE KIND_SOCKET_FOLDER "/kms.sock"
#define KIND_BUNDLE_FOLDER "/opt/kmslab"
#define KIND_DATA_FOLDER "/var/lib/kmslab/emulator"
#define KIND_MANIFESTS "/etc/kubernetes/manifests"
#define KIND_PROVIDER "kmslab" /* in the EncryptionConfiguration */
#define KIND_ALIAS "alias/kmslab"
#define KIND_ACCOUNT "111122223333"
#define KIND_REGION "eu-west-1"

enum kind_owner {
    KIND_OWNER_UNKNOWN, /* no record says: nobody may remove its nodes */
    KIND_OWNER_UP,      /* we made the cluster: `down` removes it */
    KIND_OWNER_ENCRYPT, /* it was there: `decrypt` gives it back */
};

struct kind_names {
    struct buf names[KIND_NODES_MAX];
    size_t count;
};

/* Texts are empty where there is nothing to say. */
struct kind_record {
    struct buf name;
    enum kind_owner owner;
    struct buf version; /* of the kmslab that wrote it */
    bool ready;         /* all of it was made and seen to work */
    struct buf kind_program, engine_program;
    struct buf image;                          /* of the nodes */
    struct kind_names control_planes, workers; /* names of containers */
    struct buf kubeconfig;
    struct buf network; /* that we made, and so remove */
    struct buf kms;     /* "v1" or "v2" */
    struct buf key_arn, alias;
    struct {
        struct buf where;    /* "node", "host" or "none" */
        struct buf endpoint; /* URLs for this machine */
        struct buf admin;
        pid_t pid;           /* on the host; 0: none */
        uint64_t start_time; /* of that process, see kind_daemon.h */
    } emulator;
    struct {
        struct buf kind; /* "ours", "command", "image" or "none" */
        struct buf what; /* the command or image */
    } plugin;
};

void kind_record_reset(struct kind_record *record);
void kind_names_reset(struct kind_names *names);

/* Adds a name to a list. STATUS_TOO_LARGE above KIND_NODES_MAX. */
MUST_USE enum status kind_names_add(struct kind_names *names, struct span name);

/* Appends the record as JSON, and reads it: STATUS_INVALID for what is none,
 * STATUS_VERSION for one of a later layout. */
MUST_USE enum status kind_record_write(
    const struct kind_record *record, struct buf *json);
MUST_USE enum status kind_record_parse(
    struct span json, struct kind_record *out);

/*
 * Of the cluster `name` on disk. STATUS_NOT_FOUND where kmslab knows none; each
 * failure appends one line to *problem, but for NOT_FOUND, which is the
 * caller's to judge.
 */
MUST_USE enum status kind_record_load(
    const char *name, struct kind_record *out, struct buf *problem);
MUST_USE enum status kind_record_save(
    const struct kind_record *record, struct buf *problem);

/* Removes the folder of the cluster and all in it. */
MUST_USE enum status kind_record_remove(const char *name, struct buf *problem);

/* Calls `visit` with the name of each cluster that has a folder, sorted. */
typedef enum status kind_record_visit_fn(void *context, const char *name);
MUST_USE enum status kind_record_each(
    kind_record_visit_fn *visit, void *context, struct buf *problem);

#endif
