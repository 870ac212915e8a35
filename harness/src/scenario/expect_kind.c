/* SPDX-License-Identifier: Apache-2.0 */
#include "scenario/expect_kind.h"

#include "base/compiler.h"

#define HEALTH "ok|failed|unreachable"
#define ANSWER "ok|failed|404|409|422|429|500|unreachable"
#define STATUS                                                                 \
    "ok|unhealthy|failed|Canceled|Unknown|InvalidArgument|DeadlineExceeded|"   \
    "NotFound|AlreadyExists|PermissionDenied|ResourceExhausted|"               \
    "FailedPrecondition|Aborted|OutOfRange|Unimplemented|Internal|"            \
    "Unavailable|DataLoss|Unauthenticated"

static const struct expect_kind kinds[] = {
    { "readyz", "readyz", false, EXPECT_WORD, HEALTH, EXPECT_HEALTH,
        "/readyz" },
    { "healthz", "healthz", false, EXPECT_WORD, HEALTH, EXPECT_HEALTH,
        "/healthz" },
    { "livez", "livez", false, EXPECT_WORD, HEALTH, EXPECT_HEALTH, "/livez" },
    { "kms-check-says", "readyz", false, EXPECT_TEXT, NULL, EXPECT_HEALTH_SAYS,
        NULL },
    { "status", "status", false, EXPECT_WORD, STATUS, EXPECT_STATUS, NULL },
    { "status-says", "status", false, EXPECT_TEXT, NULL, EXPECT_STATUS_SAYS,
        NULL },
    { "key-id", "status", false, EXPECT_WORD, "same|changed", EXPECT_KEY_ID,
        NULL },
    { "plugin-healthz", "status", false, EXPECT_WORD, HEALTH,
        EXPECT_PLUGIN_HEALTH, "/healthz" },
    { "plugin-livez", "status", false, EXPECT_WORD, HEALTH,
        EXPECT_PLUGIN_HEALTH, "/livez" },
    { "plugin-metrics", "metrics", true, EXPECT_BOUND, NULL, EXPECT_METRIC,
        "plugin" },
    { "emulator-metrics", "metrics", true, EXPECT_BOUND, NULL, EXPECT_METRIC,
        "emulator" },
    { "apiserver-metrics", "metrics", true, EXPECT_BOUND, NULL, EXPECT_METRIC,
        "apiserver" },
    { "read", "api", true, EXPECT_WORD, ANSWER, EXPECT_API_READ, NULL },
    { "write", "api", true, EXPECT_WORD, ANSWER, EXPECT_API_WRITE, NULL },
    { "rewrite", "api", true, EXPECT_WORD, ANSWER, EXPECT_API_REWRITE, NULL },
    { "list", "api", false, EXPECT_WORD, ANSWER, EXPECT_API_LIST, NULL },
    { "says", "api", false, EXPECT_TEXT, NULL, EXPECT_SAYS, NULL },
    { "etcd", "etcd", true, EXPECT_TEXT, NULL, EXPECT_ETCD, NULL },
    { "pod-file", "api", true, EXPECT_WORD, "ok|old|absent", EXPECT_POD,
        "file" },
    { "pod-env", "api", true, EXPECT_WORD, "ok|old|absent", EXPECT_POD,
        "environment" },
    { "kms", "kms", true, EXPECT_BOUND, NULL, EXPECT_KMS_CALLS, NULL },
    { "plugin-calls", "status", true, EXPECT_BOUND, NULL, EXPECT_PLUGIN_CALLS,
        NULL },
    { "load", "api", true, EXPECT_BOUND, NULL, EXPECT_LOAD, NULL },
    { "detect", "time", false, EXPECT_BOUND, NULL, EXPECT_DETECT, NULL },
    { "recover", "time", false, EXPECT_BOUND, NULL, EXPECT_RECOVER, NULL },
    { "took", "time", false, EXPECT_BOUND, NULL, EXPECT_TOOK, NULL },
    { "process", "process", true, EXPECT_WORD, "running|ended", EXPECT_PROCESS,
        NULL },
};

const struct expect_kind *
expect_kind_at(size_t index)
{
    return index < ARRAY_LEN(kinds) ? &kinds[index] : NULL;
}

const struct expect_kind *
expect_kind_find(struct span name)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (span_equal_text(name, kinds[i].name))
            return &kinds[i];
    return NULL;
}

bool
expect_kind_takes(const struct expect_kind *kind, struct span word)
{
    struct span rest = span_text(kind->words), next = rest;

    while (span_cut(rest, '|', &next, &rest))
        if (span_equal(next, word))
            return true;
    return span_equal(rest, word);
}
