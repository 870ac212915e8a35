/* SPDX-License-Identifier: Apache-2.0 */
#include "e2e/providers.h"

/* A key for these tests alone: base64 of 32 bytes that say so. */
static const char aescbc_yaml[] =
    "  - aescbc:\n"
    "      keys:\n"
    "      - name: old\n"
    "        secret: a21zbGFiIGUyZTogYWVzY2JjIGtleSwgMzIgYnl0ZXM=\n";

static enum status
append_kms(const struct lab *lab, const char *version, const char *name,
    struct buf *yaml)
{
    return buf_printf(yaml,
        "  - kms:\n"
        "      apiVersion: %s\n"
        "      name: %s\n"
        "      endpoint: %s\n"
        "      timeout: 3s\n",
        version, name, lab_plugin_endpoint(lab));
}

enum status
providers_append(
    const struct lab *lab, enum providers_kind kind, struct buf *yaml)
{
    switch (kind) {
    case PROVIDERS_IDENTITY:
        return buf_append_text(yaml, "  - identity: {}\n");
    case PROVIDERS_AESCBC:
        return buf_append_text(yaml, aescbc_yaml);
    case PROVIDERS_KMS_V1:
        return append_kms(lab, "v1", "lab-v1", yaml);
    case PROVIDERS_KMS_V2:
        return append_kms(lab, "v2", "lab", yaml);
    }
    return STATUS_INTERNAL;
}
