/* SPDX-License-Identifier: Apache-2.0 */
#include "proxy/kind_internal.h"

#include "base/encode.h"
#include "k8s/grpc_error.h"

#include <ctype.h>

enum {
    LENGTH_MAX = 32 * 1024 * 1024,
    CODES = GRPC_CODE_UNAUTHENTICATED + 1,
    /* One byte over what kube-apiserver takes (k8s-semantics 1.5, 1.13). */
    KEY_ID_TOO_LONG = 1025,
    CIPHERTEXT_TOO_LONG = 1025,
    ANNOTATIONS_TOO_LONG = 32 * 1024 + 1,
    MESSAGE_TOO_LONG = 4 * 1024 * 1024 + 1,
};

/* ---- codes ----------------------------------------------------------------
 */

static const char *
grpc_name(int code)
{
    return grpc_error_code_name((enum grpc_code)code);
}

static bool
next_letter(const char **text, const char *end, int *letter)
{
    while (*text < end && (**text == '_' || **text == '-'))
        (*text)++;
    if (*text >= end)
        return false;
    *letter = tolower((unsigned char)*(*text)++);
    return true;
}

/* "RESOURCE_EXHAUSTED" is "ResourceExhausted". */
static bool
is_same_name(struct span given, const char *name)
{
    const char *a = (const char *)given.ptr, *a_end = a + given.len;
    const char *b = name, *b_end = name + strlen(name);
    int one, other;

    for (;;) {
        bool more = next_letter(&a, a_end, &one);

        if (more != next_letter(&b, b_end, &other))
            return false;
        if (!more)
            return true;
        if (one != other)
            return false;
    }
}

void
kind_read_code(struct params *params, const char *(*name_of)(int code),
    int count, int *out)
{
    const struct json *node = json_member(params->object, "code");
    int64_t number = *out;

    if (json_kind(node) != JSON_KIND_STRING) {
        params_int(params, "code", 0, count - 1, &number);
        *out = (int)number;
        return;
    }
    for (int i = 0; i < count; i++) {
        struct span given = json_get_string(node);

        if (is_same_name(given, name_of(i)) ||
            (i == GRPC_CODE_CANCELLED && name_of == grpc_name &&
                is_same_name(given, "CANCELLED"))) {
            *out = i;
            return;
        }
    }
    params_refuse(params, "code: no code of that protocol");
}

/* ---- values ---------------------------------------------------------------
 */

static void
read_length(struct params *params, int64_t otherwise, size_t *out)
{
    int64_t length = otherwise;

    params_int(params, "length", 0, LENGTH_MAX, &length);
    *out = (size_t)length;
}

/* One of "value" and "length": a text of so many bytes. */
static void
read_text(struct params *params, struct effect *effect)
{
    uint8_t *place;

    effect->change = EFFECT_REPLACE;
    if (params_has(params, "value") == params_has(params, "length")) {
        params_refuse(params, "one of value and length must be given");
        return;
    }
    params_text(params, "value", &effect->text);
    if (!params_has(params, "length"))
        return;
    read_length(params, KEY_ID_TOO_LONG, &effect->length);
    if (params->status == STATUS_OK)
        params->status = buf_extend(&effect->text, effect->length, &place);
    if (params->status == STATUS_OK)
        memset(place, 'k', effect->length);
}

static void
read_replacement(struct params *params, struct effect *effect)
{
    struct buf text = { 0 };

    params_text(params, "value", &text);
    if (params->status == STATUS_OK &&
        (text.len == 0 ||
            base64_decode(buf_span(&text), &effect->text) != STATUS_OK))
        params_refuse(params, "value: not base64 of the new bytes");
    buf_reset(&text);
}

static void
read_change(struct params *params, struct effect *effect)
{
    static const char *const words[] = { [EFFECT_FLIP] = "flip",
        [EFFECT_TRUNCATE] = "truncate",
        [EFFECT_CLEAR] = "empty",
        [EFFECT_GROW] = "oversize",
        [EFFECT_REPLACE] = "replace",
        [EFFECT_WRONG] = "wrong",
        NULL };
    size_t index = EFFECT_FLIP;

    params_word(params, "change", words, &index);
    effect->change = (enum effect_change)index;
    if (effect->change == EFFECT_GROW || effect->change == EFFECT_TRUNCATE)
        read_length(params,
            effect->change == EFFECT_GROW ? CIPHERTEXT_TOO_LONG : LENGTH_MAX,
            &effect->length);
    else if (params_has(params, "length"))
        params_refuse(params, "length: only for truncate and oversize");
    if (effect->change == EFFECT_REPLACE)
        read_replacement(params, effect);
    else if (params_has(params, "value"))
        params_refuse(params, "value: only for replace");
}

/* ---- annotations ----------------------------------------------------------
 */

static void
put(struct params *params, struct effect *effect, struct span name,
    struct span value)
{
    if (params->status == STATUS_OK)
        params->status = byte_map_set(&effect->annotations, name, value);
}

static void
read_set(struct params *params, struct effect *effect)
{
    struct params inner = params_enter(params, "set", NULL);

    for (void *at = json_first(inner.object); at != NULL;
         at = json_next(inner.object, at)) {
        const struct json *value = json_iterator_value(at);

        if (json_kind(value) != JSON_KIND_STRING)
            params_refuse(&inner, "set: each value must be a text");
        put(&inner, effect, json_iterator_key(at), json_get_string(value));
    }
    params_leave(params, &inner);
}

static void
read_annotations(struct params *params, struct effect *effect)
{
    const struct span filler = SPAN_LITERAL("filler.kmslab.example");
    struct buf name = { 0 }, value = { 0 };
    uint8_t *place;

    read_set(params, effect);
    params_text(params, "invalid", &name);
    if (params_has(params, "invalid"))
        put(params, effect, buf_span(&name), SPAN_LITERAL("x"));
    if (params_has(params, "length")) {
        read_length(params, ANNOTATIONS_TOO_LONG, &effect->length);
        if (params->status == STATUS_OK)
            params->status = buf_extend(&value, effect->length, &place);
        put(params, effect, filler, buf_span(&value));
    }
    if (effect->annotations.count == 0)
        params_refuse(params, "one of set, invalid and length must be given");
    buf_reset(&name);
    buf_reset(&value);
}

/* ---- kinds ----------------------------------------------------------------
 */

void
kind_read_effect(struct params *params, struct kind_action *action)
{
    struct effect *effect = &action->effect;

    switch (effect->kind) {
    case EFFECT_DELAY:
        action->has_latency = true;
        latency_read(params, &action->latency);
        break;
    case EFFECT_HANG:
        effect->wait_ms = INT64_MAX;
        break;
    case EFFECT_FAIL:
        effect->code = GRPC_CODE_UNAVAILABLE;
        kind_read_code(params, grpc_name, CODES, &effect->code);
        if (effect->code == GRPC_CODE_OK)
            params_refuse(params, "code: OK is no failure");
        params_text(params, "message", &effect->text);
        break;
    case EFFECT_KEY_ID:
    case EFFECT_HEALTHZ:
    case EFFECT_VERSION:
        read_text(params, effect);
        break;
    case EFFECT_ANNOTATIONS:
        read_annotations(params, effect);
        break;
    case EFFECT_CIPHERTEXT:
    case EFFECT_PLAINTEXT:
        read_change(params, effect);
        break;
    case EFFECT_OVERSIZE:
        read_length(params, MESSAGE_TOO_LONG, &effect->length);
        break;
    case EFFECT_EMPTY:
    case EFFECT_NONE:
    case EFFECT_KIND_COUNT:
        break;
    }
}
