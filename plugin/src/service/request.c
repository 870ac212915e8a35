/* SPDX-License-Identifier: Apache-2.0 */
#include "service/request.h"

#include "base/log.h"
#include "service/seal.h"

#include <stdlib.h>

/*
 * Lives from the call's start to its end, both on the polling thread; in
 * between KMS's thread finishes it once.
 */
struct request {
    struct service *service;
    const struct request_kind *kind;
    struct rpc_call *call;
    struct seal seal;             /* an Encrypt */
    struct coalesce_call decrypt; /* a Decrypt */
};

enum { MARGIN_PART = 20, MARGIN_MAX_MS = 100 };

/* A little before the caller's, so that he hears from us what was waited for
 * and not only that time is up. */
static int64_t
kms_deadline(const struct rpc_call *call, int64_t call_ms)
{
    struct clock clock = clock_monotonic();
    int64_t now_ms = clock_ms(&clock);
    int64_t deadline_ms = rpc_call_deadline_ms(call);
    if (deadline_ms == INT64_MAX)
        return call_ms == 0 ? INT64_MAX : now_ms + call_ms;
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
    const struct traceparent *trace = rpc_call_traceparent(r->call);
    log_event(level,
        r->kind->operation == KMS_ENCRYPT ? "request to encrypt failed"
                                          : "request to decrypt failed",
        log_text("error-type", failure_class_name(failure->kind)),
        log_span("error", text), log_span("key", r->service->crypt->key_id),
        log_text("api", r->kind->version == METRICS_V1 ? "v1beta1" : "v2"),
        log_text("code", grpc_error_code_name(failure->code)),
        log_number("ms", result->duration_ms),
        log_optional("trace_id", trace->trace_id),
        log_optional("span_id", trace->span_id));
}

static void
note(const struct request *r, const struct failure *failure, struct span text)
{
    const struct health_news news = { r->kind->version, r->kind->operation,
        failure, text };
    health_note(r->service->health, &news);
}

/* `real`: KMS was called. */
static void
finish_failed(struct request *r, const struct failure *failure,
    const struct kms_result *result, bool real)
{
    struct buf text = { 0 };
    enum grpc_code code = crypt_explain(
        r->service->crypt, failure, result, r->kind->operation, &text);
    log_failure(r, failure, result, buf_span(&text));
    if (real)
        note(r, failure, buf_span(&text));
    rpc_call_fail(r->call, code, buf_span(&text));
    buf_reset(&text);
}

static void
log_step(const struct request *r, const char *encrypt, const char *decrypt)
{
    const struct traceparent *trace = rpc_call_traceparent(r->call);
    log_event(LOG_DEBUG, r->kind->operation == KMS_ENCRYPT ? encrypt : decrypt,
        log_span("key", r->service->crypt->key_id),
        log_text("api", r->kind->version == METRICS_V1 ? "v1beta1" : "v2"),
        log_optional("trace_id", trace->trace_id),
        log_optional("span_id", trace->span_id));
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
        st = r->kind->encode(buf_span(&stored), &r->seal.key_id, &message);
    if (st == STATUS_OK) {
        log_step(
            r, "encrypt operation successful", "decrypt operation successful");
        rpc_call_answer(r->call, &message);
    } else
        rpc_call_fail(r->call, GRPC_CODE_RESOURCE_EXHAUSTED,
            SPAN_LITERAL("the plugin is out of memory"));
    buf_reset(&stored);
    buf_reset(&message);
}

/* Once the call is finished the request may be gone. */
static void
finish(struct request *r, const struct failure *failure,
    const struct kms_result *result, struct span bytes, bool real)
{
    r->service->in_flight--;
    if (failure->kind != FAILURE_NONE) {
        finish_failed(r, failure, result, real);
        return;
    }
    note(r, failure, (struct span){ NULL, 0 });
    finish_good(r, bytes);
}

static void
on_sealed(void *context, const struct failure *failure,
    const struct kms_result *result, bool real)
{
    struct request *r = context;
    finish(r, failure, result, buf_span(&r->seal.blob), real);
}

static void
on_decrypted(void *context, const struct failure *failure,
    const struct kms_result *result)
{
    finish(context, failure, result, buf_span(&result->bytes), true);
}

static void
on_cancel(void *state)
{
    struct request *r = state;
    if (r->kind->operation == KMS_ENCRYPT)
        seal_cancel(&r->seal);
    else
        coalesce_cancel(&r->decrypt);
}

static void
request_free(void *state)
{
    struct request *r = state;
    seal_reset(&r->seal);
    free(r);
}

static struct request *
request_new(struct service *service, const struct request_kind *kind,
    struct rpc_call *call)
{
    struct request *r = calloc(1, sizeof(*r));
    if (r == NULL)
        return NULL;
    *r = (struct request){ .service = service, .kind = kind, .call = call };
    const struct seal_options seal = { .service = service,
        .version = kind->version,
        .deadline_ms = kms_deadline(call, service->behaviour->call_ms),
        .done = on_sealed,
        .context = r };
    r->decrypt = (struct coalesce_call){ .version = kind->version,
        .deadline_ms = seal.deadline_ms,
        .done = on_decrypted,
        .context = r };
    if (seal_init(&r->seal, &seal) == STATUS_OK)
        return r;
    free(r);
    return NULL;
}

static enum status
start(struct request *r, struct span bytes)
{
    if (r->kind->operation == KMS_ENCRYPT)
        return seal_start(&r->seal, bytes);
    return coalesce_start(r->service->decrypts, &r->decrypt, bytes);
}

void
request_refuse(
    const struct service *service, struct rpc_call *call, struct span text)
{
    rpc_call_fail(call,
        service->behaviour->codes_are_plain ? GRPC_CODE_UNKNOWN
                                            : GRPC_CODE_INVALID_ARGUMENT,
        text);
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
    struct request *r = request_new(service, kind, call);
    if (r == NULL) {
        rpc_call_fail(call, GRPC_CODE_RESOURCE_EXHAUSTED,
            SPAN_LITERAL("the plugin is out of memory"));
        return;
    }
    rpc_call_keep(call, (struct rpc_call_state){ on_cancel, request_free, r });
    log_step(r, "starting encrypt operation", "starting decrypt operation");
    service->in_flight++;
    enum status st = start(r, bytes);
    if (st == STATUS_OK)
        return;
    const struct kms_result none = { .failure = KMS_FAILURE_INTERNAL,
        .message = span_text(status_text(st)) };
    struct failure failure = failure_of(&none);
    service->in_flight--;
    finish_failed(r, &failure, &none, false);
}
