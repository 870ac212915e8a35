/* SPDX-License-Identifier: Apache-2.0 */
#include "health/track.h"

#include "base/log.h"
#include "health/aep_health.h"

/* What is encrypted: as long as what the apiserver sends. */
#define PROBE_TEXT "aws-kms-plugin tries out the key"

/* Until a probe has ended by itself, and been told of. */
enum { AEP_WAIT_MS = AEP_HEALTH_PROBE_MS + 250 };

void
track_init(struct track *t, const struct health_options *options,
    struct health *health, enum metrics_version version, probe_done_fn *done)
{
    bool aep = options->aep != NULL;
    *t = (struct track){
        .options = options, .health = health, .version = version
    };
    const struct probe_options probe = {
        .crypt = options->crypt,
        .version = version,
        .text = aep ? SPAN_LITERAL(AEP_HEALTH_PROBE_TEXT)
                    : SPAN_LITERAL(PROBE_TEXT),
        .encrypt_only = aep && version == METRICS_V1,
        .limit_ms =
            aep ? (int64_t)AEP_HEALTH_PROBE_MS : (int64_t)HEALTH_PROBE_MS,
        .done = done,
        .context = t,
    };
    probe_init(&t->probe, &probe);
    verdict_init(&t->verdict);
}

void
track_reset(struct track *t)
{
    verdict_reset(&t->verdict);
    probe_reset(&t->probe);
}

void
track_begin(struct track *t, int64_t now_ms)
{
    if (t->options->aep != NULL)
        return; /* it probes when it is asked */
    t->wanted = true;
    t->asked = true;
    t->asked_ms = now_ms;
}

static bool
is_fresh(const struct track *t, int64_t now_ms)
{
    if (t->options->aep != NULL)
        return aep_health_is_fresh(t->options->aep, now_ms);
    return verdict_is_fresh(&t->verdict, t->options->max_age_ms, now_ms);
}

bool
track_ask(struct track *t, struct question *q, int64_t wait_ms,
    int64_t first_until_ms, int64_t now_ms)
{
    t->asked = true;
    t->asked_ms = now_ms;
    if (is_fresh(t, now_ms))
        return false;
    q->deadline_ms =
        now_ms + (t->options->aep != NULL ? (int64_t)AEP_WAIT_MS : wait_ms);
    if (verdict_is_empty(&t->verdict) && q->deadline_ms < first_until_ms)
        q->deadline_ms = first_until_ms;
    q->next = t->questions;
    t->questions = q;
    t->wanted = t->wanted || !t->probing;
    return true;
}

struct question *
track_take_questions(struct track *t, int64_t now_ms, bool all)
{
    struct question *taken = NULL;
    for (struct question **at = &t->questions; *at != NULL;) {
        struct question *q = *at;
        if (!all && now_ms < q->deadline_ms) {
            at = &q->next;
            continue;
        }
        *at = q->next;
        q->next = taken;
        taken = q;
    }
    return taken;
}

int64_t
track_next_question(const struct track *t)
{
    int64_t next_ms = INT64_MAX;
    for (const struct question *q = t->questions; q != NULL; q = q->next)
        if (q->deadline_ms < next_ms)
            next_ms = q->deadline_ms;
    return next_ms;
}

static void
log_change(const struct track *t, bool was_bad)
{
    const char *api = t->version == METRICS_V1 ? "v1beta1" : "v2";
    bool bad = verdict_is_bad(&t->verdict);
    if (bad && !was_bad)
        log_event(LOG_WARN, "the key cannot be used",
            log_span("key", t->options->crypt->key_id), log_text("api", api),
            log_span("cause", buf_span(&t->verdict.text)));
    else if (was_bad && !bad)
        log_event(LOG_INFO, "the key can be used again",
            log_span("key", t->options->crypt->key_id), log_text("api", api));
}

static bool
is_cared_for(const struct track *t, int64_t now_ms)
{
    return t->asked && now_ms - t->asked_ms < HEALTH_ASKED_MS;
}

static void
note_for_aep(
    struct aep_health *aep, const struct health_news *news, int64_t now_ms)
{
    bool says_nothing = news->operation == KMS_DECRYPT &&
                        news->failure->kind == FAILURE_CORRUPTION;
    if (news->failure->kind != FAILURE_NONE && !says_nothing)
        aep_health_record(aep, news->failure, news->text, now_ms);
}

bool
track_note(struct track *t, const struct health_news *news, int64_t now_ms)
{
    if (t->options->aep != NULL) {
        note_for_aep(t->options->aep, news, now_ms);
        return false;
    }
    if (news->failure->kind != FAILURE_NONE)
        return verdict_real_failure(&t->verdict, news->failure) &&
               is_cared_for(t, now_ms) &&
               now_ms - t->probed_ms >= HEALTH_RETRY_MS;
    bool was_bad = verdict_is_bad(&t->verdict);
    verdict_success(&t->verdict, news->operation, now_ms);
    log_change(t, was_bad);
    /* The other operation may work again too. */
    return verdict_is_bad(&t->verdict) && is_cared_for(t, now_ms);
}

static void
judge(struct verdict *v, const struct probe_result *result, int64_t now_ms)
{
    bool good = result->failure.kind == FAILURE_NONE;
    if (good || result->failed == KMS_DECRYPT)
        verdict_success(v, KMS_ENCRYPT, now_ms);
    if (good) {
        verdict_success(v, KMS_DECRYPT, now_ms);
        v->suspect = false;
    } else
        verdict_probe_failed(
            v, result->failed, &result->failure, result->text, now_ms);
}

void
track_probed(struct track *t, const struct probe_result *result, int64_t now_ms)
{
    bool was_bad = verdict_is_bad(&t->verdict);
    if (t->options->aep != NULL)
        aep_health_record(
            t->options->aep, &result->failure, buf_span(result->text), now_ms);
    else
        judge(&t->verdict, result, now_ms);
    log_change(t, was_bad);
    t->probed_ms = now_ms;
    t->probing = false;
    t->news = true;
}

int64_t
track_next_retry(const struct track *t, int64_t now_ms)
{
    if (t->probing || !is_cared_for(t, now_ms) || !verdict_is_bad(&t->verdict))
        return INT64_MAX;
    return t->probed_ms + HEALTH_RETRY_MS;
}

enum status
track_view(
    struct track *t, int64_t now_ms, struct buf *text, struct health_view *view)
{
    if (t->options->aep != NULL)
        return aep_health_view(t->options->aep, text, view);
    struct health_view now = verdict_view(&t->verdict, now_ms);
    enum status st = buf_append(text, now.text);
    if (st != STATUS_OK)
        return st;
    now.text = buf_span(text);
    *view = now;
    return STATUS_OK;
}
