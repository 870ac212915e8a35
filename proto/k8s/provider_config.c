/* SPDX-License-Identifier: Apache-2.0 */
#include "k8s/provider_config.h"

#include <stdlib.h>

static const struct {
    const char *name;
    const char *prefix;
} kinds[] = {
    [PROVIDER_IDENTITY] = { "identity", "" },
    [PROVIDER_AESCBC] = { "aescbc", "k8s:enc:aescbc:v1:" },
    [PROVIDER_AESGCM] = { "aesgcm", "k8s:enc:aesgcm:v1:" },
    [PROVIDER_SECRETBOX] = { "secretbox", "k8s:enc:secretbox:v1:" },
    [PROVIDER_KMS_V1] = { "kms", "k8s:enc:kms:v1:" },
    [PROVIDER_KMS_V2] = { "kms", "k8s:enc:kms:v2:" },
};

const char *
provider_kind_name(enum provider_kind kind)
{
    return kinds[kind].name;
}

const char *
provider_kind_prefix(enum provider_kind kind)
{
    return kinds[kind].prefix;
}

void
provider_config_reset(struct provider_config *config)
{
    for (size_t i = 0; i < config->key_count; i++) {
        buf_reset(&config->keys[i].name);
        buf_reset(&config->keys[i].secret);
    }
    free(config->keys);
    buf_reset(&config->name);
    buf_reset(&config->endpoint);
    *config = (struct provider_config){ 0 };
}

enum status
provider_config_add_key(
    struct provider_config *config, struct span name, struct span secret)
{
    struct provider_key key = { 0 };
    enum status st = buf_append(&key.name, name);
    if (st == STATUS_OK)
        st = buf_append(&key.secret, secret);
    if (st != STATUS_OK)
        goto out;

    /* The array holds owners, not secrets, so it may be moved. */
    struct provider_key *grown =
        realloc(config->keys, (config->key_count + 1) * sizeof(*grown));
    if (grown == NULL) {
        st = STATUS_NO_MEMORY;
        goto out;
    }
    config->keys = grown;
    config->keys[config->key_count++] = key;
    key = (struct provider_key){ 0 };
out:
    buf_reset(&key.name);
    buf_reset(&key.secret);
    return st;
}
