/* SPDX-License-Identifier: Apache-2.0 */
/* What a scenario's Secrets and their encryption are called. */
#ifndef TESTBED_SECRET_H
#define TESTBED_SECRET_H

#include "base/buf.h"

#define SECRET_NAMESPACE "default"
#define SECRET_KEY "value"
#define SECRET_PROVIDER "kmslab"

struct secret_configuration {
    const char *endpoint;
    bool kms_v1;
    int64_t timeout_ms; /* nominal */
    int64_t scale;
};

/* Appends the EncryptionConfiguration: Secrets by the plugin, KMS v1 without
 * a cache of its own. */
MUST_USE enum status secret_configure(
    const struct secret_configuration *wanted, struct buf *out);

#endif
