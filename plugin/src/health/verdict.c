/* SPDX-License-Identifier: Apache-2.0 */
#include "health/verdict.h"

/* What is said before a probe has come to anything. */
static const struct failure no_news = { FAILURE_OTHER, GRPC_CODE_UNAVAILABLE,
    "" };
#define NO_NEWS_TEXT                                                           \
    "it is not known yet whether KMS can be used: no answer "                  \
    "to the probe so far"

void
verdict_init(struct verdict *v)
{
    *v = (struct verdict){ .failure = no_news };
}

void
verdict_reset(struct verdict *v)
{
    buf_reset(&v->text);
    verdict_init(v);
}

void
verdict_success(struct verdict *v, enum kms_operation operation, int64_t now_ms)
{
    v->sides[operation] =
        (struct verdict_side){ .seen_good = true, .good_ms = now_ms };
}

static bool
is_known_good(const struct verdict *v)
{
    for (size_t i = 0; i < ARRAY_LEN(v->sides); i++)
        if (v->sides[i].bad || !v->sides[i].seen_good)
            return false;
    return true;
}

static int64_t
oldest_good(const struct verdict *v)
{
    int64_t a = v->sides[0].good_ms, b = v->sides[1].good_ms;
    return a < b ? a : b;
}

void
verdict_probe_failed(struct verdict *v, enum kms_operation operation,
    const struct failure *failure, struct buf *text, int64_t now_ms)
{
    v->suspect = false;
    /* KMS answered and knew us. What was good stays so. */
    if (failure->kind == FAILURE_THROTTLED && is_known_good(v)) {
        verdict_success(v, KMS_ENCRYPT, now_ms);
        verdict_success(v, KMS_DECRYPT, now_ms);
        buf_reset(text);
        return;
    }
    /* Neither may it cover up what is known to be wrong. */
    if (failure->kind == FAILURE_THROTTLED && verdict_is_bad(v)) {
        buf_reset(text);
        return;
    }
    v->sides[operation].bad = failure->kind != FAILURE_THROTTLED;
    v->failure = *failure;
    buf_take(&v->text, text);
}

bool
verdict_real_failure(struct verdict *v, const struct failure *failure)
{
    static const bool says_nothing[] = {
        [FAILURE_NONE] = true,
        [FAILURE_THROTTLED] = true,
        [FAILURE_CORRUPTION] = true,
        [FAILURE_OTHER] = false,
        [FAILURE_USER] = false,
    };
    if (says_nothing[failure->kind] || failure->code == GRPC_CODE_CANCELLED)
        return false;
    v->suspect = true;
    return true;
}

bool
verdict_is_fresh(const struct verdict *v, int64_t max_age_ms, int64_t now_ms)
{
    return is_known_good(v) && !v->suspect &&
           now_ms - oldest_good(v) < max_age_ms;
}

bool
verdict_is_bad(const struct verdict *v)
{
    return v->sides[0].bad || v->sides[1].bad;
}

bool
verdict_is_empty(const struct verdict *v)
{
    return !is_known_good(v) && !verdict_is_bad(v) && v->text.len == 0;
}

struct health_view
verdict_view(const struct verdict *v, int64_t now_ms)
{
    static const struct failure none = { FAILURE_NONE, GRPC_CODE_OK, "" };
    if (verdict_is_bad(v))
        return (
            struct health_view){ HEALTH_BAD, v->failure, buf_span(&v->text) };
    if (is_known_good(v) && now_ms - oldest_good(v) < HEALTH_TRUST_MS)
        return (struct health_view){ HEALTH_GOOD, none, { NULL, 0 } };
    if (!is_known_good(v) && v->text.len > 0)
        return (struct health_view){ HEALTH_UNKNOWN, v->failure,
            buf_span(&v->text) };
    return (struct health_view){ HEALTH_UNKNOWN, no_news,
        SPAN_LITERAL(NO_NEWS_TEXT) };
}
