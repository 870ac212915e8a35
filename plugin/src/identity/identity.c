/* SPDX-License-Identifier: Apache-2.0 */
#include "identity/identity.h"

#include "base/log.h"
#include "base/utf8.h"

#include <pthread.h>
#include <stdlib.h>

static const struct metrics_family changes = {
    .name = "aws_kms_plugin_key_id_changes",
    .help = "How often Status's key_id became another, the first not counted",
    .kind = METRICS_COUNTER,
    .labels = { "key" },
};
static const struct metrics_family fallbacks = {
    .name = "aws_kms_plugin_key_id_fallbacks",
    .help = "Calls that were to tell the key material and did not",
    .kind = METRICS_COUNTER,
    .labels = { "key" },
};

struct identity {
    struct metrics_series *changes, *fallbacks;
    enum identity_mode mode;
    struct buf flag;
    struct clock clock;
    pthread_mutex_t lock; /* guards what follows */
    uint64_t order;       /* of what was begun or published last */
    struct buf arn, id;   /* the present identity; empty: not known */
    uint64_t published;   /* its place in the order */
    struct buf retired;   /* what it replaced */
    int64_t retired_ms;   /* when */
};

enum status
identity_new(const struct identity_options *options, struct identity **out)
{
    struct identity *i = calloc(1, sizeof(*i));
    if (i == NULL)
        return STATUS_NO_MEMORY;
    i->mode = options->mode;
    i->clock = options->clock;
    enum status st = buf_append(&i->flag, options->flag);
    if (st == STATUS_OK)
        st = metrics_series(
            options->metrics, &changes, &options->flag, &i->changes);
    if (st == STATUS_OK)
        st = metrics_series(
            options->metrics, &fallbacks, &options->flag, &i->fallbacks);
    if (st == STATUS_OK && pthread_mutex_init(&i->lock, NULL) != 0)
        st = STATUS_NO_MEMORY;
    if (st == STATUS_OK) {
        *out = i;
        return STATUS_OK;
    }
    buf_reset(&i->flag);
    free(i);
    return st;
}

void
identity_free(struct identity *i)
{
    if (i == NULL)
        return;
    (void)pthread_mutex_destroy(&i->lock);
    buf_reset(&i->flag);
    buf_reset(&i->arn);
    buf_reset(&i->id);
    buf_reset(&i->retired);
    free(i);
}

enum identity_mode
identity_mode(const struct identity *i)
{
    return i->mode;
}

uint64_t
identity_begin(struct identity *i)
{
    if (i->mode == IDENTITY_FLAG)
        return 0;
    (void)pthread_mutex_lock(&i->lock);
    uint64_t begun = ++i->order;
    (void)pthread_mutex_unlock(&i->lock);
    return begun;
}

/* What an apiserver takes, and what stays one line in a log. */
static bool
is_key_id(struct span text)
{
    for (size_t n = 0; n < text.len; n++)
        if (text.ptr[n] <= 0x20 || text.ptr[n] == 0x7f)
            return false;
    return text.len > 0 && text.len <= IDENTITY_MAX && utf8_valid(text);
}

static enum status
compose(const struct identity *i, const struct identity_evidence *evidence,
    struct buf *id)
{
    enum status st = buf_append(id, evidence->arn);
    if (st == STATUS_OK && i->mode == IDENTITY_MATERIAL &&
        evidence->material.len > 0) {
        st = buf_append_byte(id, '#');
        if (st == STATUS_OK)
            st = buf_append(id, evidence->material);
    }
    if (st == STATUS_OK && (evidence->arn.len == 0 || !is_key_id(buf_span(id))))
        st = STATUS_INVALID;
    return st;
}

static bool
was_retired_now(const struct identity *i, struct span id)
{
    return span_equal(buf_span(&i->retired), id) &&
           clock_ms(&i->clock) - i->retired_ms < IDENTITY_SETTLE_MS;
}

static enum status
publish(struct identity *i, const struct identity_evidence *evidence,
    struct buf *id)
{
    struct buf arn = { 0 };
    enum status st = buf_append(&arn, evidence->arn);
    if (st != STATUS_OK)
        return st;
    log_event(LOG_INFO, "the key's identity is another",
        log_span("key", buf_span(&i->flag)), log_span("key_id", buf_span(id)),
        log_span("before", buf_span(&i->id)));
    if (i->mode == IDENTITY_MATERIAL && evidence->material.len == 0)
        log_event(LOG_WARN,
            "the key material is not known: key_id is the key's ARN alone",
            log_span("key", buf_span(&i->flag)));
    if (i->id.len > 0)
        metrics_add(i->changes, 1);
    buf_take(&i->retired, &i->id);
    i->retired_ms = clock_ms(&i->clock);
    buf_take(&i->arn, &arn);
    buf_take(&i->id, id);
    i->published = ++i->order;
    return STATUS_OK;
}

/* Under the lock; takes *id where it becomes the present one. */
static enum status
judge(struct identity *i, uint64_t begun,
    const struct identity_evidence *evidence, struct buf *id)
{
    bool later = begun > i->published;
    bool fits = span_equal(buf_span(&i->id), buf_span(id));
    /* The material is not known: the present one or a newer. */
    bool vague = i->mode == IDENTITY_MATERIAL && evidence->material.len == 0 &&
                 span_equal(buf_span(&i->arn), evidence->arn);
    if (fits || (vague && later))
        return STATUS_OK;
    if (!later || was_retired_now(i, buf_span(id)))
        return STATUS_CONFLICT;
    return publish(i, evidence, id);
}

enum status
identity_learn(struct identity *i, uint64_t begun,
    const struct identity_evidence *evidence, struct buf *key_id)
{
    if (i->mode == IDENTITY_FLAG)
        return buf_append(key_id, buf_span(&i->flag));
    struct buf id = { 0 };
    if (i->mode == IDENTITY_MATERIAL && evidence->material.len == 0)
        metrics_add(i->fallbacks, 1);
    enum status st = compose(i, evidence, &id);
    if (st == STATUS_OK) {
        (void)pthread_mutex_lock(&i->lock);
        st = judge(i, begun, evidence, &id);
        if (st == STATUS_OK)
            st = buf_append(key_id, buf_span(&i->id));
        (void)pthread_mutex_unlock(&i->lock);
    }
    buf_reset(&id);
    return st;
}

enum status
identity_get(struct identity *i, struct buf *key_id)
{
    if (i->mode == IDENTITY_FLAG)
        return buf_append(key_id, buf_span(&i->flag));
    (void)pthread_mutex_lock(&i->lock);
    enum status st = i->id.len == 0 ? STATUS_NOT_FOUND
                                    : buf_append(key_id, buf_span(&i->id));
    (void)pthread_mutex_unlock(&i->lock);
    return st;
}
