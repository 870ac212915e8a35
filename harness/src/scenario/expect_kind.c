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
    { "readyz", "readyz", false, EXPECT_WORD, HEALTH, EXPECT_HEALTH, "/readyz",
        NULL },
    { "healthz", "healthz", false, EXPECT_WORD, HEALTH, EXPECT_HEALTH,
        "/healthz", NULL },
    { "livez", "livez", false, EXPECT_WORD, HEALTH, EXPECT_HEALTH, "/livez",
        NULL },
    { "kms-check-says", "readyz", false, EXPECT_TEXT, NULL, EXPECT_HEALTH_SAYS,
        NULL, NULL },
    { "status", "status", false, EXPECT_WORD, STATUS, EXPECT_STATUS, NULL,
        NULL },
    { "status-says", "status", false, EXPECT_TEXT, NULL, EXPECT_STATUS_SAYS,
        NULL, NULL },
    { "key-id", "status", false, EXPECT_WORD, "same|changed", EXPECT_KEY_ID,
        NULL, NULL },
    { "plugin-healthz", "status", false, EXPECT_WORD, HEALTH,
        EXPECT_PLUGIN_HEALTH, "/healthz", NULL },
    { "plugin-livez", "status", false, EXPECT_WORD, HEALTH,
        EXPECT_PLUGIN_HEALTH, "/livez", NULL },
    { "plugin-metrics", "metrics", true, EXPECT_BOUND, NULL, EXPECT_METRIC,
        "plugin", NULL },
    { "emulator-metrics", "metrics", true, EXPECT_BOUND, NULL, EXPECT_METRIC,
        "emulator", NULL },
    { "apiserver-metrics", "metrics", true, EXPECT_BOUND, NULL, EXPECT_METRIC,
        "apiserver", NULL },
    { "read", "api", true, EXPECT_WORD, ANSWER, EXPECT_API_READ, NULL, NULL },
    { "write", "api", true, EXPECT_WORD, ANSWER, EXPECT_API_WRITE, NULL, NULL },
    { "rewrite", "api", true, EXPECT_WORD, ANSWER, EXPECT_API_REWRITE, NULL,
        NULL },
    { "list", "api", false, EXPECT_WORD, ANSWER, EXPECT_API_LIST, NULL, NULL },
    { "says", "api", false, EXPECT_TEXT, NULL, EXPECT_SAYS, NULL, NULL },
    { "etcd", "etcd", true, EXPECT_TEXT, NULL, EXPECT_ETCD, NULL, NULL },
    { "pod-file", "api", true, EXPECT_WORD, "ok|old|absent", EXPECT_POD, "file",
        NULL },
    { "pod-env", "api", true, EXPECT_WORD, "ok|old|absent", EXPECT_POD,
        "environment", NULL },
    { "kms", "kms", true, EXPECT_BOUND, NULL, EXPECT_KMS_CALLS, NULL, NULL },
    { "plugin-calls", "status", true, EXPECT_BOUND, NULL, EXPECT_PLUGIN_CALLS,
        NULL, NULL },
    { "load", "api", true, EXPECT_BOUND, NULL, EXPECT_LOAD, NULL,
        "errors|requests|write|read|list" },
    { "detect", "time", false, EXPECT_BOUND, NULL, EXPECT_DETECT, NULL, NULL },
    { "recover", "time", false, EXPECT_BOUND, NULL, EXPECT_RECOVER, NULL,
        NULL },
    { "took", "time", false, EXPECT_BOUND, NULL, EXPECT_TOOK, NULL, NULL },
    { "process", "process", true, EXPECT_WORD, "running|ended", EXPECT_PROCESS,
        NULL, "emulator|plugin|apiserver" },
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

static bool
has_word(const char *words, struct span word)
{
    struct span rest = span_text(words), next = rest;

    while (span_cut(rest, '|', &next, &rest))
        if (span_equal(next, word))
            return true;
    return span_equal(rest, word);
}

bool
expect_kind_takes(const struct expect_kind *kind, struct span word)
{
    return has_word(kind->words, word);
}

bool
expect_kind_is_of(const struct expect_kind *kind, struct span subject)
{
    return kind->subjects == NULL || has_word(kind->subjects, subject);
}
