/* SPDX-License-Identifier: Apache-2.0 */
#include "proxy/kind.h"

#include "proxy/kind_internal.h"

#define MEMBERS(...)                                                           \
    (const char *const[])                                                      \
    {                                                                          \
        "kind", __VA_ARGS__, NULL                                              \
    }
#define NO_MEMBERS                                                             \
    (const char *const[])                                                      \
    {                                                                          \
        "kind", NULL                                                           \
    }

static const struct kind kinds[] = {
    { "delay", "waits before the plugin is asked", KIND_CALL, EFFECT_DELAY,
        STRIKE_NONE, MEMBERS(LATENCY_MEMBERS) },
    { "hang", "is never answered, until the caller leaves or it is healed",
        KIND_CALL, EFFECT_HANG, STRIKE_NONE, NO_MEMBERS },
    { "fail", "this code and message, and the plugin is not asked", KIND_CALL,
        EFFECT_FAIL, STRIKE_NONE, MEMBERS("code", "message") },
    { "key-id", "another key_id, in answers to Status and Encrypt", KIND_ANSWER,
        EFFECT_KEY_ID, STRIKE_NONE, MEMBERS("value", "length") },
    { "healthz", "another health text, in answers to Status", KIND_ANSWER,
        EFFECT_HEALTHZ, STRIKE_NONE, MEMBERS("value", "length") },
    { "version", "another version, in answers to Status and Version",
        KIND_ANSWER, EFFECT_VERSION, STRIKE_NONE, MEMBERS("value", "length") },
    { "annotations", "more annotations, in answers to Encrypt", KIND_ANSWER,
        EFFECT_ANNOTATIONS, STRIKE_NONE, MEMBERS("set", "length", "invalid") },
    { "ciphertext", "other ciphertext, in answers to Encrypt", KIND_ANSWER,
        EFFECT_CIPHERTEXT, STRIKE_NONE, MEMBERS("change", "length", "value") },
    { "plaintext", "other plaintext, in answers to Decrypt", KIND_ANSWER,
        EFFECT_PLAINTEXT, STRIKE_NONE, MEMBERS("change", "length", "value") },
    { "empty", "an answer without fields", KIND_ANSWER, EFFECT_EMPTY,
        STRIKE_NONE, NO_MEMBERS },
    { "oversize", "an answer over 4 MiB", KIND_ANSWER, EFFECT_OVERSIZE,
        STRIKE_NONE, MEMBERS("length") },
    { "goaway", "the client is told to go elsewhere", KIND_FRAMES, EFFECT_NONE,
        STRIKE_GOAWAY, MEMBERS("at", "code", "last_stream", "message") },
    { "rst-stream", "the call's stream is reset", KIND_FRAMES, EFFECT_NONE,
        STRIKE_RST_STREAM, MEMBERS("at", "code") },
    { "half-open", "the plugin's side falls silent, the connection stays",
        KIND_FRAMES, EFFECT_NONE, STRIKE_HALF_OPEN, MEMBERS("at", "for") },
    { "delay-frames", "what comes from the plugin waits", KIND_FRAMES,
        EFFECT_NONE, STRIKE_DELAY_FRAMES, MEMBERS("at", LATENCY_MEMBERS) },
    { "torn-frame", "half of a frame, then the end", KIND_FRAMES, EFFECT_NONE,
        STRIKE_TORN_FRAME, NO_MEMBERS },
    { "garbage", "bytes that are no frame", KIND_FRAMES, EFFECT_NONE,
        STRIKE_GARBAGE, MEMBERS("at", "length") },
    { "close", "the connection is closed", KIND_FRAMES, EFFECT_NONE,
        STRIKE_CLOSE, MEMBERS("at") },
    { "reset", "the connection is reset", KIND_FRAMES, EFFECT_NONE,
        STRIKE_RESET, NO_MEMBERS },
    { "no-trailers", "the stream ends without trailers", KIND_FRAMES,
        EFFECT_NONE, STRIKE_NO_TRAILERS, NO_MEMBERS },
    { "more-trailers", "the trailers come twice", KIND_FRAMES, EFFECT_NONE,
        STRIKE_MORE_TRAILERS, NO_MEMBERS },
    { "drop", "the connection is accepted and not served", KIND_CONNECTION,
        EFFECT_NONE, STRIKE_DROP, MEMBERS("for") },
};

