/* SPDX-License-Identifier: Apache-2.0 */
#include "faults/doors.h"

#include "base/log.h"
#include "faults/links.h"
#include "net/door.h"

#include <pthread.h>
#include <stdlib.h>

struct doors {
    pthread_mutex_t lock;
    struct faults *faults;
    struct net_door *list[DOORS_MAX];
    size_t count;
    struct mark *mark; /* of the rule by which doors are shut; NULL: none */
    bool shut[DOORS_MAX];
};

enum status
doors_new(struct faults *faults, struct doors **out)
{
    struct doors *doors = calloc(1, sizeof(*doors));
    if (doors == NULL || pthread_mutex_init(&doors->lock, NULL) != 0) {
        free(doors);
        return STATUS_NO_MEMORY;
    }
    doors->faults = faults;
    *out = doors;
    return STATUS_OK;
}

void
doors_free(struct doors *doors)
{
    if (doors == NULL)
        return;
    (void)pthread_mutex_destroy(&doors->lock);
    free(doors);
}

void
doors_add(struct doors *doors, struct net_door *door)
{
    (void)pthread_mutex_lock(&doors->lock);
    if (door != NULL && doors->count < DOORS_MAX)
        doors->list[doors->count++] = door;
    (void)pthread_mutex_unlock(&doors->lock);
}

static bool
is_refusal(const struct fault_rule *rule)
{
    const struct action *action = rule->actions[0];
    return action->kind == ACTION_REFUSE_CONNECTIONS;
}

/* Whether the rule's time is now. */
static bool
is_now(const struct fault_rule *rule, int64_t now_ms)
{
    int64_t age_ms = now_ms - rule->armed_ms;
    const struct fault_schedule *schedule = &rule->schedule;
    return !rule->withdrawn && !fault_rule_is_over(rule, now_ms) &&
           age_ms >= schedule->from_ms &&
           (schedule->until_ms < 0 || age_ms < schedule->until_ms);
}

struct search {
    int64_t now_ms;
    bool any, fresh; /* a rule of the kind; one whose time has come */
};

static void
look_at_rule(void *context, const struct fault_rule *rule)
{
    struct search *search = context;
    if (!is_refusal(rule) || fault_rule_is_over(rule, search->now_ms))
        return;
    search->any = true;
    search->fresh |= rule->fired == 0 && is_now(rule, search->now_ms);
}

static void
set(struct doors *doors, size_t i, bool shut)
{
    if (doors->shut[i] == shut)
        return;
    enum status st = net_door_refuse(doors->list[i], shut);
    if (st == STATUS_OK)
        doors->shut[i] = shut;
    else
        log_event(LOG_WARN, "door neither opened nor shut",
            log_text("reason", status_text(st)));
}

static void
open_all(struct doors *doors)
{
    for (size_t i = 0; i < doors->count; i++)
        set(doors, i, false);
    if (doors->mark != NULL)
        mark_end(doors->mark, "refused");
    doors->mark = NULL;
}

/* Whether the rule that fired is for this door. */
static bool
is_meant(const struct doors *doors, size_t i)
{
    int64_t wanted = match_port(doors->mark->decision.rule->match);
    return wanted < 0 || wanted == links_port(net_door_address(doors->list[i]));
}

/* Shuts the doors that a rule is for, if it fires. */
static void
shut_some(struct doors *doors)
{
    for (size_t i = 0; i < doors->count; i++) {
        const struct match_facts known = {
            .stage = MATCH_REFUSE,
            .port = links_port(net_door_address(doors->list[i])),
        };
        if (doors->mark == NULL)
            doors->mark =
                faults_ask(doors->faults, &known, (struct span){ NULL, 0 });
        if (doors->mark != NULL)
            set(doors, i, is_meant(doors, i));
    }
}

/* While rules are paused the doors of one that has fired stand open. */
static void
keep(struct doors *doors)
{
    bool paused = fault_decision_is_paused(&doors->mark->decision);
    for (size_t i = 0; i < doors->count; i++)
        set(doors, i, !paused && is_meant(doors, i));
}

bool
doors_look(struct doors *doors)
{
    struct clock clock = clock_monotonic();
    struct search search = { .now_ms = clock_ms(&clock) };
    (void)pthread_mutex_lock(&doors->lock);
    fault_table_visit(doors->faults->table, look_at_rule, &search);
    if (doors->mark != NULL &&
        !is_now(doors->mark->decision.rule, search.now_ms))
        open_all(doors);
    else if (doors->mark != NULL)
        keep(doors);
    if (doors->mark == NULL && search.fresh)
        shut_some(doors);
    bool again = search.any || doors->mark != NULL;
    (void)pthread_mutex_unlock(&doors->lock);
    return again;
}

void
doors_leave(struct doors *doors)
{
    (void)pthread_mutex_lock(&doors->lock);
    open_all(doors);
    doors->count = 0;
    (void)pthread_mutex_unlock(&doors->lock);
}
