/* SPDX-License-Identifier: Apache-2.0 */
#include "api/handle.h"

#include "api/answer.h"
#include "api/operation.h"
#include "api/protocol.h"
#include "api/sts.h"
#include "aws/validate.h"
#include "base/log.h"

#include <stdlib.h>

/* How often an operation runs again because others changed what it had read.
 * Each time one of those others got on, so this is far more than it takes. */
enum { RUNS_MAX = 64 };

struct handling {
    struct call call;
    const struct service_request *request;
    struct json_doc *doc;
    unsigned runs;
    struct service_answer answer;
    service_done_fn *done;
    void *context;
};

/* Answers and frees. */
static void
finish(struct handling *handling)
{
    handling->done(handling->context, &handling->answer);
    service_answer_reset(&handling->answer);
    call_reset(&handling->call);
    json_doc_free(handling->doc);
    free(handling);
}

static void
finish_run(struct handling *handling, enum kms_error error)
{
    struct call *call = &handling->call;
    if (error == KMS_ERROR_NONE)
        answer_json(&handling->answer, 200, &call->answer);
    else
        answer_error(&handling->answer, error, buf_span(&call->message));
    finish(handling);
}

static void run(struct handling *handling);

static void
run_again(struct handling *handling)
{
    call_reset(&handling->call);
    run(handling);
}

static void
committed(void *context, enum status status)
{
    struct handling *handling = context;
    if (status == STATUS_CONFLICT && handling->runs < RUNS_MAX) {
        run_again(handling);
        return;
    }
    finish_run(handling, call_status(&handling->call, status));
}

/* Runs the operation; after store_commit, *handling may be gone. */
static void
run(struct handling *handling)
{
    struct call *call = &handling->call;
    const struct store_change *list = NULL;
    handling->runs++;
    enum kms_error error = operation_run(call);
    if (call->stale && handling->runs < RUNS_MAX) {
        run_again(handling);
        return;
    }
    if (error == KMS_ERROR_NONE)
        error = call_status(call, changeset_list(&call->changes, &list));
    if (error != KMS_ERROR_NONE || call->changes.count == 0)
        finish_run(handling, error);
    else
        store_commit(
            call->parts->store, list, call->changes.count, committed, handling);
}

/* Who calls. The verdict's error, with AWS's words in the call's message. */
static enum kms_error
authenticate(struct handling *handling)
{
    static const enum kms_error errors[] = {
        [ACCESS_GRANTED] = KMS_ERROR_NONE,
        [ACCESS_MISSING_TOKEN] = KMS_ERROR_MISSING_AUTHENTICATION_TOKEN,
        [ACCESS_INCOMPLETE] = KMS_ERROR_INCOMPLETE_SIGNATURE,
        [ACCESS_INVALID_SIGNATURE] = KMS_ERROR_INVALID_SIGNATURE,
    };
    struct call *call = &handling->call;
    const struct service_request *request = handling->request;
    enum access_verdict verdict = ACCESS_MISSING_TOKEN;
    enum status status = access_check(call->parts->access, &request->wire,
        request->body, "kms", &call->caller, &verdict, &call->message);
    if (status != STATUS_OK) {
        log_event(LOG_ERROR, "caller not checked",
            log_text("cause", status_text(status)));
        return call_refuse(call, KMS_ERROR_KMS_INTERNAL);
    }
    return errors[verdict];
}

static enum kms_error
prepare(struct handling *handling, const struct protocol_request *read)
{
    struct call *call = &handling->call;
    enum kms_error error = authenticate(handling);
    if (error != KMS_ERROR_NONE)
        return error;
    memcpy(handling->answer.account, call->caller.account,
        sizeof(handling->answer.account));
    call->operation = operation_find(read->operation->id);
    if (call->operation == NULL)
        return call_fail(call, KMS_ERROR_UNSUPPORTED_OPERATION,
            "%s is not supported by this emulator.", read->operation->name);
    call->input = json_root(read->doc);
    enum status status = validate_request(
        read->operation->input, call->input, &error, &call->message);
    if (status != STATUS_OK)
        return call_status(call, status);
    call->now_ms =
        resource_clock_ms(call->parts->clock, span_text(call->caller.account));
    return error;
}

static void
handle_kms(struct handling *handling)
{
    struct protocol_request read = { 0 };
    enum status status =
        protocol_read(handling->request, &read, &handling->answer);
    if (status != STATUS_OK) {
        if (status != STATUS_INVALID)
            answer_failure(&handling->answer);
        finish(handling);
        return;
    }
    handling->doc = read.doc;
    handling->answer.operation = read.operation->name;
    enum kms_error error = prepare(handling, &read);
    if (error == KMS_ERROR_NONE)
        run(handling);
    else
        finish_run(handling, error);
}

void
handle_request(const struct parts *parts, const struct service_request *request,
    service_done_fn *done, void *context)
{
    struct handling *handling = calloc(1, sizeof(*handling));
    if (handling == NULL) {
        struct service_answer answer = { .operation = "" };
        answer_failure(&answer);
        done(context, &answer);
        service_answer_reset(&answer);
        return;
    }
    handling->call.parts = parts;
    handling->request = request;
    handling->answer.operation = "";
    handling->done = done;
    handling->context = context;
    if (!sts_is_meant(request)) {
        handle_kms(handling);
        return;
    }
    sts_answer(parts, request, &handling->answer);
    finish(handling);
}
