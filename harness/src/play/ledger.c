/* SPDX-License-Identifier: Apache-2.0 */
#include "play/ledger.h"

#include "scenario/field.h"

#include <inttypes.h>
#include <stdlib.h>

void
ledger_reset(struct ledger *ledger)
{
    for (size_t i = 0; i < ledger->count; i++) {
        buf_reset(&ledger->entries[i].name);
        buf_reset(&ledger->entries[i].value);
        buf_reset(&ledger->entries[i].perhaps);
        buf_reset(&ledger->entries[i].bytes);
        buf_reset(&ledger->entries[i].whole);
    }
    free(ledger->entries);
    *ledger = (struct ledger){ 0 };
}

struct ledger_entry *
ledger_entry(struct ledger *ledger, const char *name)
{
    for (size_t i = 0; i < ledger->count; i++)
        if (span_equal_text(buf_span(&ledger->entries[i].name), name))
            return &ledger->entries[i];
    struct ledger_entry *entry = field_grow(
        (void **)&ledger->entries, &ledger->count, sizeof(*ledger->entries));
    if (entry != NULL && buf_append_text(&entry->name, name) != STATUS_OK) {
        ledger->count--;
        return NULL;
    }
    return entry;
}

enum status
ledger_next(struct ledger *ledger, const char *name, struct buf *value)
{
    return buf_printf(value, "%s-%" PRIu64 "-%" PRIu64, name, ledger->seed,
        ++ledger->written);
}

enum status
ledger_wrote(struct ledger_entry *entry, struct span value,
    const struct cluster_answer *answer)
{
    enum status st = STATUS_OK;

    if (answer->code == 200 || answer->code == 201) {
        entry->gone = false;
        buf_clear(&entry->perhaps);
        st = buf_set(&entry->value, value);
    } else if (answer->code == 0) {
        st = buf_set(&entry->perhaps, value);
    }
    return st;
}

bool
ledger_accepts(const struct ledger_entry *entry,
    const struct cluster_answer *answer, struct buf *why)
{
    struct span got = buf_span(&answer->value);

    if (answer->code == 404 && entry->value.len > 0 && !entry->gone) {
        buf_say(why, "%s is lost: %s", buf_text(&entry->name),
            buf_text(&answer->words));
        return false;
    }
    if (answer->code != 200 || span_equal(got, buf_span(&entry->value)) ||
        (entry->perhaps.len > 0 && span_equal(got, buf_span(&entry->perhaps))))
        return true;
    buf_say(why, "%s holds %.*s, not %s", buf_text(&entry->name), SPAN_ARG(got),
        buf_text(&entry->value));
    return false;
}
