/* SPDX-License-Identifier: Apache-2.0 */
#include "e2e/scenario.h"

#define REPLACED(whose, version)                                               \
    "KMS " version ": the flow with " whose ", ours in its place under a "     \
    "running kube-apiserver, and it again"

const struct scenario scenarios[] = {
    { "kms-v2",
        "KMS v2: written, read, restarted, and sealed by kube-apiserver and"
        " by the C model for each other",
        flow_kms_v2, SCENARIO_OURS },
    { "kms-v1", "KMS v1: the same", flow_kms_v1, SCENARIO_OURS },
    { "enable", "encryption turned on for plain Secrets, and off again",
        enable_and_disable, SCENARIO_OURS },
    { "aescbc-to-kms", "a cluster moved from aescbc to kms", aescbc_to_kms,
        SCENARIO_OURS },
    { "configurations",
        "kube-apiserver's verdict on each configuration is ours, word for word",
        configurations, SCENARIO_OURS },
    { "rotation",
        "a rotated key and a moved alias are seen; new writes carry the new"
        " key_id, a migration wraps all anew, all stays readable",
        rotated_kms_v2, SCENARIO_OURS },
    { "stranger-v2", REPLACED("a stranger's plugin", "v2"), replaced_kms_v2,
        SCENARIO_STRANGER },
    { "stranger-v1", REPLACED("a stranger's plugin", "v1"), replaced_kms_v1,
        SCENARIO_STRANGER },
    { "aep-v2", REPLACED("aws-encryption-provider", "v2"), replaced_kms_v2,
        SCENARIO_AEP },
    { "aep-v1", REPLACED("aws-encryption-provider", "v1"), replaced_kms_v1,
        SCENARIO_AEP },
};
const size_t scenario_count = ARRAY_LEN(scenarios);
