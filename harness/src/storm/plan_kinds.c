/* SPDX-License-Identifier: Apache-2.0 */
#include "storm/plan_kinds.h"

#define KMS(name, action)                                                      \
    {                                                                          \
        name, PLAN_KMS, action, PLAN_KILL_PLUGIN, false                        \
    }
#define ACCEPT(name, action)                                                   \
    {                                                                          \
        name, PLAN_KMS, action, PLAN_KILL_PLUGIN, true                         \
    }
#define PLUGIN(name, action)                                                   \
    {                                                                          \
        name, PLAN_PLUGIN, action, PLAN_KILL_PLUGIN, false                     \
    }
#define PROCESS(name, harm)                                                    \
    {                                                                          \
        name, PLAN_PROCESS, NULL, harm, true                                   \
    }

const struct plan_kind plan_kinds[] = {
    KMS("throttle", "{\"kind\":\"throttle\"}"),
    KMS("internal", "{\"kind\":\"error\",\"code\":\"KMSInternalException\"}"),
    KMS("timeout",
        "{\"kind\":\"error\",\"code\":\"DependencyTimeoutException\"}"),
    KMS("html", "{\"kind\":\"html\"}"),
    KMS("empty", "{\"kind\":\"empty\"}"),
    KMS("latency", "{\"kind\":\"latency\",\"fixed\":\"120ms\"}"),
    KMS("hang", "{\"kind\":\"hang\"}"),
    KMS("reset", "{\"kind\":\"reset\",\"at\":\"answer\"}"),
    KMS("close-mid-body", "{\"kind\":\"close-mid-body\"}"),
    KMS("reset-early", "{\"kind\":\"reset\",\"at\":\"headers\"}"),
    KMS("torn", "{\"kind\":\"torn\"}"),
    KMS("drip", "{\"kind\":\"drip\",\"bytes\":40,\"every\":\"10ms\"}"),
    KMS("content-type", "{\"kind\":\"content-type\"}"),
    ACCEPT("refuse-connections", "{\"kind\":\"refuse-connections\"}"),
    ACCEPT("accept-silent", "{\"kind\":\"accept-silent\"}"),
    KMS("lost-answer", "{\"kind\":\"lost-answer\"}"),
    PLUGIN("delay", "{\"kind\":\"delay\",\"fixed\":\"80ms\"}"),
    PLUGIN("rpc-hang", "{\"kind\":\"hang\"}"),
    PLUGIN("fail", "{\"kind\":\"fail\",\"code\":\"Unavailable\"}"),
    PLUGIN("fail-internal", "{\"kind\":\"fail\",\"code\":\"Internal\"}"),
    PLUGIN("goaway", "{\"kind\":\"goaway\"}"),
    PLUGIN("rst-stream", "{\"kind\":\"rst-stream\"}"),
    PLUGIN("half-open", "{\"kind\":\"half-open\",\"for\":\"300ms\"}"),
    PLUGIN("torn-frame", "{\"kind\":\"torn-frame\"}"),
    PLUGIN("close", "{\"kind\":\"close\"}"),
    PLUGIN("rpc-reset", "{\"kind\":\"reset\"}"),
    PROCESS("kill-plugin", PLAN_KILL_PLUGIN),
    PROCESS("pause-plugin", PLAN_PAUSE_PLUGIN),
    PROCESS("pause-emulator", PLAN_PAUSE_EMULATOR),
};

const size_t plan_kind_count = sizeof(plan_kinds) / sizeof(plan_kinds[0]);
