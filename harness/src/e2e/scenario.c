/* SPDX-License-Identifier: Apache-2.0 */
#include "e2e/scenario.h"

const struct scenario scenarios[] = {
    { "kms-v2",
        "KMS v2: written, read, restarted, and sealed by kube-apiserver and"
        " by the C model for each other",
        flow_kms_v2 },
    { "kms-v1", "KMS v1: the same", flow_kms_v1 },
    { "enable", "encryption turned on for plain Secrets, and off again",
        enable_and_disable },
    { "aescbc-to-kms", "a cluster moved from aescbc to kms", aescbc_to_kms },
    { "configurations",
        "kube-apiserver's verdict on each configuration is ours, word for word",
        configurations },
};
const size_t scenario_count = ARRAY_LEN(scenarios);
