/* SPDX-License-Identifier: Apache-2.0 */
#include "crypt/crypt.h"

#include "crypt/sdk_words.h"

static enum metrics_result
result_label(enum failure_kind kind)
{
    switch (kind) {
    case FAILURE_NONE:
        return METRICS_SUCCESS;
    case FAILURE_THROTTLED:
        return METRICS_THROTTLED;
    case FAILURE_CORRUPTION:
        return METRICS_CORRUPTION;
    case FAILURE_USER:
    case FAILURE_OTHER:
        break;
    }
    return METRICS_FAILURE;
}

static enum metrics_operation
counted_as(enum kms_operation operation)
{
    return operation == KMS_ENCRYPT ? METRICS_ENCRYPT : METRICS_DECRYPT;
}

static void
finish(void *context, struct kms_result *result)
{
    struct crypt_job *job = context;
    /* An empty blob would read back as "no ciphertext": never hand it out. */
    if (result->failure == KMS_FAILURE_NONE && job->operation == KMS_ENCRYPT &&
        result->bytes.len == 0)
        result->failure = KMS_FAILURE_BAD_ANSWER;
    struct failure failure = failure_of(result);
    struct metrics_call call = {
        .operation = counted_as(job->operation),
        .version = job->version,
        .result = result_label(failure.kind),
        .code = failure.code,
        .attempts = result->attempts,
        .region = result->region,
        .duration_ms = result->duration_ms,
    };
    metrics_end(job->crypt->metrics, call.operation);
    metrics_record(job->crypt->metrics, &call);
    job->done(job->context, &failure, result);
}

enum status
crypt_start(struct crypt_job *job, struct span bytes)
{
    const struct crypt *crypt = job->crypt;
    struct kms_input input = {
        .operation = job->operation,
        .lane = job->lane,
        .bytes = bytes,
        .context = crypt->context,
        .context_count = crypt->context_count,
        .deadline_ms = job->deadline_ms,
    };
    /* KMS finds the key of a blob itself: what was written under a key that
     * --key no longer names stays readable. */
    if (job->operation == KMS_ENCRYPT)
        input.key_id = crypt->key_id;
    enum metrics_operation operation = counted_as(job->operation);
    metrics_begin(crypt->metrics, operation);
    enum status st = kms_start(crypt->kms, &input, finish, job, &job->call);
    if (st != STATUS_OK)
        metrics_end(crypt->metrics, operation);
    return st;
}

void
crypt_cancel(struct crypt_job *job)
{
    kms_cancel(job->crypt->kms, job->call);
}

enum grpc_code
crypt_explain(const struct crypt *crypt, const struct failure *failure,
    const struct kms_result *result, enum kms_operation operation,
    struct buf *text)
{
    /* Without memory for words the code has to do. */
    if (crypt->plain_errors) {
        (void)!sdk_words_describe(result, operation, text);
        return failure_plain_code(failure);
    }
    (void)!failure_describe(failure, result, operation, crypt->key_id, text);
    return failure->code;
}
