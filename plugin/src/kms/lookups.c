/* SPDX-License-Identifier: Apache-2.0 */
#include "kms/lookups.h"

bool
lookups_begin(struct lookups *lookups, int64_t now_ms)
{
    if (!lookups->silent)
        return true;
    if (now_ms < lookups->next_ms)
        return false;
    lookups->next_ms = now_ms + LOOKUPS_EVERY_MS;
    return true;
}

void
lookups_end(
    struct lookups *lookups, int64_t begun_ms, int64_t now_ms, bool found)
{
    if (found) {
        lookups->silent = false;
    } else if (!lookups->silent && now_ms - begun_ms >= LOOKUPS_PATIENCE_MS) {
        lookups->silent = true;
        lookups->next_ms = now_ms;
    }
}
