/* SPDX-License-Identifier: Apache-2.0 */
#include "play/engine.h"

static const struct {
    const char *name;
    const char *path;
} health[] = {
    [PROBE_READYZ] = { "readyz", "/readyz" },
    [PROBE_HEALTHZ] = { "healthz", "/healthz" },
    [PROBE_LIVEZ] = { "livez", "/livez" },
};

enum status
engine_health(struct engine *engine, size_t server, const char *path,
    const char **value, struct buf *words)
{
    const struct cluster *cluster = &engine->clusters[server];
    struct cluster_answer answer = { 0 };
    enum status st = cluster->table->get(cluster->context, path, &answer);

    if (st == STATUS_OK) {
        *value = answer.code == 200 ? "ok"
                 : answer.code == 0 ? "unreachable"
                                    : "failed";
        buf_take(words, &answer.words);
    }
    if (st == STATUS_OK && answer.code != 200)
        engine_fault_seen(engine);
    cluster_answer_reset(&answer);
    return st;
}

void
engine_status_reset(struct engine_status *status)
{
    buf_reset(&status->words);
    buf_reset(&status->key_id);
}

static void
status_v1(
    struct rpc_channel *channel, int64_t timeout_ms, struct engine_status *out)
{
    struct kms_service_v1 v1 = rpc_kms_v1(channel);
    struct kms_v1_version version = { 0 };
    struct grpc_error error = { 0 };
    enum status st = v1.version(v1.context, timeout_ms, &version, &error);

    out->value = st == STATUS_OK ? "ok" : grpc_error_code_name(error.code);
    buf_take(&out->words, st == STATUS_OK ? &version.version : &error.message);
    kms_v1_version_reset(&version);
    grpc_error_reset(&error);
}

static void
ask_status(struct engine *engine, size_t server, struct engine_status *out)
{
    int64_t timeout_ms = engine->scenario->timeout_ms / engine->scenario->scale;
    struct kms_service_v2 v2 = rpc_kms_v2(engine->channels[server]);
    struct kms_v2_status status = { 0 };
    struct grpc_error error = { 0 };

    if (engine->scenario->kms_v1) {
        status_v1(engine->channels[server], timeout_ms, out);
        return;
    }
    enum status st = v2.status(v2.context, timeout_ms, &status, &error);
    if (st != STATUS_OK) {
        out->value = grpc_error_code_name(error.code);
        buf_take(&out->words, &error.message);
    } else {
        out->value = span_equal_text(buf_span(&status.healthz), "ok")
                         ? "ok"
                         : "unhealthy";
        buf_take(&out->words, &status.healthz);
        buf_take(&out->key_id, &status.key_id);
    }
    kms_v2_status_reset(&status);
    grpc_error_reset(&error);
}

void
engine_status(struct engine *engine, size_t server, struct engine_status *out)
{
    ask_status(engine, server, out);
    if (strcmp(out->value, "ok") != 0)
        engine_fault_seen(engine);
}

static void
note(struct engine *engine, enum engine_probe probe, const char *name,
    const char *value, struct span detail)
{
    enum { DETAIL_MAX = 300 };

    if (engine->probed[probe] != NULL &&
        strcmp(engine->probed[probe], value) == 0)
        return;
    engine->probed[probe] = value;
    struct json_writer w = journal_item(&engine->journal, JOURNAL_STATES);
    json_write_key_int(&w, "at_ms", engine_now(engine));
    json_write_key_text(&w, "probe", name);
    json_write_key_text(&w, "value", value);
    json_write_key_string(
        &w, "detail", span_first(span_trim(detail), DETAIL_MAX));
    journal_item_end(&engine->journal, &w);
}

/* When the cluster first showed a fault, and when it was well again. */
static void
measure(struct engine *engine)
{
    bool ready = strcmp(engine->probed[PROBE_READYZ], "ok") == 0;
    int64_t now_ms = engine_now(engine);

    if (!ready && engine->first_fault_ms >= 0 && engine->detected_ms < 0)
        engine->detected_ms = now_ms - engine->first_fault_ms;
    if (ready && engine->last_heal_ms >= 0 && engine->recovered_ms < 0 &&
        !engine_faulty(engine))
        engine->recovered_ms = now_ms - engine->last_heal_ms;
}

static enum status
probe_apiserver(struct engine *engine)
{
    enum status st = STATUS_OK;

    for (enum engine_probe i = 0; i <= PROBE_LIVEZ && st == STATUS_OK; i++) {
        struct buf words = { 0 };
        const char *value = "";

        st = engine_health(engine, 0, health[i].path, &value, &words);
        if (st == STATUS_OK)
            note(engine, i, health[i].name, value, buf_span(&words));
        buf_reset(&words);
    }
    return st;
}

enum status
engine_probe(struct engine *engine)
{
    struct engine_status status = { 0 };
    struct buf body = { 0 };
    enum status st = probe_apiserver(engine);

    if (st != STATUS_OK)
        return st;
    measure(engine);
    if (stage_running(engine->stage, STAGE_PLUGIN) &&
        !stage_paused(engine->stage, STAGE_PLUGIN))
        engine_status(engine, 0, &status);
    else
        engine_fault_seen(engine); /* there is nobody to ask */
    note(engine, PROBE_STATUS, "status",
        status.value == NULL              ? "unreachable"
        : strcmp(status.value, "ok") == 0 ? "ok"
                                          : "failed",
        buf_span(&status.words));
    engine_status_reset(&status);
    buf_reset(&body);
    return st;
}
