/* SPDX-License-Identifier: Apache-2.0 */
#include "proxy/strike.h"

const char *
strike_outcome(enum strike_kind kind)
{
    static const char *const names[STRIKE_KIND_COUNT] = {
        [STRIKE_NONE] = "none",
        [STRIKE_GOAWAY] = "goaway",
        [STRIKE_RST_STREAM] = "rst-stream",
        [STRIKE_HALF_OPEN] = "silent",
        [STRIKE_DELAY_FRAMES] = "delayed",
        [STRIKE_TORN_FRAME] = "torn",
        [STRIKE_GARBAGE] = "garbage",
        [STRIKE_CLOSE] = "closed",
        [STRIKE_RESET] = "reset",
        [STRIKE_NO_TRAILERS] = "no-trailers",
        [STRIKE_MORE_TRAILERS] = "more-trailers",
        [STRIKE_DROP] = "dropped",
    };

    return names[kind];
}
