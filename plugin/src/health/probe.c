/* SPDX-License-Identifier: Apache-2.0 */
#include "health/probe.h"

/* What is encrypted: no secret, and as long as what the apiserver sends. */
#define PROBE_TEXT "aws-kms-plugin tries out the key"

static void
succeed(struct probe *probe)
{
    struct buf none = { 0 };
    const struct probe_result good = {
        .failure = { FAILURE_NONE, GRPC_CODE_OK, "" }, .text = &none
    };
    probe->done(probe->context, &good);
}

static void
fail(struct probe *probe, enum kms_operation operation,
    const struct failure *failure, const struct kms_result *result)
{
    struct buf text = { 0 };
    /* Without memory for words the code has to do. */
    (void)!failure_describe(
        failure, result, operation, probe->crypt->key_id, &text);
    const struct probe_result bad = { *failure, operation, &text };
    probe->done(probe->context, &bad);
    buf_reset(&text);
}

static void
fail_locally(struct probe *probe, enum kms_operation operation,
    enum kms_failure kind, const char *message)
{
    struct kms_result result = { .failure = kind,
        .message = span_text(message) };
    struct failure failure = failure_of(&result);
    fail(probe, operation, &failure, &result);
}

static void
start(struct probe *probe, struct crypt_job *job, struct span bytes)
{
    enum status st = crypt_start(job, bytes);
    if (st != STATUS_OK)
        fail_locally(
            probe, job->operation, KMS_FAILURE_INTERNAL, status_text(st));
}

static void
on_decrypted(
    void *context, const struct failure *failure, struct kms_result *result)
{
    struct probe *probe = context;
    if (failure->kind != FAILURE_NONE)
        fail(probe, KMS_DECRYPT, failure, result);
    else if (!span_equal(buf_span(&result->bytes), SPAN_LITERAL(PROBE_TEXT)))
        fail_locally(probe, KMS_DECRYPT, KMS_FAILURE_BAD_ANSWER,
            "KMS decrypted to other bytes than it was given");
    else
        succeed(probe);
}

static void
on_encrypted(
    void *context, const struct failure *failure, struct kms_result *result)
{
    struct probe *probe = context;
    if (failure->kind != FAILURE_NONE)
        fail(probe, KMS_ENCRYPT, failure, result);
    else
        start(probe, &probe->decrypt, buf_span(&result->bytes));
}

void
probe_init(struct probe *probe, const struct crypt *crypt,
    enum metrics_version version, probe_done_fn *done, void *context)
{
    *probe = (struct probe){ .crypt = crypt, .done = done, .context = context };
    struct crypt_job job = { .crypt = crypt,
        .lane = KMS_LANE_HEALTH,
        .version = version,
        .context = probe };
    job.operation = KMS_ENCRYPT;
    job.done = on_encrypted;
    probe->encrypt = job;
    job.operation = KMS_DECRYPT;
    job.done = on_decrypted;
    probe->decrypt = job;
}

void
probe_start(struct probe *probe, int64_t deadline_ms)
{
    probe->encrypt.deadline_ms = deadline_ms;
    probe->decrypt.deadline_ms = deadline_ms;
    start(probe, &probe->encrypt, SPAN_LITERAL(PROBE_TEXT));
}
