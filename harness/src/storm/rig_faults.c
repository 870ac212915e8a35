/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"
#include "havoc/stall.h"
#include "http/http.h"
#include "storm/rig_internal.h"

/* A request to the emulator's admin listener. */
static enum status
ask_admin(struct rig *rig, const char *method, const char *path,
    struct span body, struct http_answer *answer, struct buf *problem)
{
    struct buf url = { 0 };
    enum status st =
        buf_printf(&url, "%s/faults%s", emulator_admin(rig->emulator), path);
    const struct http_header json = { "Content-Type",
        SPAN_LITERAL("application/json") };
    const struct http_request request = { .method = method,
        .url = buf_text(&url),
        .headers = &json,
        .header_count = body.len > 0,
        .body = body };
    if (st == STATUS_OK)
        st = http_send(&request, answer, problem);
    if (st == STATUS_OK && answer->status >= 300) {
        buf_say(problem, "%s %s: %u %.*s", method, buf_text(&url),
            answer->status, SPAN_ARG(buf_span(&answer->body)));
        st = STATUS_INVALID;
    }
    buf_reset(&url);
    return st;
}

static enum status
arm_kms(struct rig *rig, const struct plan_fault *fault, struct buf *problem)
{
    struct http_answer answer = { 0 };
    struct buf body = { 0 };
    enum status st = buf_printf(&body, "{\"seed\":%lld,\"rules\":[%s]}",
        (long long)rig->seed, buf_text(&fault->rule));
    if (st == STATUS_OK)
        st = ask_admin(rig, "POST", "", buf_span(&body), &answer, problem);
    http_answer_reset(&answer);
    buf_reset(&body);
    return st;
}

static enum status
arm_process(
    struct rig *rig, const struct plan_fault *fault, struct buf *problem)
{
    enum status st = STATUS_OK;
    if (rig->plugin == NULL) {
        buf_say(problem, "%s: the plugin is down already", fault->name);
        return STATUS_CONFLICT;
    }
    switch (fault->harm) {
    case PLAN_KILL_PLUGIN:
        (void)process_kill(plugin_process(rig->plugin));
        plugin_free(rig->plugin);
        rig->plugin = NULL;
        break;
    case PLAN_PAUSE_PLUGIN:
        st = stall_begin(plugin_process(rig->plugin));
        break;
    case PLAN_PAUSE_EMULATOR:
        st = stall_begin(emulator_process(rig->emulator));
        break;
    }
    if (st != STATUS_OK)
        buf_say(problem, "%s: %s", fault->name, status_text(st));
    return st;
}

enum status
rig_arm(struct rig *rig, const struct plan_fault *fault, struct buf *problem)
{
    switch (fault->place) {
    case PLAN_KMS:
        return arm_kms(rig, fault, problem);
    case PLAN_PLUGIN:
        return proxy_arm(rig->proxy, buf_span(&fault->rule), problem);
    case PLAN_PROCESS:
        return arm_process(rig, fault, problem);
    }
    return STATUS_INTERNAL;
}

/* The counts of one rule in what GET /faults answers. */
static void
find_counts(
    const struct json *root, const char *name, struct rig_counts *counts)
{
    const struct json *rules = json_member(root, "rules");
    for (size_t i = 0; i < json_count(rules); i++) {
        const struct json *rule = json_at(rules, i);
        const struct json *observed = json_member(rule, "observed");
        if (!span_equal_text(json_get_string(json_member(rule, "name")), name))
            continue;
        counts->matched = json_get_int(json_member(rule, "matched"));
        counts->fired = json_get_int(json_member(rule, "fired"));
        counts->observed = 0;
        for (void *it = json_first(observed); it != NULL;
             it = json_next(observed, it))
            counts->observed += json_get_int(json_iterator_value(it));
    }
}

static enum status
read_counts(struct span text, const char *name, struct rig_counts *counts,
    struct buf *problem)
{
    struct json_doc *doc = NULL;
    enum status st = json_parse(text, &doc, NULL);
    if (st == STATUS_OK)
        find_counts(json_root(doc), name, counts);
    else
        buf_say(problem, "%s: its counts are no JSON", name);
    json_doc_free(doc);
    return st;
}

static enum status
disarm_kms(struct rig *rig, const struct plan_fault *fault,
    struct rig_counts *counts, struct buf *problem)
{
    struct http_answer answer = { 0 };
    struct buf path = { 0 };
    const struct span none = { NULL, 0 };
    enum status st = ask_admin(rig, "GET", "", none, &answer, problem);
    if (st == STATUS_OK)
        st = read_counts(buf_span(&answer.body), fault->name, counts, problem);
    if (st == STATUS_OK)
        st = buf_printf(&path, "/%s", fault->name);
    if (st == STATUS_OK)
        st = ask_admin(rig, "DELETE", buf_text(&path), none, &answer, problem);
    http_answer_reset(&answer);
    buf_reset(&path);
    return st;
}

static enum status
disarm_plugin(struct rig *rig, const struct plan_fault *fault,
    struct rig_counts *counts, struct buf *problem)
{
    struct buf rules = { 0 };
    enum status st = proxy_rules(rig->proxy, &rules);
    if (st == STATUS_OK)
        st = read_counts(buf_span(&rules), fault->name, counts, problem);
    if (st == STATUS_OK)
        st = proxy_disarm(rig->proxy, fault->name);
    if (st != STATUS_OK && problem->len == 0)
        buf_say(problem, "%s: %s", fault->name, status_text(st));
    buf_reset(&rules);
    return st;
}

static enum status
disarm_process(struct rig *rig, const struct plan_fault *fault,
    struct rig_counts *counts, struct buf *problem)
{
    enum status st = STATUS_OK;
    *counts = (struct rig_counts){ 1, 1, 1 };
    switch (fault->harm) {
    case PLAN_KILL_PLUGIN:
        st = rig_start_plugin(rig, problem);
        break;
    case PLAN_PAUSE_PLUGIN:
        stall_end(plugin_process(rig->plugin));
        break;
    case PLAN_PAUSE_EMULATOR:
        stall_end(emulator_process(rig->emulator));
        break;
    }
    return st;
}

enum status
rig_disarm(struct rig *rig, const struct plan_fault *fault,
    struct rig_counts *counts, struct buf *problem)
{
    switch (fault->place) {
    case PLAN_KMS:
        return disarm_kms(rig, fault, counts, problem);
    case PLAN_PLUGIN:
        return disarm_plugin(rig, fault, counts, problem);
    case PLAN_PROCESS:
        return disarm_process(rig, fault, counts, problem);
    }
    return STATUS_INTERNAL;
}

static enum status
add_count(struct span text, size_t *count)
{
    struct json_doc *doc = NULL;
    enum status st = json_parse(text, &doc, NULL);
    if (st == STATUS_OK)
        *count += json_count(json_member(json_root(doc), "rules"));
    json_doc_free(doc);
    return st;
}

enum status
rig_armed(struct rig *rig, size_t *count, struct buf *problem)
{
    struct http_answer answer = { 0 };
    struct buf rules = { 0 };
    size_t found = 0;
    enum status st =
        ask_admin(rig, "GET", "", (struct span){ NULL, 0 }, &answer, problem);
    if (st == STATUS_OK)
        st = add_count(buf_span(&answer.body), &found);
    if (st == STATUS_OK)
        st = proxy_rules(rig->proxy, &rules);
    if (st == STATUS_OK)
        st = add_count(buf_span(&rules), &found);
    if (st == STATUS_OK)
        *count = found;
    http_answer_reset(&answer);
    buf_reset(&rules);
    return st;
}
