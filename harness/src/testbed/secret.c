/* SPDX-License-Identifier: Apache-2.0 */
#include "testbed/secret.h"

enum status
secret_configure(const struct secret_configuration *wanted, struct buf *out)
{
    return buf_printf(out,
        "apiVersion: apiserver.config.k8s.io/v1\n"
        "kind: EncryptionConfiguration\n"
        "resources:\n"
        "- resources: [secrets]\n"
        "  providers:\n"
        "  - kms:\n"
        "      apiVersion: %s\n"
        "      name: " SECRET_PROVIDER "\n"
        "      endpoint: %s\n"
        "      timeout: %lldms\n"
        "  - identity: {}\n",
        wanted->kms_v1 ? "v1" : "v2", wanted->endpoint,
        (long long)(wanted->timeout_ms / wanted->scale));
}
