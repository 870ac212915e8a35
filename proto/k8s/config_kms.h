/* SPDX-License-Identifier: Apache-2.0 */
/* The kms provider of an EncryptionConfiguration: defaults and validation. */
#ifndef K8S_CONFIG_KMS_H
#define K8S_CONFIG_KMS_H

#include "base/json_writer.h"
#include "k8s/field_errors.h"
#include "k8s/yaml_tree.h"

/* The names of the kms providers so far; borrowed from the tree. */
struct config_kms_names {
    struct span *names;
    size_t count;
    bool reload; /* names of v1 must be unique too */
};
void config_kms_names_reset(struct config_kms_names *names);

/* Adds what is wrong with a kms provider, and its name to names. */
void config_kms_check(const struct yaml_node *kms,
    struct config_kms_names *names, struct field_errors *errors);

/* Writes it as kube-apiserver prints it. */
void config_kms_write(struct json_writer *w, const struct yaml_node *kms);

/* With kube-apiserver's defaults. */
struct span config_kms_api_version(const struct yaml_node *kms);
int64_t config_kms_timeout_ns(const struct yaml_node *kms);
/* False: there is none, which is so for v2 alone. */
bool config_kms_cache_size(const struct yaml_node *kms, int64_t *size);

#endif
