/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A cluster to be made: what was asked for, and the text of the files that
 * follow from it. All texts are borrowed. Pure: nothing is started, read or
 * written here.
 */
#ifndef KIND_PLAN_H
#define KIND_PLAN_H

#include "kind/record.h"

enum kind_kms { KIND_KMS_V2, KIND_KMS_V1 };

/* Where the emulator runs: a static pod of the first control plane, a process
 * of this machine, or nowhere (the plugin's own KMS is named by its flags). */
enum kind_emulator {
    KIND_EMULATOR_NODE,
    KIND_EMULATOR_HOST,
    KIND_EMULATOR_NONE,
};

enum kind_plugin {
    KIND_PLUGIN_OURS,
    KIND_PLUGIN_COMMAND, /* a program with the flags of ours, and more flags */
    KIND_PLUGIN_IMAGE,   /* an image whose entry point has those flags */
    KIND_PLUGIN_NONE,    /* somebody else serves the socket */
};

/* "v2", "node", "ours" and the like, by the value. */
extern const char *const kind_kms_names[2];
extern const char *const kind_emulator_names[3];
extern const char *const kind_plugin_names[4];

struct kind_plan {
    const char *name;
    const char *image;          /* of the nodes; NULL: kind's default */
    const char *kind_program;   /* NULL: kind */
    const char *engine_program; /* NULL: see engine_find */
    size_t control_planes, workers;
    enum kind_kms kms;
    enum kind_emulator emulator;
    enum kind_plugin plugin;
    const char *plugin_what; /* the command or image; NULL: none */
    const char *bundle;      /* folder of programs; NULL: made from ours */
    const char *kubeconfig;  /* NULL: in the cluster's folder */
    /* Folder of this machine for the sockets of plugins, made where it is not
     * there and mounted into each control plane; NULL: each node has its own.
     */
    const char *socket_folder;
    const char *encryption; /* EncryptionConfiguration; NULL: generated */
    const char *const *apiserver_arguments; /* "name=value", NULL-ended */
    int64_t wait_ms; /* for the nodes to be ready; 0: the usual */
};

/* What a node image says of itself, see kind/image.h. */
struct kind_image_facts {
    struct buf kubernetes; /* "v1.35.4" */
    struct buf sandbox;    /* the pause image that it carries */
    int minor;             /* 35 */
    bool bare; /* from ci/kind: CoreDNS and kube-proxy are not in it */
};
void kind_image_facts_reset(struct kind_image_facts *facts);

/* All that the files depend on. */
struct kind_recipe {
    const struct kind_plan *plan;
    const struct kind_image_facts *facts;
    const char *folder; /* where the files lie, as kind.yaml names it */
    const char *bundle; /* the folder of programs, as kind.yaml names it */
    /* "ld-linux-x86-64.so.2" in the bundle's lib, which starts a program that
     * is not static; NULL for one that is. */
    const char *emulator_loader, *plugin_loader;
    bool cgroup_v1;            /* this machine has no cgroup v2 */
    const char *key;           /* id of the KMS key */
    const char *host_endpoint; /* URL of an emulator on the host, or NULL */
};

/* Whether a plugin runs as a static pod of each control plane. */
bool kind_plan_has_pod(const struct kind_plan *plan);

/* Appends "arn:aws:kms:…:key/ID". */
MUST_USE enum status kind_plan_key_arn(const char *key, struct buf *out);

/* Appends an EncryptionConfiguration that seals Secrets by the plugin. */
MUST_USE enum status kind_plan_encryption(enum kind_kms kms, struct buf *out);

/* Appends the configuration that `kind create cluster --config` takes. */
MUST_USE enum status kind_plan_config(
    const struct kind_recipe *recipe, struct buf *out);

/* Append the manifests of the static pods; `node` counts control planes. */
MUST_USE enum status kind_plan_emulator_manifest(
    const struct kind_recipe *recipe, struct buf *out);
MUST_USE enum status kind_plan_plugin_manifest(
    const struct kind_recipe *recipe, size_t node, struct buf *out);

/* Appends the emulator's seed file: the key, with this material. */
MUST_USE enum status kind_plan_seed(
    const char *key, struct span material, struct buf *out);

#endif
