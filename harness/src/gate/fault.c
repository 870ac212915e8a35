/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/fault.h"

#define TYPE_KMS "application/x-amz-json-1.1"
#define ERROR(type, message)                                                   \
    "{\"__type\":\"" type "\",\"message\":\"" message "\"}"

const struct fault gate_faults[GATE_FAULT_COUNT] = {
    [GATE_NONE] = { .name = "none", .action = FAULT_PASS },
    [GATE_REFUSED] = { .name = "refused", .action = FAULT_UNLISTEN },
    [GATE_RESET] = { .name = "reset", .action = FAULT_CLOSE_HARD },
    [GATE_SILENT] = { .name = "silent", .action = FAULT_HOLD },
    [GATE_SLOW] = { .name = "slow", .action = FAULT_DELAY },
    [GATE_TORN] = { .name = "torn", .action = FAULT_HALF },
    [GATE_HTML] = { "html-502", FAULT_ANSWER, "502 Bad Gateway", "text/html",
        "<html>502 Bad Gateway</html>\n" },
    [GATE_HTML_OK] = { "html-200", FAULT_ANSWER, "200 OK", "text/html",
        "<html>please sign in</html>\n" },
    [GATE_EMPTY_500] = { "empty-500", FAULT_ANSWER, "500 Internal Server Error",
        NULL, "" },
    [GATE_THROTTLED] = { "throttled", FAULT_ANSWER, "400 Bad Request", TYPE_KMS,
        ERROR("ThrottlingException", "Rate exceeded") },
    [GATE_INTERNAL] = { "internal", FAULT_ANSWER, "500 Internal Server Error",
        TYPE_KMS, ERROR("KMSInternalException", "") },
    [GATE_EXPIRED] = { "expired", FAULT_ANSWER, "400 Bad Request", TYPE_KMS,
        ERROR("ExpiredTokenException",
            "The security token included in the request is expired") },
    [GATE_DENIED] = { "denied", FAULT_ANSWER, "400 Bad Request", TYPE_KMS,
        ERROR("AccessDeniedException", "not allowed by the gate") },
    [GATE_NO_BYTES] = { "no-bytes", FAULT_ANSWER, "200 OK", TYPE_KMS,
        "{\"KeyId\":\"arn:aws:kms:us-east-1:000000000000:key/"
        "00000000-0000-4000-8000-000000000000\"}" },
    [GATE_OVERSIZE] = { .name = "oversize", .action = FAULT_FLOOD },
};
