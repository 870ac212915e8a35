/* SPDX-License-Identifier: Apache-2.0 */
#include "faults/preset_data.h"

#include "base/compiler.h"

/*
 * No provider has told how its KMS alone failed; these are the shapes of
 * outages that their post-event summaries tell, an hour as a minute. How many
 * requests failed is told nowhere: the shares are ours.
 */
/* clang-format off */
const struct preset preset_data[] = {
    { "outage",
      "slower and slower, then half of the requests fail in turns, then fewer "
      "and fewer, then throttling",
      "the pattern that the incidents below have in common", "4m",
      "[{\"name\":\"outage-slow\",\"match\":{},"
      "\"when\":{\"until\":\"1m\"},\"ttl\":\"1m\","
      "\"do\":{\"kind\":\"latency\",\"from\":\"20ms\",\"to\":\"3s\","
      "\"over\":\"1m\"}},"
      "{\"name\":\"outage-timeouts\","
      "\"when\":{\"from\":\"1m\",\"until\":\"2m\",\"probability\":0.2},"
      "\"ttl\":\"2m\",\"do\":{\"kind\":\"hang\"}},"
      "{\"name\":\"outage-errors\","
      "\"when\":{\"from\":\"1m\",\"until\":\"2m\",\"probability\":0.3},"
      "\"ttl\":\"2m\",\"do\":{\"kind\":\"error\","
      "\"code\":\"KMSInternalException\"}},"
      "{\"name\":\"outage-resets\","
      "\"when\":{\"from\":\"1m\",\"until\":\"2m\",\"probability\":0.1},"
      "\"ttl\":\"2m\",\"do\":{\"kind\":\"reset\"}},"
      "{\"name\":\"outage-recovery-1\","
      "\"when\":{\"from\":\"2m\",\"until\":\"2m30s\",\"probability\":0.3},"
      "\"ttl\":\"2m30s\",\"do\":{\"kind\":\"error\","
      "\"code\":\"ServiceUnavailableException\"}},"
      "{\"name\":\"outage-recovery-2\","
      "\"when\":{\"from\":\"2m30s\",\"until\":\"3m\",\"probability\":0.1},"
      "\"ttl\":\"3m\",\"do\":{\"kind\":\"error\","
      "\"code\":\"ServiceUnavailableException\"}},"
      "{\"name\":\"outage-tail\",\"when\":{\"from\":\"3m\"},\"ttl\":\"4m\","
      "\"do\":{\"kind\":\"throttle\",\"rate\":10}}]" },
    { "us-east-1-2025-10",
      "no new connections at all, then connections that break and a throttled "
      "recovery",
      "https://aws.amazon.com/message/101925/", "14m22s",
      "[{\"name\":\"no-connections\",\"ttl\":\"2m52s\","
      "\"do\":{\"kind\":\"refuse-connections\"}},"
      "{\"name\":\"flapping-balancers\","
      "\"when\":{\"from\":\"5m42s\",\"until\":\"14m21s\","
      "\"probability\":0.2},\"ttl\":\"14m21s\","
      "\"do\":{\"kind\":\"reset\",\"at\":\"accept\"}},"
      "{\"name\":\"throttled-recovery\","
      "\"when\":{\"from\":\"2m37s\"},\"ttl\":\"14m2s\","
      "\"do\":{\"kind\":\"throttle\",\"rate\":20}}]" },
    { "us-east-1-2021-12",
      "a congested network: slow answers and errors, made to last by retries",
      "https://aws.amazon.com/message/12721/", "7m",
      "[{\"name\":\"congestion-drops\","
      "\"when\":{\"until\":\"7m\",\"probability\":0.15},\"ttl\":\"7m\","
      "\"do\":{\"kind\":\"hang\"}},"
      "{\"name\":\"congestion-errors\","
      "\"when\":{\"until\":\"7m\",\"probability\":0.2},\"ttl\":\"7m\","
      "\"do\":{\"kind\":\"error\",\"code\":\"InternalFailure\"}},"
      "{\"name\":\"congestion-latency\",\"ttl\":\"7m\","
      "\"do\":{\"kind\":\"latency\",\"median\":\"400ms\",\"sigma\":1,"
      "\"max\":\"10s\"}}]" },
    { "us-east-1-2024-07",
      "one cell of many is bad: a part of the requests is slow or fails, the "
      "others are fine",
      "https://aws.amazon.com/message/073024/", "6m52s",
      "[{\"name\":\"cell-errors\",\"when\":{\"probability\":0.1},"
      "\"ttl\":\"6m52s\",\"do\":{\"kind\":\"error\","
      "\"code\":\"KMSInternalException\"}},"
      "{\"name\":\"cell-latency\",\"when\":{\"probability\":0.2},"
      "\"ttl\":\"6m52s\",\"do\":{\"kind\":\"latency\","
      "\"median\":\"800ms\",\"sigma\":0.7,\"max\":\"8s\"}}]" },
    { "us-west-2-2022-09",
      "errors that become fewer in three steps",
      "AWS Health Dashboard, us-west-2, 2022-09-28", "4m23s",
      "[{\"name\":\"step-1\","
      "\"when\":{\"until\":\"1m18s\",\"probability\":0.6},"
      "\"ttl\":\"1m18s\",\"do\":{\"kind\":\"error\","
      "\"code\":\"ServiceUnavailableException\"}},"
      "{\"name\":\"step-2\","
      "\"when\":{\"from\":\"1m18s\",\"until\":\"3m50s\","
      "\"probability\":0.3},\"ttl\":\"3m50s\",\"do\":{\"kind\":\"error\","
      "\"code\":\"ServiceUnavailableException\"}},"
      "{\"name\":\"step-3\","
      "\"when\":{\"from\":\"3m50s\",\"until\":\"4m23s\","
      "\"probability\":0.1},\"ttl\":\"4m23s\",\"do\":{\"kind\":\"error\","
      "\"code\":\"ServiceUnavailableException\"}}]" },
    { "azure-key-vault-2024-10",
      "now and then a caller is refused who is allowed, with 403 and not with "
      "a 5xx",
      "Azure status history, Key Vault, West Europe, 2024-10-15", "4m2s",
      "[{\"name\":\"wrongly-denied\",\"when\":{\"probability\":0.3},"
      "\"ttl\":\"4m2s\",\"do\":{\"kind\":\"error\","
      "\"code\":\"AccessDeniedException\",\"status\":403,"
      "\"message\":\"Caller is not authorized to perform this action.\"}}]" },
    { "google-iam-2020-04",
      "every request fails",
      "https://status.cloud.google.com/incident/zall/20005", "54s",
      "[{\"name\":\"all-fail\",\"ttl\":\"54s\","
      "\"do\":{\"kind\":\"error\",\"code\":\"KMSInternalException\"}}]" },
};
/* clang-format on */

const size_t preset_data_count = ARRAY_LEN(preset_data);
