/* SPDX-License-Identifier: Apache-2.0 */
#include "proxy/meaning.h"

#include <stdlib.h>

/* Texts that must be equal; empty ones may be anything. */
struct match {
    struct buf api, key_id, uid, scope;
    unsigned methods; /* bit m: enum effect_method m */
    bool is_any;      /* nothing was said */
};

/* ---- match ----------------------------------------------------------------
 */

static void
free_match(void *context)
{
    struct match *match = context;

    buf_reset(&match->api);
    buf_reset(&match->key_id);
    buf_reset(&match->uid);
    buf_reset(&match->scope);
    free(match);
}

static unsigned
methods_of_name(struct span name)
{
    unsigned mask = 0;

    for (int i = EFFECT_METHOD_V1_VERSION; i < EFFECT_METHOD_COUNT; i++)
        if (span_equal_text(name, effect_method_name((enum effect_method)i)))
            mask |= 1u << i;
    return mask;
}

/* A name, or a list of names; without one all, unknown ones too. */
static void
read_methods(struct params *params, unsigned *out)
{
    const struct json *node = json_member(params->object, "method");
    bool is_list = json_kind(node) == JSON_KIND_ARRAY;
    size_t count = node == NULL ? 0 : is_list ? json_count(node) : 1;

    *out = node == NULL ? ~0u : 0;
    for (size_t i = 0; i < count; i++) {
        const struct json *name = is_list ? json_at(node, i) : node;
        unsigned mask = methods_of_name(json_get_string(name));

        if (mask == 0)
            params_refuse(
                params, "method: not Version, Status, Encrypt or Decrypt");
        *out |= mask;
    }
}

static enum status
read_match(void *context, const struct fault_place *place,
    const struct json *json, void **out)
{
    static const char *const members[] = { "api", "method", "key_id", "uid",
        "scope" };
    struct match *match = calloc(1, sizeof(*match));
    struct params params = { .object = json, .place = *place };

    (void)context;
    if (match == NULL)
        return STATUS_NO_MEMORY;
    if (json != NULL)
        params.status = fault_fields(place, json, members, ARRAY_LEN(members));
    params_text(&params, "api", &match->api);
    read_methods(&params, &match->methods);
    params_text(&params, "key_id", &match->key_id);
    params_text(&params, "uid", &match->uid);
    params_text(&params, "scope", &match->scope);
    match->is_any = json_count(json) == 0;
    if (params.status == STATUS_OK)
        *out = match;
    else
        free_match(match);
    return params.status;
}

static bool
fits(const struct buf *wanted, struct span given)
{
    return wanted->len == 0 || span_equal(buf_span(wanted), given);
}

static bool
fits_method(const struct match *match, const struct kind_action *action,
    enum effect_method method)
{
    return fits(&match->api, span_text(effect_method_api(method))) &&
           (match->methods & 1u << method) != 0 &&
           effect_suits(action->kind->effect, method);
}

/* ---- do -------------------------------------------------------------------
 */

static void
free_action(void *context)
{
    struct kind_action *action = context;

    kind_action_reset(action);
    free(action);
}

/* What cannot be known where the kind has its stage is refused, as is a rule
 * that nothing can match. */
static enum status
check_match(const struct fault_place *place, const struct kind_action *action,
    const struct match *match)
{
    const char *name = action->kind->name;

    if (!kind_is_of_calls(action->kind))
        return match->is_any ? STATUS_OK
                             : fault_refuse(place,
                                   "match: a %s strikes among frames, where "
                                   "methods and keys are not known",
                                   name);
    for (int i = EFFECT_METHOD_V1_VERSION; i < EFFECT_METHOD_COUNT; i++)
        if (fits_method(match, action, (enum effect_method)i))
            return STATUS_OK;
    return fault_refuse(place,
        "match: no method that a %s can strike: api is v1 or v2, method "
        "Version, Status, Encrypt or Decrypt",
        name);
}

static enum status
check_layer(const struct fault_place *place, const struct kind *kind,
    enum proxy_layers layers)
{
    bool of_calls = kind_is_of_calls(kind);

    if (layers != (of_calls ? PROXY_FRAMES : PROXY_CALLS))
        return STATUS_OK;
    return fault_refuse(place,
        "do: a %s is of the layer of %s, which this proxy has not", kind->name,
        of_calls ? "calls" : "frames");
}

static enum status
read_action(void *context, const struct fault_place *place,
    const struct json *json, const void *match, void **out)
{
    const struct rules_options *options = context;
    struct kind_action *action = calloc(1, sizeof(*action));
    enum status status;

    if (action == NULL)
        return STATUS_NO_MEMORY;
    status = kind_read(place, json, action);
    if (status == STATUS_OK)
        status = check_layer(place, action->kind, options->layers);
    if (status == STATUS_OK)
        status = check_match(place, action, match);
    if (status == STATUS_OK)
        *out = action;
    else
        free_action(action);
    return status;
}

static const char *
kind_of(const void *context)
{
    const struct kind_action *action = context;

    return action->kind->name;
}

/* ---- whether a rule is meant ----------------------------------------------
 */

static bool
is_of_stage(const struct kind_action *action, enum kind_stage stage)
{
    return stage == KIND_CALL ? kind_is_of_calls(action->kind)
                              : action->kind->stage == stage;
}

/* A rule that does several things is meant where its first is. */
static bool
matches(const void *context, const void *const *actions, size_t action_count,
    const void *given)
{
    const struct match *match = context;
    const struct meaning_facts *facts = given;
    const struct kind_action *first = actions[0];

    (void)action_count;
    if (!is_of_stage(first, facts->stage))
        return false;
    if (facts->stage != KIND_CALL)
        return true;
    return fits_method(match, first, facts->call->method) &&
           fits(&match->key_id, facts->call->key_id) &&
           fits(&match->uid, facts->call->uid) &&
           fits(&match->scope, facts->call->scope);
}

const struct fault_meaning meaning_of_proxy = {
    .read_match = read_match,
    .free_match = free_match,
    .read_action = read_action,
    .free_action = free_action,
    .kind_of = kind_of,
    .matches = matches,
};
