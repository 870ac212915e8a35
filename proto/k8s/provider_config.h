/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One provider of an EncryptionConfiguration, as plain data: what the parser
 * (k8s/config.h) fills and what transformers are built from (k8s/provider.h).
 * It owns its text and keys; provider_config_reset wipes them.
 */
#ifndef K8S_PROVIDER_CONFIG_H
#define K8S_PROVIDER_CONFIG_H

#include "base/buf.h"

enum provider_kind {
    PROVIDER_IDENTITY,
    PROVIDER_AESCBC,
    PROVIDER_AESGCM,
    PROVIDER_SECRETBOX,
    PROVIDER_KMS_V1,
    PROVIDER_KMS_V2,
};

struct provider_key {
    struct buf name;
    struct buf secret; /* decoded: 16, 24 or 32 bytes; secretbox: 32 */
};

struct provider_config {
    enum provider_kind kind;

    /* aescbc, aesgcm, secretbox: the first key writes. */
    struct provider_key *keys;
    size_t key_count;

    /* kms */
    struct buf name;
    struct buf endpoint; /* unix:///path or unix:///@abstract */
    int64_t timeout_ns;  /* of each call */
    int32_t cache_size;  /* v1: DEKs kept; negative: none */
};

enum {
    PROVIDER_TIMEOUT_SECONDS = 3, /* where the configuration names none */
    PROVIDER_CACHE_SIZE = 1000,
};

void provider_config_reset(struct provider_config *config);

/* Appends a key; copies both. */
MUST_USE enum status provider_config_add_key(
    struct provider_config *config, struct span name, struct span secret);

/* "identity", "aescbc", "aesgcm", "secretbox", "kms". */
const char *provider_kind_name(enum provider_kind kind);

/*
 * What a value in etcd starts with up to the name: "k8s:enc:aescbc:v1:",
 * "k8s:enc:kms:v2:"; "" for identity.
 */
const char *provider_kind_prefix(enum provider_kind kind);

#endif
