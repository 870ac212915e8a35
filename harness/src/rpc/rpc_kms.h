/* SPDX-License-Identifier: Apache-2.0 */
/* KMS plugins behind a channel, as the tables of k8s/kms_service.h. */
#ifndef RPC_RPC_KMS_H
#define RPC_RPC_KMS_H

#include "k8s/kms_service.h"
#include "rpc/rpc.h"

/* Both borrow the channel, which outlives the table. */
struct kms_service_v1 rpc_kms_v1(struct rpc_channel *channel);
struct kms_service_v2 rpc_kms_v2(struct rpc_channel *channel);

#endif
