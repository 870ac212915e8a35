/* SPDX-License-Identifier: Apache-2.0 */
/* The handlers behind service_methods; their context is a struct service. */
#ifndef SERVICE_METHODS_H
#define SERVICE_METHODS_H

#include "grpc/rpc_call.h"

void v1_version(void *context, struct rpc_call *call, struct span message);
void v1_encrypt(void *context, struct rpc_call *call, struct span message);
void v1_decrypt(void *context, struct rpc_call *call, struct span message);

void v2_status(void *context, struct rpc_call *call, struct span message);
void v2_encrypt(void *context, struct rpc_call *call, struct span message);
void v2_decrypt(void *context, struct rpc_call *call, struct span message);

#endif
