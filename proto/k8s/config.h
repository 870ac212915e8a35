/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EncryptionConfiguration: the file that tells kube-apiserver what to encrypt
 * and how. Read as kube-apiserver (1.31 and newer) reads it, with the same
 * verdict and the same words: strict decoding of YAML or JSON, defaults, then
 * validation, then what it checks while it builds its transformers.
 * Sources: k8s.io/apiserver, pkg/apis/apiserver/{v1,validation} and
 * pkg/server/options/encryptionconfig. A parsed configuration is plain data
 * that owns its text and keys; functions are thread-safe.
 */
#ifndef K8S_CONFIG_H
#define K8S_CONFIG_H

#include "k8s/provider_config.h"

enum { CONFIG_TEXT_MAX = 1024 * 1024 };

struct config_rule {
    struct buf *resources; /* "secrets", "x.apps", "*.apps", "*.", "*.*" */
    size_t resource_count;
    struct provider_config *providers; /* the first writes */
    size_t provider_count;
};

struct encryption_config {
    struct config_rule *rules;
    size_t rule_count;
};
void config_reset(struct encryption_config *config);

struct config_options {
    const char *file_name; /* as messages shall name it */
    bool kms_v1;           /* the feature gate KMSv1 */
    bool reload;           /* automatic reload: names of v1 are unique too */
};

/*
 * STATUS_INVALID for a file that kube-apiserver refuses: *problem then holds
 * what it says, e.g. "error while parsing file: resources[0].providers[0].kms
 * .timeout: Invalid value: …". Two things are said in other words than its
 * own: secrets never stand in *problem (kube-apiserver prints them when an
 * entry has two providers), and nor does the text of the file. For any other
 * status *problem is empty.
 */
MUST_USE enum status config_parse(struct span text,
    const struct config_options *options, struct encryption_config *out,
    struct buf *problem);

/* Reads and parses a file; options->file_name is its path. A file that cannot
 * be read is STATUS_INVALID too, with kube-apiserver's words. */
MUST_USE enum status config_load(const struct config_options *options,
    struct encryption_config *out, struct buf *problem);

/*
 * The entry that decides about a resource ("secrets", "deployments.apps"):
 * its exact name, else "*.GROUP", else "*.*". Empty where none does: then the
 * resource is stored in plain. Borrows from config.
 */
struct span config_choose(
    const struct encryption_config *config, struct span resource);

/*
 * Fills in the providers for a resource in their order, at most `max`, and
 * returns how many there are: those of every rule that names the chosen entry.
 * 0 means identity. Borrows from config.
 */
size_t config_providers(const struct encryption_config *config,
    struct span resource, const struct provider_config **providers, size_t max);

#endif
