/* SPDX-License-Identifier: Apache-2.0 */
#include "service/request.h"

#include "base/log.h"

#include <stdlib.h>

/*
 * Lives from the call's start to its end, both on the polling thread; in
 * between KMS's thread finishes it once.
 */
struct request {
    struct service *service;
    const struct request_kind *kind;
    struct rpc_call *call;
    struct crypt_job job;
};

enum { MARGIN_PART = 20, MARGIN_MAX_MS = 100 };

/* A little before the caller's, so that he hears from us what was waited for
 * and not only that time is up. */
static int64_t
kms_deadline(const struct rpc_call *call)
{
    struct clock clock = clock_monotonic();
    int64_t now_ms = clock_ms(&clock);
    int64_t deadline_ms = rpc_call_deadline_ms(call);
    if (deadline_ms == INT64_MAX)
        return now_ms + SERVICE_DEADLINE_MS;
    int64_t margin_ms = (deadline_ms - now_ms) / MARGIN_PART;
    if (margin_ms > MARGIN_MAX_MS)
        margin_ms = MARGIN_MAX_MS;
    return deadline_ms - margin_ms;
}

static void
log_failure(const struct request *r, const struct failure *failure,
    const struct kms_result *result, struct span text)
{
    enum log_level level =
        failure->code == GRPC_CODE_CANCELLED ? LOG_DEBUG : LOG_WARN;
    log_event(level, "a request failed",
        log_text("operation", failure_operation_name(r->kind->operation)),
        log_text("api", r->kind->version == METRICS_V1 ? "v1beta1" : "v2"),
        log_text("code", grpc_error_code_name(failure->code)),
        log_number("ms", result->duration_ms), log_span("cause", text));
}

static void
finish_failed(struct request *r, const struct failure *failure,
    const struct kms_result *result)
{
    struct buf text = { 0 };
    /* Without memory for words the code has to do. */
    (void)!failure_describe(
        failure, result, r->kind->operation, r->service->crypt->key_id, &text);
    log_failure(r, failure, result, buf_span(&text));
    rpc_call_fail(r->call, failure->code, buf_span(&text));
    buf_reset(&text);
}

static void
finish_good(struct request *r, struct span bytes)
{
    struct buf stored = { 0 }, message = { 0 };
    enum status st = STATUS_OK;
    if (r->kind->operation == KMS_ENCRYPT)
        st = buf_append_byte(&stored, REQUEST_STORAGE_VERSION);
    if (st == STATUS_OK)
        st = buf_append(&stored, bytes);
    if (st == STATUS_OK)
        st = r->kind->encode(r->service, buf_span(&stored), &message);
    if (st == STATUS_OK)
        rpc_call_answer(r->call, &message);
    else
        rpc_call_fail(r->call, GRPC_CODE_RESOURCE_EXHAUSTED,
            SPAN_LITERAL("the plugin is out of memory"));
    buf_reset(&stored);
    buf_reset(&message);
}

/* Once the call is finished the request may be gone. */
static void
on_done(void *context, const struct failure *failure, struct kms_result *result)
{
    struct request *r = context;
    r->service->in_flight--;
    health_note(r->service->health, r->kind->operation, failure);
    if (failure->kind == FAILURE_NONE)
        finish_good(r, buf_span(&result->bytes));
    else
        finish_failed(r, failure, result);
}

static void
on_cancel(void *state)
{
    struct request *r = state;
    crypt_cancel(&r->job);
}

void
request_start(struct service *service, const struct request_kind *kind,
    struct rpc_call *call, struct span bytes)
{
    if (service->in_flight >= SERVICE_IN_FLIGHT_MAX) {
        rpc_call_fail(call, GRPC_CODE_RESOURCE_EXHAUSTED,
            SPAN_LITERAL("too many calls are waiting for KMS"));
        return;
    }
    struct request *r = calloc(1, sizeof(*r));
    if (r == NULL) {
        rpc_call_fail(call, GRPC_CODE_RESOURCE_EXHAUSTED,
            SPAN_LITERAL("the plugin is out of memory"));
        return;
    }
    *r = (struct request){ .service = service, .kind = kind, .call = call };
    r->job = (struct crypt_job){ .crypt = service->crypt,
        .operation = kind->operation,
        .lane = KMS_LANE_TRAFFIC,
        .version = kind->version,
        .deadline_ms = kms_deadline(call),
        .done = on_done,
        .context = r };
    rpc_call_keep(call, (struct rpc_call_state){ on_cancel, free, r });
    service->in_flight++;
    enum status st = crypt_start(&r->job, bytes);
    if (st == STATUS_OK)
        return;
    struct kms_result none = { .failure = KMS_FAILURE_INTERNAL,
        .message = span_text(status_text(st)) };
    struct failure failure = failure_of(&none);
    service->in_flight--;
    finish_failed(r, &failure, &none);
}