static const struct kind *
find_kind(struct span name)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (span_equal_text(name, kinds[i].name))
            return &kinds[i];
    return NULL;
}

void
kind_action_reset(struct kind_action *action)
{
    effect_reset(&action->effect);
    strike_reset(&action->strike);
    action->kind = NULL;
}

enum status
kind_read(const struct fault_place *place, const struct json *object,
    struct kind_action *out)
{
    struct span name = json_get_string(json_member(object, "kind"));
    struct kind_action action = { .kind = find_kind(name) };
    struct params params = { .object = object, .place = *place };
    size_t count = 0;

    if (action.kind == NULL)
        return fault_refuse(
            place, "do: there is no kind '%.*s' here", SPAN_ARG(name));
    while (action.kind->members[count] != NULL)
        count++;
    params.status = fault_fields(place, object, action.kind->members, count);
    action.effect.kind = action.kind->effect;
    action.strike.kind = action.kind->strike;
    if (params.status == STATUS_OK && kind_is_of_calls(action.kind))
        kind_read_effect(&params, &action);
    else if (params.status == STATUS_OK)
        kind_read_strike(&params, &action);
    if (params.status == STATUS_OK)
        *out = action;
    else
        kind_action_reset(&action);
    return params.status;
}

/* ---- what it does this time -----------------------------------------------
 */

enum status
kind_effect(const struct kind_action *action, const struct fault_draw *draw,
    struct effect *out)
{
    const struct effect *from = &action->effect;
    struct effect made = { .kind = from->kind,
        .wait_ms = from->wait_ms,
        .code = from->code,
        .length = from->length,
        .change = from->change };
    enum status status = buf_set(&made.text, buf_span(&from->text));

    if (action->has_latency)
        made.wait_ms = latency_draw(&action->latency, draw);
    if (status == STATUS_OK)
        status = byte_map_copy(&made.annotations, &from->annotations);
    if (status == STATUS_OK)
        *out = made;
    else
        effect_reset(&made);
    return status;
}

/*
 * Bytes that a seed repeats. The first are the head of a SETTINGS frame of an
 * impossible length: after other bytes a client might just wait for the rest
 * of what they seem to begin.
 */
static enum status
fill_garbage(struct buf *bytes, size_t length, uint64_t seed)
{
    static const uint8_t head[] = { 0xff, 0xff, 0xff, 4, 0, 0xff, 0xff, 0xff,
        0xff };
    enum status status =
        buf_append(bytes, span_first(span_of(head, sizeof(head)), length));

    while (status == STATUS_OK && bytes->len < length) {
        seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407U;
        status = buf_append_byte(bytes, (uint8_t)(seed >> 56));
    }
    return status;
}

enum status
kind_strike(const struct kind_action *action, const struct fault_draw *draw,
    struct strike *out)
{
    const struct strike *from = &action->strike;
    struct strike made = *from;
    enum status status;

    made.bytes = (struct buf){ .len = 0 };
    if (action->has_latency)
        made.wait_ms = latency_draw(&action->latency, draw);
    if (from->kind == STRIKE_GARBAGE)
        status = fill_garbage(&made.bytes, action->effect.length,
            (uint64_t)(9007199254740992.0 * fault_draw_unit(draw, 1)));
    else
        status = buf_set(&made.bytes, buf_span(&from->bytes));
    if (status == STATUS_OK)
        *out = made;
    else
        strike_reset(&made);
    return status;
}

void
kind_write_all(struct json_writer *writer)
{
    static const char *const stages[] = { [KIND_CALL] = "call",
        [KIND_ANSWER] = "answer",
        [KIND_FRAMES] = "frames",
        [KIND_CONNECTION] = "connection" };

    json_write_array_begin(writer);
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        json_write_object_begin(writer);
        json_write_key_text(writer, "kind", kinds[i].name);
        json_write_key_text(writer, "stage", stages[kinds[i].stage]);
        json_write_key_text(writer, "about", kinds[i].about);
        json_write_key(writer, "parameters");
        json_write_array_begin(writer);
        for (size_t j = 1; kinds[i].members[j] != NULL; j++) {
            json_write_object_begin(writer);
            json_write_key_text(writer, "name", kinds[i].members[j]);
            json_write_object_end(writer);
        }
        json_write_array_end(writer);
        json_write_object_end(writer);
    }
    json_write_array_end(writer);
}
