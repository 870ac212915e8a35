/* SPDX-License-Identifier: Apache-2.0 */
#include "api/seed_entry.h"

enum { FIELD_SHOWN_MAX = 64 };

enum status
seed_entry_unknown(struct span name, struct buf *problem)
{
    char shown[FIELD_SHOWN_MAX + 1];
    struct span part = span_first(name, FIELD_SHOWN_MAX);
    span_to_text(part, shown);
    for (size_t i = 0; i < part.len; i++)
        if ((uint8_t)shown[i] < ' ' || shown[i] == 0x7f)
            shown[i] = '?';
    buf_say(problem, "%s: unknown field", shown);
    return STATUS_INVALID;
}

enum status
seed_entry_wrong(
    const struct seed_entry *entry, const char *member, const char *what)
{
    buf_say(entry->problem, "%s[%zu]%s%s: %s", entry->list, entry->index,
        member[0] == '\0' ? "" : ".", member, what);
    return STATUS_INVALID;
}

enum status
seed_entry_check(
    const struct seed_entry *entry, const char *const *names, size_t count)
{
    if (json_kind(entry->node) != JSON_KIND_OBJECT)
        return seed_entry_wrong(entry, "", "must be an object");
    for (void *it = json_first(entry->node); it != NULL;
         it = json_next(entry->node, it)) {
        struct span member = json_iterator_key(it);
        size_t i = 0;
        while (i < count && !span_equal_text(member, names[i]))
            i++;
        if (i == count) {
            buf_say(entry->problem, "%s[%zu].", entry->list, entry->index);
            return seed_entry_unknown(member, entry->problem);
        }
    }
    return STATUS_OK;
}

enum status
seed_entry_text(const struct seed_entry *entry, const char *member,
    const char *standard, struct span *out)
{
    const struct json *node = json_member(entry->node, member);
    if (node == NULL && standard != NULL) {
        *out = span_text(standard);
        return STATUS_OK;
    }
    if (node == NULL)
        return seed_entry_wrong(entry, member, "must be given");
    if (json_kind(node) != JSON_KIND_STRING)
        return seed_entry_wrong(entry, member, "must be a string");
    *out = json_get_string(node);
    return STATUS_OK;
}
