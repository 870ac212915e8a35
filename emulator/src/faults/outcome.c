/* SPDX-License-Identifier: Apache-2.0 */
#include "faults/outcome.h"

const char *
outcome_of_status(unsigned http_status)
{
    static const struct {
        unsigned status;
        const char *text;
    } rows[] = {
        { 200, "http-200" },
        { 400, "http-400" },
        { 403, "http-403" },
        { 404, "http-404" },
        { 429, "http-429" },
        { 500, "http-500" },
        { 502, "http-502" },
        { 503, "http-503" },
        { 504, "http-504" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].status == http_status)
            return rows[i].text;
    return "http-other";
}

/* How our own end of a connection looks from the other side. */
static const char *
end_of(const struct action *action)
{
    bool reset = action->kind == ACTION_RESET ||
                 (action->kind == ACTION_LOST_ANSWER && action->end != 0);
    return reset ? "reset" : "closed";
}

const char *
outcome_of_plan(
    const struct action *action, enum net_outcome outcome, size_t sent)
{
    bool whole = action->kind == ACTION_DRIP ||
                 action->kind == ACTION_BANDWIDTH ||
                 action->kind == ACTION_DOUBLED_CHUNK;
    (void)sent;
    switch (outcome) {
    case NET_OUTCOME_SENT:
    case NET_OUTCOME_CUT:
        return whole && outcome == NET_OUTCOME_SENT ? "sent" : end_of(action);
    case NET_OUTCOME_CLIENT_LEFT:
        return "client-left";
    case NET_OUTCOME_REFUSED:
        return "refused-by-client";
    case NET_OUTCOME_HEALED:
        return "healed";
    case NET_OUTCOME_STOPPED:
        return "stopped";
    case NET_OUTCOME_FAILED:
        break;
    }
    return "failed";
}

const char *
outcome_of_link(const struct action *action, enum net_outcome outcome)
{
    if (outcome == NET_OUTCOME_SENT)
        return "served";
    return outcome_of_plan(action, outcome, 0);
}
