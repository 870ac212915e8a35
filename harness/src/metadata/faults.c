/* SPDX-License-Identifier: Apache-2.0 */
#include "metadata/faults.h"

#include "base/clock.h"
#include "base/monitor.h"
#include "base/num.h"

#include <stdlib.h>

enum { FOR_EVER = -1, DELAY_MAX_MS = 3600 * 1000, TIMES_MAX = 1000000 };

static const char *const endpoints[ENDPOINT_COUNT] = {
    [ENDPOINT_IMDS_TOKEN] = "imds-token",
    [ENDPOINT_IMDS_ROLE] = "imds-role",
    [ENDPOINT_IMDS_CREDENTIALS] = "imds-credentials",
    [ENDPOINT_IMDS_IDENTITY] = "imds-identity",
    [ENDPOINT_IMDS_REGION] = "imds-region",
    [ENDPOINT_CONTAINER] = "container",
    [ENDPOINT_SSO] = "sso",
    [ENDPOINT_OIDC] = "oidc",
};

static const struct {
    const char *name;
    int64_t min, max; /* of its number; 0: it has none */
} kinds[FAULT_COUNT] = {
    [FAULT_HANG] = { "hang", 0, 0 },
    [FAULT_DELAY] = { "delay", 1, DELAY_MAX_MS },
    [FAULT_STATUS] = { "status", 200, 599 },
    [FAULT_TORN] = { "torn", 0, 0 },
    [FAULT_TYPE] = { "type", 0, 0 },
    [FAULT_GARBAGE] = { "garbage", 0, 0 },
    [FAULT_EMPTY] = { "empty", 0, 0 },
};

struct rule {
    int64_t number; /* 0: there is none */
    int64_t times;  /* that are left, or FOR_EVER */
};

struct rules {
    struct rule of[ENDPOINT_COUNT][FAULT_COUNT];
};

struct faults {
    struct monitor monitor; /* guards what follows */
    bool released;
    struct rules rules;
    int64_t requests[ENDPOINT_COUNT];
};

const char *
endpoint_name(enum endpoint endpoint)
{
    return endpoints[endpoint];
}

enum status
faults_new(struct faults **out)
{
    struct faults *made = calloc(1, sizeof(*made));

    if (made == NULL)
        return STATUS_NO_MEMORY;
    enum status status = monitor_init(&made->monitor);
    if (status == STATUS_OK)
        *out = made;
    else
        free(made);
    return status;
}

void
faults_free(struct faults *faults)
{
    if (faults == NULL)
        return;
    monitor_reset(&faults->monitor);
    free(faults);
}

/* ---- the text ------------------------------------------------------------ */

/* "imds" means "imds-token", too. */
static bool
is_meant(struct span name, const char *endpoint)
{
    struct span full = span_text(endpoint), group, rest;

    if (span_equal(name, full))
        return true;
    return span_cut(full, '-', &group, &rest) && span_equal(name, group);
}

static enum status
put(struct rules *rules, struct span name, size_t kind, const struct rule *rule)
{
    enum status status = STATUS_INVALID;

    for (size_t i = 0; i < ENDPOINT_COUNT; i++) {
        if (!is_meant(name, endpoints[i]))
            continue;
        rules->of[i][kind] = *rule;
        status = STATUS_OK;
    }
    return status;
}

/* KIND, KIND=N, either with *TIMES behind it. */
static enum status
read_kind(struct span text, size_t *kind, struct rule *rule)
{
    struct span times, number = { NULL, 0 };
    bool counted = span_cut(text, '*', &text, &times);
    bool numbered = span_cut(text, '=', &text, &number);
    enum status status = STATUS_OK;
    size_t i = 0;

    *rule = (struct rule){ 1, FOR_EVER };
    while (i < FAULT_COUNT && !span_equal_text(text, kinds[i].name))
        i++;
    if (i == FAULT_COUNT || numbered != (kinds[i].max > 0))
        return STATUS_INVALID;
    *kind = i;
    if (numbered)
        status = num_parse(number, kinds[i].min, kinds[i].max, &rule->number);
    if (counted && status == STATUS_OK)
        status = num_parse(times, 1, TIMES_MAX, &rule->times);
    return status;
}

static enum status
read_item(struct span item, struct rules *rules)
{
    struct span name, text;
    struct rule rule;
    size_t kind = 0;

    if (!span_cut(item, ':', &name, &text))
        return STATUS_INVALID;
    enum status status = read_kind(text, &kind, &rule);
    return status == STATUS_OK ? put(rules, name, kind, &rule) : STATUS_INVALID;
}

enum status
faults_set(struct faults *faults, struct span text, struct buf *problem)
{
    struct rules rules = { 0 };

    while (text.len > 0) {
        struct span item = text, rest = { NULL, 0 };

        (void)span_cut(text, ',', &item, &rest);
        if (read_item(item, &rules) != STATUS_OK) {
            buf_say(problem,
                "'%.*s' is no misbehaviour: it must be ENDPOINT:KIND",
                SPAN_ARG(item));
            return STATUS_INVALID;
        }
        text = rest;
    }
    monitor_lock(&faults->monitor);
    faults->rules = rules;
    monitor_unlock(&faults->monitor);
    return STATUS_OK;
}

/* ---- requests ------------------------------------------------------------ */

struct fault_set
faults_next(struct faults *faults, enum endpoint endpoint)
{
    struct fault_set set = { { 0 } };

    monitor_lock(&faults->monitor);
    faults->requests[endpoint]++;
    for (size_t i = 0; i < FAULT_COUNT; i++) {
        struct rule *rule = &faults->rules.of[endpoint][i];

        if (rule->times == 0)
            continue;
        set.numbers[i] = rule->number;
        if (rule->times > 0)
            rule->times--;
    }
    monitor_unlock(&faults->monitor);
    return set;
}

int64_t
faults_requests(struct faults *faults, enum endpoint endpoint)
{
    int64_t count;

    monitor_lock(&faults->monitor);
    count = faults->requests[endpoint];
    monitor_unlock(&faults->monitor);
    return count;
}

void
faults_wait(struct faults *faults, int64_t ms)
{
    struct clock clock = clock_monotonic();
    int64_t until_ms = clock_ms(&clock) + ms;

    monitor_lock(&faults->monitor);
    while (!faults->released && monitor_wait(&faults->monitor, until_ms))
        continue;
    monitor_unlock(&faults->monitor);
}

void
faults_release(struct faults *faults)
{
    monitor_lock(&faults->monitor);
    faults->released = true;
    monitor_signal(&faults->monitor);
    monitor_unlock(&faults->monitor);
}
