/* SPDX-License-Identifier: Apache-2.0 */
#include "scenario/read_asks.h"

#include "aws/kms_model.h"
#include "k8s/grpc_error.h"
#include "model/object_name.h"
#include "proxy/proxy.h"

enum status
read_asks_operation(
    const struct field_context *context, int line, struct span name)
{
    if (kms_model_find(name) != NULL)
        return STATUS_OK;
    return field_refuse(context, line,
        "KMS has no operation '%.*s' (a name such as DisableKey)",
        SPAN_ARG(name));
}

enum status
read_asks_proxy(const struct field_context *context, int line, const char *what)
{
    if (context->proxy)
        return STATUS_OK;
    return field_refuse(context, line,
        "%s wants a proxy: put \"proxy: true\" into the scenario", what);
}

enum status
read_asks_method(
    const struct field_context *context, int line, struct span words)
{
    static const char *const methods[] = { "Status", "Encrypt", "Decrypt",
        "Version" };
    struct span method = words, code = { NULL, 0 };
    bool named = span_cut(words, ' ', &method, &code), known = false;

    for (size_t i = 0; i < ARRAY_LEN(methods); i++)
        known = known || span_equal_text(method, methods[i]);
    if (!known)
        return field_refuse(context, line,
            "a KMS plugin has no method '%.*s'; it has Status, Encrypt and"
            " Decrypt (for KMS v1 Version)",
            SPAN_ARG(method));
    known = !named;
    for (int i = 0; i <= GRPC_CODE_UNAUTHENTICATED; i++)
        known = known ||
                span_equal_text(code, grpc_error_code_name((enum grpc_code)i));
    return known
               ? STATUS_OK
               : field_refuse(context, line,
                     "gRPC has no code '%.*s' (one such as OK or Unavailable)",
                     SPAN_ARG(code));
}

/* What the step cannot do without; NULL: nothing. */
static const char *
lacks(const struct scenario *scenario, const struct scenario_step *step)
{
    struct span target = buf_span(&step->target);
    bool heals = step->verb == SCENARIO_HEAL;

    if ((step->verb == SCENARIO_RESOLVER ||
            (heals && span_equal_text(target, "resolver"))) &&
        !scenario->resolver)
        return "this wants a resolver: put \"resolver: true\" into the"
               " scenario";
    if (heals && span_equal_text(target, "plugin") && !scenario->proxy)
        return "this wants a proxy: put \"proxy: true\" into the scenario";
    if (step->verb == SCENARIO_POD && scenario->only != SCENARIO_KIND &&
        step->on != SCENARIO_KIND)
        return "pods run on kind only: put \"where: kind\" beside it";
    return NULL;
}

enum status
read_asks_needs(
    const struct field_context *context, const struct scenario *scenario)
{
    for (size_t a = 0; a < scenario->actor_count; a++) {
        const struct scenario_actor *actor = &scenario->actors[a];

        for (size_t i = 0; i < actor->step_count; i++) {
            const char *what = lacks(scenario, &actor->steps[i]);

            if (what != NULL)
                return field_refuse(context, actor->steps[i].line, "%s", what);
        }
    }
    return STATUS_OK;
}

/* A step that expects an error may want it for the name. */
static enum status
check_secret(
    const struct field_context *context, const struct scenario_step *step)
{
    const struct model_object object = { .resource = "secrets",
        .name = buf_text(&step->target) };
    struct buf words = { 0 };
    enum status st =
        step->code == 0 ? object_name_check(&object, &words) : STATUS_OK;

    if (st == STATUS_INVALID)
        st = field_refuse(context, step->line,
            "kube-apiserver takes no Secret called '%s'",
            buf_text(&step->target));
    buf_reset(&words);
    return st;
}

/* `with` holds members of the call. */
static enum status
check_call(const struct field_context *context, const struct yaml_node *node,
    const struct scenario_step *step)
{
    const struct yaml_node *with = yaml_tree_member(node, "with");
    struct span name = buf_span(&step->target);
    enum status st = read_asks_operation(context, step->line, name);

    for (size_t i = 0;
         st == STATUS_OK && with != NULL && i < with->member_count; i++) {
        const struct yaml_member *member = &with->members[i];

        if (kms_model_member(
                kms_model_find(name)->input, buf_span(&member->key)) == NULL)
            st = field_refuse(context, member->value->line,
                "%s has no member '%s'", buf_text(&step->target),
                buf_text(&member->key));
    }
    return st;
}

static enum status
check_plugin_fault(
    const struct field_context *context, const struct scenario_step *step)
{
    struct buf why = { 0 };
    enum status st = read_asks_proxy(context, step->line, "plugin-fault");

    if (st != STATUS_OK)
        return st;
    st = proxy_check_rules(buf_span(&step->body), &why);
    if (st != STATUS_OK && st != STATUS_NO_MEMORY)
        st = field_refuse(context, step->line, "%s", buf_text(&why));
    buf_reset(&why);
    return st;
}

enum status
read_asks_check(const struct field_context *context,
    const struct yaml_node *node, const struct scenario_step *step)
{
    if (step->verb == SCENARIO_KMS)
        return check_call(context, node, step);
    if (yaml_tree_member(node, "with") != NULL)
        return field_refuse(context, step->line, "with goes with kms");
    if (step->verb == SCENARIO_PLUGIN_FAULT)
        return check_plugin_fault(context, step);
    if (step->verb == SCENARIO_WRITE || step->verb == SCENARIO_TAMPER ||
        step->verb == SCENARIO_POD)
        return check_secret(context, step);
    return STATUS_OK;
}
