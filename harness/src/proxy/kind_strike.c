/* SPDX-License-Identifier: Apache-2.0 */
#include "proxy/kind_internal.h"

enum { GARBAGE_LEN = 64, GARBAGE_MAX = 64 * 1024, CODE_CANCEL = 8 };

/* RFC 9113, 7. */
static const char *const codes[] = { "NO_ERROR", "PROTOCOL_ERROR",
    "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT", "STREAM_CLOSED",
    "FRAME_SIZE_ERROR", "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR",
    "CONNECT_ERROR", "ENHANCE_YOUR_CALM", "INADEQUATE_SECURITY",
    "HTTP_1_1_REQUIRED" };

static const char *
http2_name(int code)
{
    return codes[code];
}

static void
read_code(struct params *params, int otherwise, struct strike *strike)
{
    int code = otherwise;

    kind_read_code(params, http2_name, ARRAY_LEN(codes), &code);
    strike->code = (uint32_t)code;
}

/* "for", or until somebody heals. */
static void
read_wait(struct params *params, struct strike *strike)
{
    strike->wait_ms = STRIKE_FOR_EVER;
    params_duration(params, "for", &strike->wait_ms);
}

static void
read_stage(struct params *params, struct strike *strike)
{
    static const char *const words[] = { "request", "answer", NULL };
    size_t index = 0;

    params_word(params, "at", words, &index);
    strike->at_answer = index == 1;
}

void
kind_read_strike(struct params *params, struct kind_action *action)
{
    struct strike *strike = &action->strike;
    int64_t length = GARBAGE_LEN;

    read_stage(params, strike);
    switch (strike->kind) {
    case STRIKE_GOAWAY:
        strike->last_stream = -1;
        read_code(params, 0, strike);
        params_int(params, "last_stream", 0, INT32_MAX, &strike->last_stream);
        params_text(params, "message", &strike->bytes);
        break;
    case STRIKE_RST_STREAM:
        read_code(params, CODE_CANCEL, strike);
        break;
    case STRIKE_HALF_OPEN:
    case STRIKE_DROP:
        read_wait(params, strike);
        break;
    case STRIKE_DELAY_FRAMES:
        action->has_latency = true;
        latency_read(params, &action->latency);
        break;
    case STRIKE_GARBAGE:
        params_int(params, "length", 1, GARBAGE_MAX, &length);
        action->effect.length = (size_t)length;
        break;
    case STRIKE_NONE:
    case STRIKE_TORN_FRAME:
    case STRIKE_CLOSE:
    case STRIKE_RESET:
    case STRIKE_NO_TRAILERS:
    case STRIKE_MORE_TRAILERS:
    case STRIKE_KIND_COUNT:
        break;
    }
}
