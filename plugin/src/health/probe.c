/* SPDX-License-Identifier: Apache-2.0 */
#include "health/probe.h"

static void
succeed(struct probe *probe)
{
    struct buf none = { 0 };
    const struct probe_result good = {
        .failure = { FAILURE_NONE, GRPC_CODE_OK, "" }, .text = &none
    };
    probe->options.done(probe->options.context, &good);
}

static void
fail(struct probe *probe, enum kms_operation operation,
    const struct failure *failure, const struct kms_result *result)
{
    struct buf text = { 0 };
    (void)crypt_explain(
        probe->options.crypt, failure, result, operation, &text);
    const struct probe_result bad = { *failure, operation, &text };
    probe->options.done(probe->options.context, &bad);
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
teach(struct probe *probe, struct span material)
{
    const struct identity_evidence evidence = { buf_span(&probe->arn),
        material };
    struct buf key_id = { 0 };
    /* What may not be published yet the next probe will tell. */
    (void)!identity_learn(
        probe->options.crypt->identity, probe->begun, &evidence, &key_id);
    buf_reset(&key_id);
}

static void
on_decrypted(
    void *context, const struct failure *failure, struct kms_result *result)
{
    struct probe *probe = context;
    /* Without the right to Decrypt the material cannot be learnt at all. */
    if (failure->code == GRPC_CODE_PERMISSION_DENIED)
        teach(probe, (struct span){ NULL, 0 });
    if (failure->kind != FAILURE_NONE)
        fail(probe, KMS_DECRYPT, failure, result);
    else if (!span_equal(buf_span(&result->bytes), probe->options.text))
        fail_locally(probe, KMS_DECRYPT, KMS_FAILURE_BAD_ANSWER,
            "KMS decrypted to other bytes than it was given");
    else {
        teach(probe, buf_span(&result->key_material_id));
        succeed(probe);
    }
}

static void
on_encrypted(
    void *context, const struct failure *failure, struct kms_result *result)
{
    struct probe *probe = context;
    if (failure->kind != FAILURE_NONE) {
        fail(probe, KMS_ENCRYPT, failure, result);
        return;
    }
    buf_take(&probe->arn, &result->key_arn);
    if (identity_mode(probe->options.crypt->identity) == IDENTITY_ARN)
        teach(probe, (struct span){ NULL, 0 });
    if (probe->options.encrypt_only)
        succeed(probe);
    else
        start(probe, &probe->decrypt, buf_span(&result->bytes));
}

static struct crypt_job
make_job(struct probe *probe, enum kms_operation operation, crypt_done_fn *done)
{
    return (struct crypt_job){ .crypt = probe->options.crypt,
        .operation = operation,
        .lane = KMS_LANE_HEALTH,
        .version = probe->options.version,
        .done = done,
        .context = probe };
}

void
probe_init(struct probe *probe, const struct probe_options *options)
{
    probe->options = *options;
    probe->encrypt = make_job(probe, KMS_ENCRYPT, on_encrypted);
    probe->decrypt = make_job(probe, KMS_DECRYPT, on_decrypted);
}

void
probe_reset(struct probe *probe)
{
    buf_reset(&probe->arn);
}

void
probe_start(struct probe *probe, int64_t now_ms)
{
    int64_t deadline_ms = now_ms + probe->options.limit_ms;
    probe->encrypt.deadline_ms = deadline_ms;
    probe->decrypt.deadline_ms = deadline_ms;
    probe->begun = identity_begin(probe->options.crypt->identity);
    start(probe, &probe->encrypt, probe->options.text);
}
