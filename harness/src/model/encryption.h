/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An EncryptionConfiguration at work inside one apiserver: the transformer of
 * each resource, the health of its plugins and the polls of them. Used by one
 * thread.
 */
#ifndef MODEL_ENCRYPTION_H
#define MODEL_ENCRYPTION_H

#include "k8s/config.h"
#include "k8s/provider.h"

/* How a kms provider reaches its plugin: fills the table of its version. */
struct encryption_plugins {
    enum status (*connect)(void *context, const struct provider_config *config,
        struct kms_service_v1 *v1, struct kms_service_v2 *v2);
    void *context;
};

struct encryption_options {
    /* As config_parse gives it. Borrowed while an encryption is made. */
    const struct encryption_config *config;
    bool reload; /* --encryption-provider-config-automatic-reload */
    struct encryption_plugins plugins;
    struct clock clock; /* wall time of the model */
    struct random random;
};

struct encryption;

/*
 * Builds everything and asks each v2 plugin once, as an apiserver does when
 * it starts: a plugin that does not answer is no failure. Other failures
 * come with kube-apiserver's words where it has any.
 */
MUST_USE enum status encryption_new(const struct encryption_options *options,
    struct encryption **out, struct transform_error *error);
void encryption_free(struct encryption *encryption);

/*
 * The transformer of a resource ("secrets", "deployments.apps"): that of its
 * own rule, else "*.group", else "*.*", else plain.
 */
struct transformer encryption_transformer(
    const struct encryption *encryption, struct span resource);

/* Health checks as the endpoints name them; none without kms providers. */
size_t encryption_check_count(const struct encryption *encryption);

/* Appends "kms-providers" or "kms-provider-0". */
MUST_USE enum status encryption_check_name(
    const struct encryption *encryption, size_t index, struct buf *name);
MUST_USE enum status encryption_check(
    struct encryption *encryption, size_t index, struct transform_error *error);

/*
 * When the next background poll of a v2 plugin is due, in the clock's time;
 * INT64_MAX when there is none.
 */
int64_t encryption_next_poll_ms(const struct encryption *encryption);

/* Runs the polls that are due. */
void encryption_poll(struct encryption *encryption);

/* The kms provider of that name; NULL when there is none. */
struct provider *encryption_provider(
    const struct encryption *encryption, struct span name);

#endif
