/* SPDX-License-Identifier: Apache-2.0 */
#include "api/handle.h"

#include "api/answer.h"
#include "api/facts.h"
#include "api/operation.h"
#include "api/protocol.h"
#include "api/sts.h"
#include "aws/validate.h"
#include "base/log.h"

#include <stdlib.h>

/* How often an operation runs again because others changed what it had read.
 * Each time one of those others got on, and chance decides which: with two
 * hundred at one key one in a billion loses so often. A read that is stale is
 * read again at once, on the same stack. */
enum { CONFLICTS_MAX = 4096, STALE_MAX = 64 };

struct service_pause {
    char unused; /* only its place counts: it stands first in a handling */
};

struct handling {
    struct service_pause pause;
    struct call call;
    const struct service_request *request;
    struct json_doc *doc;
    unsigned conflicts, stale;
    bool pretend; /* what it would change is dropped */
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
    const struct service_hooks *hooks = call->parts->hooks;
    if (handling->answer.mark != NULL)
        hooks->after(hooks->context, &handling->answer);
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
    bool again = status == STATUS_CONFLICT ||
                 (status == STATUS_OK && handling->call.due);
    if (again && ++handling->conflicts < CONFLICTS_MAX) {
        run_again(handling);
        return;
    }
    finish_run(handling, call_status(&handling->call, status));
}

/* Tells the hook what records were before they are changed. */
static void
tell_changes(const struct call *call, const struct store_change *list)
{
    const struct service_hooks *hooks = call->parts->hooks;
    struct store_record old = { 0 };
    if (hooks == NULL || !hooks->armed(hooks->context))
        return;
    for (size_t i = 0; i < call->changes.count; i++)
        if (store_get(call->parts->store, &list[i].key, &old) == STATUS_OK)
            hooks->changing(hooks->context, &list[i].key, old.version,
                buf_span(&old.value));
    store_record_reset(&old);
}

/* A key's rotation that is due comes first, also for those that pretend. */
static bool
has_changes(const struct handling *handling)
{
    const struct call *call = &handling->call;
    return call->changes.count > 0 && (!handling->pretend || call->due);
}

/* Runs the operation; after store_commit, *handling may be gone. */
static void
run(struct handling *handling)
{
    struct call *call = &handling->call;
    const struct store_change *list = NULL;
    enum kms_error error = operation_run(call);
    if (call->stale && ++handling->stale < STALE_MAX) {
        run_again(handling);
        return;
    }
    if (error == KMS_ERROR_NONE)
        error = call_status(call, changeset_list(&call->changes, &list));
    if (error != KMS_ERROR_NONE || !has_changes(handling)) {
        finish_run(handling, error);
        return;
    }
    tell_changes(call, list);
    store_commit(
        call->parts->store, list, call->changes.count, committed, handling);
}

void
service_pause_end(struct service_pause *pause)
{
    run((struct handling *)pause);
}

/* Asks the hook whose turn it is; *handling may be gone afterwards. */
static void
take_turns(struct handling *handling)
{
    struct call *call = &handling->call;
    const struct service_hooks *hooks = call->parts->hooks;
    struct facts facts;
    facts_init(&facts, call, handling->request);
    enum service_turn turn = hooks->before(
        hooks->context, &facts.told, &handling->pause, &handling->answer);
    facts_reset(&facts);
    switch (turn) {
    case SERVICE_TURN_PAUSE:
        return;
    case SERVICE_TURN_ANSWER:
        finish(handling);
        return;
    case SERVICE_TURN_PRETEND:
        handling->pretend = true;
        break;
    case SERVICE_TURN_RUN:
        break;
    }
    call->mark = handling->answer.mark;
    run(handling);
}

static void
begin(struct handling *handling)
{
    const struct service_hooks *hooks = handling->call.parts->hooks;
    if (hooks != NULL && hooks->armed(hooks->context))
        take_turns(handling);
    else
        run(handling);
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
        [ACCESS_INVALID_TOKEN] = KMS_ERROR_UNRECOGNIZED_CLIENT,
        [ACCESS_EXPIRED_TOKEN] = KMS_ERROR_EXPIRED_TOKEN,
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
        begin(handling);
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
