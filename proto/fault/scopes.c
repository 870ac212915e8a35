/* SPDX-License-Identifier: Apache-2.0 */
#include "fault/scopes.h"

#include <stdlib.h>
#include <uthash.h>

struct fault_scope {
    UT_hash_handle hh;
    uint64_t ordinal;
    size_t len;
    uint8_t name[];
};

static struct fault_scope *
find(struct fault_rule *rule, struct span scope)
{
    struct fault_scope *found;
    HASH_FIND(hh, rule->scopes, scope.ptr, scope.len, found);
    return found;
}

static struct fault_scope *
add(struct fault_rule *rule, struct span scope)
{
    if (HASH_COUNT(rule->scopes) >= FAULT_SCOPES_MAX)
        return NULL;
    struct fault_scope *made = calloc(1, sizeof(*made) + scope.len);
    if (made == NULL)
        return NULL;
    made->len = scope.len;
    if (scope.len > 0)
        memcpy(made->name, scope.ptr, scope.len);
    HASH_ADD_KEYPTR(hh, rule->scopes, made->name, made->len, made);
    return made;
}

uint64_t
fault_scopes_next(struct fault_rule *rule, struct span scope)
{
    struct fault_scope *found = find(rule, scope);
    if (found == NULL)
        found = add(rule, scope);
    return found == NULL ? ++rule->crowd_ordinal : ++found->ordinal;
}

void
fault_scopes_free(struct fault_rule *rule)
{
    struct fault_scope *scope, *next;
    HASH_ITER(hh, rule->scopes, scope, next)
    {
        HASH_DEL(rule->scopes, scope);
        free(scope);
    }
}
