/* SPDX-License-Identifier: Apache-2.0 */
#include "api/contexts.h"

#include "keys/context.h"

#include <stdlib.h>

/* Most contexts are this small and need no memory. */
enum { PAIRS_AT_HAND = 8 };

enum status
contexts_read(const struct call *call, const char *member, struct buf *out)
{
    const struct json *map = call_member(call, member);
    size_t count = json_count(map);
    struct context_pair at_hand[PAIRS_AT_HAND];
    struct context_pair *pairs = at_hand;
    if (count == 0)
        return STATUS_OK;
    if (count > PAIRS_AT_HAND)
        pairs = calloc(count, sizeof(*pairs));
    if (pairs == NULL)
        return STATUS_NO_MEMORY;
    size_t i = 0;
    for (void *it = json_first(map); it != NULL; it = json_next(map, it))
        pairs[i++] = (struct context_pair){
            .key = json_iterator_key(it),
            .value = json_get_string(json_iterator_value(it)),
        };
    enum status status = context_canonical(pairs, i, out);
    if (pairs != at_hand)
        free(pairs);
    return status;
}
