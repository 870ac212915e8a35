/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One provider of an EncryptionConfiguration, working: its prefix, its
 * transformer, its health. An apiserver makes each once and lists the same
 * ones for every resource of their rule (k8s/prefix_transformer.h):
 *
 *     struct prefix_entry entries[] = { provider_entry(a), provider_entry(b) };
 *     prefix_transformer_new(entries, 2, PROVIDER_NO_MATCH, &list);
 *
 * Resources without a rule use provider_plain(). Thread-safe.
 */
#ifndef K8S_PROVIDER_H
#define K8S_PROVIDER_H

#include "k8s/kms_v1.h"
#include "k8s/kms_v2.h"
#include "k8s/prefix_transformer.h"
#include "k8s/provider_config.h"

/* kube-apiserver's words for a value that none of a resource's providers knows.
 */
#define PROVIDER_NO_MATCH "no matching prefix found"

/* What a provider works with; the service of its kind is the only one used. */
struct provider_environment {
    struct clock clock; /* wall time */
    struct random random;
    struct kms_service_v1 kms_v1;
    struct kms_service_v2 kms_v2;
};

struct provider;

/*
 * Copies from the configuration. Makes no call: a kms provider of version 2
 * has no seed before provider_health is asked. STATUS_INVALID with
 * kube-apiserver's words for keys that do not fit.
 */
MUST_USE enum status provider_new(const struct provider_config *config,
    const struct provider_environment *environment, struct provider **out,
    struct transform_error *error);
void provider_free(struct provider *provider);

/* Valid as long as the provider. */
struct prefix_entry provider_entry(struct provider *provider);

enum provider_kind provider_kind(const struct provider *provider);

/* A kms provider's name, borrowed; empty for others. */
struct span provider_name(const struct provider *provider);

/* Kinds without a plugin are always healthy. */
MUST_USE enum status provider_health(
    struct provider *provider, struct transform_error *error);

/* STATUS_NOT_FOUND for kinds that have no seed, and before the first one. */
MUST_USE enum status provider_look(
    struct provider *provider, struct kms_v2_view *view);

/* What resources use that no rule covers: plain bytes, sealed ones refused. */
struct transformer provider_plain(void);

#endif
