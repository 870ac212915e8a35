/* SPDX-License-Identifier: Apache-2.0 */
#include "service/seal.h"

#include "base/log.h"

static void
end(struct seal *seal, const struct failure *failure,
    const struct kms_result *result, bool real)
{
    seal->done(seal->context, failure, result, real);
}

static void
end_locally(struct seal *seal, enum kms_failure kind, struct span message)
{
    const struct kms_result result = { .failure = kind, .message = message };
    struct failure failure = failure_of(&result);
    end(seal, &failure, &result, false);
}

static void
end_changing(struct seal *seal)
{
    static const struct failure changing = { FAILURE_OTHER,
        GRPC_CODE_UNAVAILABLE, "try again in a while" };
    const struct kms_result result = {
        .failure = KMS_FAILURE_ANSWER,
        .error_type = SPAN_LITERAL("the key is being changed"),
        .message = SPAN_LITERAL(
            "KMS seals with another key or key material than Status names"),
    };
    end(seal, &changing, &result, false);
}

/* Starts one of the two calls, unless the caller has gone meanwhile. */
static enum status
start(struct seal *seal, struct crypt_job *job, struct span bytes)
{
    (void)pthread_mutex_lock(&seal->lock);
    enum status st = STATUS_CANCELLED;
    if (!seal->cancelled) {
        seal->running = job;
        st = crypt_start(job, bytes);
        if (st != STATUS_OK)
            seal->running = NULL;
    }
    (void)pthread_mutex_unlock(&seal->lock);
    return st;
}

static void
note_end(struct seal *seal)
{
    (void)pthread_mutex_lock(&seal->lock);
    seal->running = NULL;
    (void)pthread_mutex_unlock(&seal->lock);
}

static enum status
encrypt(struct seal *seal, struct span plaintext)
{
    seal->tries++;
    if (seal->identity != NULL)
        seal->begun = identity_begin(seal->identity);
    return start(seal, &seal->encrypt, plaintext);
}

/* Starts the next call, or ends with why not. */
static void
go_on(struct seal *seal, enum status st)
{
    if (st == STATUS_CANCELLED)
        end_locally(seal, KMS_FAILURE_CANCELLED, (struct span){ NULL, 0 });
    else if (st != STATUS_OK)
        end_locally(seal, KMS_FAILURE_INTERNAL, span_text(status_text(st)));
}

/* The blob is there, and what could be learnt of what sealed it. */
static void
label(struct seal *seal, struct span material)
{
    static const struct failure none = { FAILURE_NONE, GRPC_CODE_OK, "" };
    static const struct kms_result good = { 0 };
    enum status st = STATUS_OK;
    if (seal->identity != NULL) {
        const struct identity_evidence evidence = { buf_span(&seal->arn),
            material };
        st = identity_learn(
            seal->identity, seal->begun, &evidence, &seal->key_id);
    }
    if (st == STATUS_OK)
        end(seal, &none, &good, true);
    else if (st == STATUS_INVALID)
        end_locally(seal, KMS_FAILURE_BAD_ANSWER,
            SPAN_LITERAL("its KeyId makes no key_id"));
    else if (st != STATUS_CONFLICT)
        go_on(seal, st);
    else if (seal->tries < SEAL_TRIES)
        go_on(seal, encrypt(seal, buf_span(&seal->plaintext)));
    else
        end_changing(seal);
}

static void
note_health(
    const struct seal *seal, const struct failure *failure, struct span text)
{
    const struct health_news news = { seal->decrypt.version, KMS_DECRYPT,
        failure, text };
    health_note(seal->service->health, &news);
}

/* The material was not learnt. That is no reason to fail an Encrypt. */
static void
note_unlearnt(const struct seal *seal, const struct failure *failure,
    const struct kms_result *result)
{
    struct buf text = { 0 };
    /* Without memory for words the code has to do. */
    (void)!failure_describe(
        failure, result, KMS_DECRYPT, seal->service->crypt->key_id, &text);
    log_event(LOG_WARN, "the key material of an Encrypt could not be learnt",
        log_span("cause", buf_span(&text)));
    note_health(seal, failure, buf_span(&text));
    buf_reset(&text);
}

static void
on_decrypted(
    void *context, const struct failure *failure, struct kms_result *result)
{
    struct seal *seal = context;
    note_end(seal);
    if (failure->code == GRPC_CODE_CANCELLED) {
        end(seal, failure, result, false);
        return;
    }
    if (failure->kind != FAILURE_NONE) {
        note_unlearnt(seal, failure, result);
        label(seal, (struct span){ NULL, 0 });
        return;
    }
    if (!span_equal_secret(
            buf_span(&result->bytes), buf_span(&seal->plaintext))) {
        end_locally(seal, KMS_FAILURE_BAD_ANSWER,
            SPAN_LITERAL("KMS decrypts to other bytes than it was given"));
        return;
    }
    note_health(seal, failure, (struct span){ NULL, 0 });
    label(seal, buf_span(&result->key_material_id));
}

static void
on_encrypted(
    void *context, const struct failure *failure, struct kms_result *result)
{
    struct seal *seal = context;
    note_end(seal);
    if (failure->kind != FAILURE_NONE) {
        end(seal, failure, result, true);
        return;
    }
    buf_take(&seal->blob, &result->bytes);
    buf_take(&seal->arn, &result->key_arn);
    if (seal->identity != NULL &&
        identity_mode(seal->identity) == IDENTITY_MATERIAL)
        go_on(seal, start(seal, &seal->decrypt, buf_span(&seal->blob)));
    else
        label(seal, (struct span){ NULL, 0 });
}

static struct crypt_job
make_job(struct seal *seal, const struct seal_options *options,
    enum kms_operation operation, crypt_done_fn *done)
{
    return (struct crypt_job){ .crypt = options->service->crypt,
        .operation = operation,
        .lane = KMS_LANE_TRAFFIC,
        .version = options->version,
        .deadline_ms = options->deadline_ms,
        .done = done,
        .context = seal };
}

enum status
seal_init(struct seal *seal, const struct seal_options *options)
{
    *seal = (struct seal){ .service = options->service,
        .done = options->done,
        .context = options->context };
    if (options->version == METRICS_V2)
        seal->identity = options->service->crypt->identity;
    seal->encrypt = make_job(seal, options, KMS_ENCRYPT, on_encrypted);
    seal->decrypt = make_job(seal, options, KMS_DECRYPT, on_decrypted);
    return pthread_mutex_init(&seal->lock, NULL) == 0 ? STATUS_OK
                                                      : STATUS_NO_MEMORY;
}

void
seal_reset(struct seal *seal)
{
    (void)pthread_mutex_destroy(&seal->lock);
    buf_reset(&seal->plaintext);
    buf_reset(&seal->blob);
    buf_reset(&seal->arn);
    buf_reset(&seal->key_id);
}

enum status
seal_start(struct seal *seal, struct span plaintext)
{
    enum status st = STATUS_OK;
    if (seal->identity != NULL &&
        identity_mode(seal->identity) != IDENTITY_FLAG)
        st = buf_append(&seal->plaintext, plaintext);
    return st == STATUS_OK ? encrypt(seal, plaintext) : st;
}

void
seal_cancel(struct seal *seal)
{
    (void)pthread_mutex_lock(&seal->lock);
    seal->cancelled = true;
    if (seal->running != NULL)
        crypt_cancel(seal->running);
    (void)pthread_mutex_unlock(&seal->lock);
}
