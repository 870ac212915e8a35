/* SPDX-License-Identifier: Apache-2.0 */
/* What the table cannot say about an action: which parameters go together, and
 * which kind goes with which match. */
#include "faults/action_kinds.h"

static enum status
check_error(const struct fault_place *place, struct action *action)
{
    action->error = kms_error_from_type(buf_span(&action->code));
    if (action->error != KMS_ERROR_NONE || action->status != 0)
        return STATUS_OK;
    return fault_refuse(place,
        "code: %s is no error of KMS; one that is not needs a status too",
        buf_text(&action->code));
}

/* What goes into a header: anything else could not be sent. */
static enum status
check_header(
    const struct fault_place *place, const char *member, const struct buf *text)
{
    for (size_t i = 0; i < text->len; i++)
        if (text->ptr[i] < ' ' || text->ptr[i] > '~')
            return fault_refuse(place, "%s: no header can carry it", member);
    return STATUS_OK;
}

static enum status
check_latency(const struct fault_place *place, struct action *action)
{
    bool uniform = action->min_ms >= 0;
    bool ramp = action->from_ms >= 0 || action->to_ms >= 0;
    int shapes =
        (action->fixed_ms >= 0) + uniform + (action->median_ms >= 0) + ramp;
    if (shapes != 1)
        return fault_refuse(place,
            "latency is fixed, or min and max, or median and sigma, or from, "
            "to and over: one of them");
    if (uniform && action->max_ms < action->min_ms)
        return fault_refuse(place, "max: must be there and not below min");
    if (ramp &&
        (action->from_ms < 0 || action->to_ms < 0 || action->over_ms <= 0))
        return fault_refuse(place, "a ramp needs from, to and over");
    action->shape = uniform                  ? ACTION_SHAPE_UNIFORM
                    : ramp                   ? ACTION_SHAPE_RAMP
                    : action->median_ms >= 0 ? ACTION_SHAPE_LOGNORMAL
                                             : ACTION_SHAPE_FIXED;
    return STATUS_OK;
}

static enum status
check_operations(const struct fault_place *place, const struct action *action,
    const struct match *match)
{
    for (size_t i = 0; i < match_operation_count(match); i++)
        if (!action_suits(action, match_operation(match, i)))
            return fault_refuse(place, "%s: %s %s", action_kind_text(action),
                match_operation(match, i), action_lacks(action));
    return STATUS_OK;
}

static enum status
check_match(const struct fault_place *place, const struct action *action,
    const struct match *match)
{
    static const char *const reasons[] = {
        [MATCH_REFUSE] = "the kernel refuses whoever comes",
        [MATCH_ACCEPT] = "nothing was received on the connection yet",
        [MATCH_TLS] = "no request was received on the connection yet",
        [MATCH_HEADERS] = "only the headers of the request are read",
        [MATCH_REQUEST] = "that is for what happens to connections",
    };
    const char *member;
    enum match_stage stage = action_stage(action);
    if (!match_claim(match, stage))
        return fault_refuse(place,
            "%s happens at another stage than what the rule does besides",
            action_kind_text(action));
    if (match_goes_with(match, stage, &member))
        return STATUS_OK;
    return fault_refuse(place, "%s cannot go by %s: %s",
        action_kind_text(action), member, reasons[stage]);
}

enum status
action_check(const struct fault_place *place, struct action *action,
    const struct match *match)
{
    enum status st = check_match(place, action, match);
    if (st == STATUS_OK)
        st = check_operations(place, action, match);
    if (st == STATUS_OK)
        st = check_header(place, "code", &action->code);
    if (st == STATUS_OK)
        st = check_header(place, "type", &action->type);
    if (st == STATUS_OK && action->kind == ACTION_ERROR)
        st = check_error(place, action);
    if (st == STATUS_OK && action->kind == ACTION_LATENCY)
        st = check_latency(place, action);
    if (st == STATUS_OK && action->kind == ACTION_THROTTLE && action->rate > 0)
        st = quota_new(action->rate, &action->quota);
    return st;
}
