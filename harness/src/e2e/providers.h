/* SPDX-License-Identifier: Apache-2.0 */
/* The providers that e2e configures, as YAML, and what they store. */
#ifndef E2E_PROVIDERS_H
#define E2E_PROVIDERS_H

#include "e2e/lab.h"

enum providers_kind {
    PROVIDERS_IDENTITY,
    PROVIDERS_AESCBC,
    PROVIDERS_KMS_V1,
    PROVIDERS_KMS_V2,
};

#define PROVIDERS_AESCBC_PREFIX "k8s:enc:aescbc:v1:old:"
#define PROVIDERS_KMS_V1_PREFIX "k8s:enc:kms:v1:lab-v1:"
#define PROVIDERS_KMS_V2_PREFIX "k8s:enc:kms:v2:lab:"

/* Appends the provider's list element, as lab_restart wants it. */
MUST_USE enum status providers_append(
    const struct lab *lab, enum providers_kind kind, struct buf *yaml);

#endif
