/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_FEATURE_GATES_H
#define CHECK_FEATURE_GATES_H

#include "base/span.h"
#include "base/status.h"

/*
 * Reads kube-apiserver's --feature-gates ("A=true,KMSv1=false") for the one
 * gate that matters to an EncryptionConfiguration; others are skipped. *kms_v1
 * keeps its value where KMSv1 is not named. STATUS_INVALID for malformed text.
 */
MUST_USE enum status feature_gates_parse(struct span text, bool *kms_v1);

#endif
