/* SPDX-License-Identifier: Apache-2.0 */
#include "rpc/rpc_relay_internal.h"

#include "rpc/rpc_core.h"

#include <stdlib.h>

/* Core makes these itself, for each of its two connections. */
static bool
is_of_the_connection(struct span key)
{
    static const char *const names[] = { "te", "content-type", "user-agent",
        "accept-encoding", "content-encoding", "host" };

    if (span_equal_text(key, "grpc-status-details-bin"))
        return false;
    if (key.len == 0 || key.ptr[0] == ':' ||
        span_starts_with(key, SPAN_LITERAL("grpc-")))
        return true;
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (span_equal_text(key, names[i]))
            return true;
    return false;
}

size_t
relay_metadata_pass(const grpc_metadata_array *from, grpc_metadata **to)
{
    size_t count = 0;
    grpc_metadata *list = calloc(from->count + 1, sizeof(*list));

    for (size_t i = 0; list != NULL && i < from->count; i++) {
        if (is_of_the_connection(rpc_core_span(&from->metadata[i].key)))
            continue;
        list[count].key = from->metadata[i].key;
        list[count].value = from->metadata[i].value;
        count++;
    }
    *to = list;
    return count;
}
