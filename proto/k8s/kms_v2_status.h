/* SPDX-License-Identifier: Apache-2.0 */
#ifndef K8S_KMS_V2_STATUS_H
#define K8S_KMS_V2_STATUS_H

#include "k8s/kms_v2_state.h"

/*
 * What an apiserver makes of a StatusResponse: healthz must be "ok", version
 * v2 or v2beta1 and always the same (*version keeps the first), the key id
 * valid; all that is wrong is said together. A valid key id is followed even
 * where the rest is bad, as kube-apiserver does (kubernetes#138950), so a
 * plugin that calls itself sick goes on extending the time to write.
 */
MUST_USE enum status kms_v2_status_judge(const struct kms_v2_status *reply,
    struct span provider, struct buf *version, struct kms_v2_state *state,
    struct transform_error *error);

#endif
