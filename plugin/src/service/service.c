/* SPDX-License-Identifier: Apache-2.0 */
#include "service/service.h"

#include "service/methods.h"

#define V1 "/v1beta1.KeyManagementService/"
#define V2 "/v2.KeyManagementService/"

const struct rpc_method service_methods[SERVICE_METHOD_COUNT] = {
    { V1 "Version", v1_version },
    { V1 "Encrypt", v1_encrypt },
    { V1 "Decrypt", v1_decrypt },
    { V2 "Status", v2_status },
    { V2 "Encrypt", v2_encrypt },
    { V2 "Decrypt", v2_decrypt },
};
