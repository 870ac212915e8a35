/* SPDX-License-Identifier: Apache-2.0 */
#include "model/first_list.h"

enum { FIRST_PAUSE_MS = 800, LAST_PAUSE_MS = 30 * 1000 };

void
first_list_begin(struct first_list *list, int64_t now_ms)
{
    *list = (struct first_list){
        .began_ms = now_ms,
        .next_ms = now_ms,
        .pause_ms = FIRST_PAUSE_MS,
    };
}

bool
first_list_due(const struct first_list *list, int64_t now_ms)
{
    return !list->done && list->next_ms <= now_ms;
}

void
first_list_tried(struct first_list *list, int64_t now_ms, bool good)
{
    list->done = good;
    while (list->next_ms <= now_ms) {
        list->next_ms += list->pause_ms;
        list->pause_ms *= 2;
        if (list->pause_ms > LAST_PAUSE_MS)
            list->pause_ms = LAST_PAUSE_MS;
    }
}
