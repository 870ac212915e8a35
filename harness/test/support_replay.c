/* SPDX-License-Identifier: Apache-2.0 */
#include "support_replay.h"

#include "model/model_list.h"
#include "test/check.h"

#include <stdio.h>
#include <string.h>

enum { SECOND = SUPPORT_MODEL_SECOND, DELETABLE = 200, NAME_MAX_LEN = 32 };
/* As ci/outage/observe has it; and pauses may be longer than chance gave them.
 */
enum { COLD_MS = 25 * SECOND, LATER_MS = 60 * SECOND };

static const struct lane {
    const char *name;
    int64_t every_ms;
    bool health;
} lanes[REPLAY_LANES] = {
    { "readyz", SECOND, true },
    { "healthz", SECOND, true },
    { "livez", SECOND, true },
    { "create", SECOND, false },
    { "read", SECOND, false },
    { "replace", 2 * SECOND, false },
    { "delete", 2 * SECOND, false },
    { "list", 2 * SECOND, false },
};

void
support_replay_reset(struct replay *replay)
{
    buf_reset(&replay->cold);
}

static void
read_real_lanes(struct replay *r)
{
    const struct json *steps = json_member(r->journal, "steps");
    for (size_t i = 0; i < json_count(steps); i++) {
        const struct json *step = json_at(steps, i);
        struct span actor = json_get_string(json_member(step, "actor"));
        for (size_t k = 0; k < REPLAY_LANES; k++)
            if (span_equal_text(actor, lanes[k].name))
                replay_lane_add(&r->real_lanes[k],
                    json_get_int(json_member(step, "at_ms")),
                    json_get_string(json_member(step, "got")));
    }
}

/* ---- what the plugin does ------------------------------------------------ */

static enum grpc_code
code_of(const struct json *script, const char *member)
{
    return json_member(script, member) == NULL ? GRPC_CODE_OK
                                               : GRPC_CODE_UNAVAILABLE;
}

/* The script of ci/outage/scripted-plugin. */
static void
follow_script(struct fake_kms *fake, const struct json *script)
{
    const struct json *key_id = json_member(script, "key_id");
    const struct json *other = json_member(script, "encrypt_key_id");
    fake->status_code = code_of(script, "status");
    fake->encrypt_code = code_of(script, "encrypt");
    fake->decrypt_code = code_of(script, "decrypt");
    if (json_get_number(json_member(script, "status_delay_s")) > 3)
        fake->status_code = GRPC_CODE_DEADLINE_EXCEEDED;
    fake->key_id =
        key_id == NULL ? "key-1" : (const char *)json_get_string(key_id).ptr;
    fake->encrypt_key_id =
        other == NULL ? NULL : (const char *)json_get_string(other).ptr;
}

/* What Status said at that time to the client that asked beside
 * kube-apiserver: KMS v1 has none, and a script says more itself. */
static void
follow_status(struct replay *r, int64_t now_ms)
{
    const struct json *steps = json_member(r->journal, "steps");
    struct fake_kms *fake = &r->model->fake;
    for (size_t i = 0; i < json_count(steps); i++) {
        const struct json *step = json_at(steps, i);
        struct span got = json_get_string(json_member(step, "got"));
        if (!span_equal_text(
                json_get_string(json_member(step, "actor")), "status") ||
            json_get_int(json_member(step, "at_ms")) > now_ms)
            continue;
        bool healthz = span_starts_with(got, SPAN_LITERAL("500 healthz"));
        fake->healthz = healthz ? "KMS cannot be reached" : NULL;
        fake->status_code = healthz || span_equal_text(got, "200")
                                ? GRPC_CODE_OK
                                : GRPC_CODE_UNAVAILABLE;
    }
}

static void
restart(struct replay *r)
{
    bool v1 = span_equal_text(
        json_get_string(json_member(json_member(r->journal, "cluster"), "kms")),
        "v1");
    support_model_start(r->model, v1 ? SUPPORT_MODEL_V1 SUPPORT_MODEL_IDENTITY
                                     : SUPPORT_MODEL_V2 SUPPORT_MODEL_IDENTITY);
}

static void
store_cold(struct replay *r, bool there)
{
    const struct span key = SPAN_LITERAL("/registry/secrets/default/cold");
    int64_t revision = 0;
    if (kv_get(r->model->kv, key, NULL, &revision) == STATUS_OK)
        assert_ok(kv_delete(r->model->kv, key, revision));
    if (there)
        assert_ok(kv_put(r->model->kv, key, buf_span(&r->cold), 0, NULL));
}

/* The model's last answer as a journal has it: "500: what it said". */
static struct buf
answer_of_model(const struct replay *r, unsigned code)
{
    struct buf got = { 0 };
    assert_ok(
        buf_printf(&got, "%u: %s", code, buf_text(&r->model->answer.message)));
    return got;
}

static void
read_cold(struct replay *r, const struct json *step)
{
    char real[32], model[32];
    struct span got = json_get_string(json_member(step, "got"));
    assert_true(replay_lane_class(false, got, real));
    store_cold(r, true);
    struct buf answer = answer_of_model(r, support_model_get(r->model, "cold"));
    assert_true(replay_lane_class(false, buf_span(&answer), model));
    buf_reset(&answer);
    r->cold_until_ms = json_get_int(json_member(step, "at_ms")) + COLD_MS;
    assert_string_equal(model, real);
}

