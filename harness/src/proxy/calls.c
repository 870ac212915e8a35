/* SPDX-License-Identifier: Apache-2.0 */
#include "proxy/calls.h"

#include "k8s/grpc_error.h"
#include "proxy/wire.h"
#include "rpc/rpc_relay.h"

#include <stdlib.h>

struct calls {
    struct rules *rules;
    struct tally *tally;
    struct rpc_relay *relay;
};

/* A call that a rule has struck. */
struct struck {
    enum effect_method method;
    struct effect effect;
};

/* ---- what befalls a call ---------------------------------------------------
 */

/* Fields of requests: uid and key_id, which v2 has. */
enum { DECRYPT_UID = 2, DECRYPT_KEY_ID = 3, ENCRYPT_UID = 2 };

/* A request that is no message has none of these; the plugin will say so. */
static void
read_request(const struct rpc_relay_request *request, struct buf *message,
    struct rules_call *call)
{
    bool decrypt = call->method == EFFECT_METHOD_V2_DECRYPT;

    (void)!rpc_relay_header(request, "x-kmslab-scope", &call->scope);
    if (!decrypt && call->method != EFFECT_METHOD_V2_ENCRYPT)
        return;
    if (rpc_relay_message(request, message) != STATUS_OK)
        return;
    (void)!wire_find(
        buf_span(message), decrypt ? DECRYPT_UID : ENCRYPT_UID, &call->uid);
    if (decrypt)
        (void)!wire_find(buf_span(message), DECRYPT_KEY_ID, &call->key_id);
}

/* Takes the effect. */
static void
make_plan(struct struck *struck, struct rpc_relay_plan *plan)
{
    const struct effect *effect = &struck->effect;

    plan->state = struck;
    if (!fault_decision_is_quiet(&effect->decision))
        buf_say(&plan->mark, "%s", fault_decision_name(&effect->decision));
    switch (effect->kind) {
    case EFFECT_DELAY:
    case EFFECT_HANG:
        plan->wait_ms = effect->wait_ms;
        break;
    case EFFECT_FAIL:
        plan->instead = true;
        plan->answer.code = effect->code;
        buf_say(&plan->answer.text, "%.*s", SPAN_ARG(buf_span(&effect->text)));
        break;
    case EFFECT_KEY_ID:
    case EFFECT_HEALTHZ:
    case EFFECT_VERSION:
    case EFFECT_ANNOTATIONS:
    case EFFECT_CIPHERTEXT:
    case EFFECT_PLAINTEXT:
    case EFFECT_EMPTY:
    case EFFECT_OVERSIZE:
        plan->alter = true;
        break;
    case EFFECT_NONE:
    case EFFECT_KIND_COUNT:
        break;
    }
}

static void
plan(void *context, const struct rpc_relay_request *request,
    struct rpc_relay_plan *plan)
{
    struct calls *calls = context;
    struct rules_call call = { .method = effect_method_of(request->method) };
    struct buf message = { 0 };
    struct struck *struck;

    if (!fault_table_is_armed(rules_table(calls->rules)))
        return;
    struck = calloc(1, sizeof(*struck));
    if (struck == NULL)
        return;
    read_request(request, &message, &call);
    struck->method = call.method;
    if (rules_strike_call(calls->rules, &call, &struck->effect))
        make_plan(struck, plan);
    else
        free(struck);
    buf_reset(&message);
}

/* An answer that is no message stays as it is. */
static void
alter(void *context, void *state, struct rpc_relay_answer *answer)
{
    const struct struck *struck = state;

    (void)context;
    if (answer->code == GRPC_CODE_OK && answer->has_message)
        (void)!effect_apply(&struck->effect, struck->method, &answer->message);
}

static void
over(void *context, const struct rpc_relay_end *end)
{
    struct calls *calls = context;
    struct struck *struck = end->state;

    tally_add(calls->tally, end->method, end->code, end->took_ms);
    if (struck == NULL)
        return;
    rules_observe(calls->rules, &struck->effect.decision,
        effect_method_name(struck->method),
        grpc_error_code_name(grpc_error_code_from_wire(end->code)));
    effect_reset(&struck->effect);
    free(struck);
}

/* ---- the layer ------------------------------------------------------------
 */

enum status
calls_new(const char *plugin, struct rules *rules, struct tally *tally,
    struct calls **out)
{
    struct calls *calls = calloc(1, sizeof(*calls));
    const struct rpc_relay_hooks hooks = {
        .context = calls, .plan = plan, .alter = alter, .over = over
    };
    enum status status;

    if (calls == NULL)
        return STATUS_NO_MEMORY;
    calls->rules = rules;
    calls->tally = tally;
    status = rpc_relay_new(span_text(plugin), &hooks, &calls->relay);
    if (status == STATUS_OK)
        *out = calls;
    else
        free(calls);
    return status;
}

void
calls_add_connection(struct calls *calls, int fd)
{
    rpc_relay_add_connection(calls->relay, fd);
}

static bool
is_free(void *state)
{
    const struct struck *struck = state;

    return fault_decision_is_withdrawn(&struck->effect.decision);
}

void
calls_release(struct calls *calls)
{
    rpc_relay_release(calls->relay, is_free);
}

size_t
calls_open(struct calls *calls)
{
    return rpc_relay_open(calls->relay);
}

bool
calls_free(struct calls *calls)
{
    if (calls == NULL)
        return true;
    if (!rpc_relay_free(calls->relay))
        return false;
    free(calls);
    return true;
}