/* What the plugin was told at that step: it stands in the rule. */
static const struct json *
script_of(const struct replay *r, const struct json *step)
{
    const struct json *fault = json_at(json_member(r->journal, "faults"), 0);
    const struct json *rule = json_member(fault, "rule");
    bool during = json_get_int(json_member(step, "at_ms")) <
                  json_get_int(json_member(fault, "to_ms"));
    const struct json *done = json_member(rule, during ? "begin" : "heal");
    for (size_t i = 0; i < json_count(done); i++) {
        const struct json *what = json_at(json_at(done, i), 0);
        if (span_equal_text(json_get_string(what), "script"))
            return json_at(json_at(done, i), 1);
    }
    fail_msg("the fault's rule has no script");
    return NULL;
}

static void
act(struct replay *r, const struct json *step)
{
    struct span what = json_get_string(json_member(step, "do"));
    struct fake_kms *fake = &r->model->fake;
    if (span_equal_text(what, "restart-apiserver"))
        restart(r);
    else if (span_equal_text(what, "read-cold"))
        read_cold(r, step);
    else if (span_equal_text(what, "script"))
        follow_script(fake, script_of(r, step));
    else if (span_equal_text(what, "kill-plugin"))
        r->model->socket_gone = true;
    else if (span_equal_text(what, "start-plugin"))
        r->model->socket_gone = false;
    else if (span_equal_text(what, "start-emulator") ||
             span_equal_text(what, "resume-plugin"))
        fake->encrypt_code = fake->decrypt_code = GRPC_CODE_OK;
    else
        fake->encrypt_code = fake->decrypt_code = GRPC_CODE_UNAVAILABLE;
}

static bool
is_scripted(const struct replay *r)
{
    const struct json *plugin = json_member(r->journal, "plugin");
    return span_equal_text(
        json_get_string(json_member(plugin, "name")), "command");
}

/* Does what the recorded main actor had done by now. */
static void
act_until(struct replay *r, int64_t now_ms)
{
    const struct json *steps = json_member(r->journal, "steps");
    if (!is_scripted(r))
        follow_status(r, now_ms);
    for (; r->next_step < json_count(steps); r->next_step++) {
        const struct json *step = json_at(steps, r->next_step);
        if (json_get_int(json_member(step, "at_ms")) > now_ms)
            break;
        if (span_equal_text(
                json_get_string(json_member(step, "actor")), "main"))
            act(r, step);
    }
}

/* ---- what the clients ask ------------------------------------------------ */
static enum status
skip_object(void *context, struct span etcd_key, struct span bytes)
{
    (void)context, (void)etcd_key, (void)bytes;
    return STATUS_OK;
}

static unsigned
list(struct replay *r)
{
    struct model_answer *answer = &r->model->answer;
    assert_ok(model_list(
        r->model->model, "secrets", "default", skip_object, NULL, answer));
    return answer->code;
}

static unsigned
ask(struct replay *r, const struct lane *lane)
{
    char name[NAME_MAX_LEN];
    bool rewritten;
    if (lane->health) {
        (void)snprintf(name, sizeof(name), "/%s", lane->name);
        return support_model_health(r->model, name);
    }
    if (strcmp(lane->name, "list") == 0)
        return list(r);
    if (strcmp(lane->name, "read") == 0)
        return support_model_get(r->model, "read");
    if (strcmp(lane->name, "replace") == 0)
        return support_model_put_back(r->model, "replaced", &rewritten);
    if (strcmp(lane->name, "create") == 0) {
        (void)snprintf(name, sizeof(name), "w-%u", r->created++);
        return support_model_create(r->model, name);
    }
    (void)snprintf(name, sizeof(name), "d-%u", r->deleted);
    unsigned code = support_model_delete(r->model, name);
    r->deleted += code == 200;
    return code;
}

static void
ask_all(struct replay *r, int64_t now_ms)
{
    for (size_t i = 0; i < REPLAY_LANES; i++) {
        if (now_ms % lanes[i].every_ms != 0)
            continue;
        struct buf got = answer_of_model(r, ask(r, &lanes[i]));
        replay_lane_add(&r->model_lanes[i], now_ms, buf_span(&got));
        buf_reset(&got);
    }
}

/* As ci/outage/observe does before its clock starts. */
static void
set_up(struct replay *r)
{
    char name[NAME_MAX_LEN];
    restart(r);
    assert_int_equal(support_model_create(r->model, "cold"), 201);
    assert_ok(kv_get(r->model->kv,
        SPAN_LITERAL("/registry/secrets/default/cold"), &r->cold, NULL));
    store_cold(r, false);
    restart(r);
    assert_int_equal(support_model_create(r->model, "read"), 201);
    assert_int_equal(support_model_create(r->model, "replaced"), 201);
    for (int i = 0; i < DELETABLE; i++) {
        (void)snprintf(name, sizeof(name), "d-%d", i);
        assert_int_equal(support_model_create(r->model, name), 201);
    }
}

void
support_replay_run(struct replay *r)
{
    int64_t end_ms =
        json_get_int(json_member(r->journal, "duration_ms")) + LATER_MS;
    for (size_t i = 0; i < REPLAY_LANES; i++) {
        r->model_lanes[i].name = r->real_lanes[i].name = lanes[i].name;
        r->model_lanes[i].health = r->real_lanes[i].health = lanes[i].health;
    }
    read_real_lanes(r);
    set_up(r);
    for (int64_t now_ms = 0; now_ms < end_ms; now_ms += SECOND) {
        act_until(r, now_ms);
        if (now_ms >= r->cold_until_ms)
            store_cold(r, false);
        ask_all(r, now_ms);
        model_advance(r->model->model, SECOND);
    }
}
