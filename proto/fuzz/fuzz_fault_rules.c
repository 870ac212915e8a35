/* SPDX-License-Identifier: Apache-2.0 */
/* A hostile document of rules is refused with one line and changes nothing, or
 * its rules can be tried and are told as JSON that is read again. */
#include "fault/rule_table.h"
#include "fuzz/fuzz.h"

#include <stdlib.h>

static enum status
read_any(void *context, const struct fault_place *place,
    const struct json *match, void **out)
{
    (void)context;
    (void)place;
    (void)match;
    (void)out;
    return STATUS_OK;
}

static enum status
read_action(void *context, const struct fault_place *place,
    const struct json *action, const void *match, void **out)
{
    struct span kind = { NULL, 0 };
    (void)context;
    (void)match;
    (void)out;
    return fault_read_text(place, action, "kind", 8, &kind);
}

static void
free_nothing(void *none)
{
    (void)none;
}

static const char *
kind_of(const void *action)
{
    (void)action;
    return "kind";
}

static bool
matches(const void *match, const void *const *actions, size_t count,
    const void *facts)
{
    (void)match;
    (void)actions;
    (void)facts;
    return count > 0;
}

static const struct fault_meaning meaning = { read_any, free_nothing,
    read_action, free_nothing, kind_of, matches };

static void
check_told(struct fault_table *table, bool any)
{
    struct buf text = { 0 };
    struct json_doc *doc = NULL;
    struct json_writer w = json_writer_to(&text);
    fault_table_write(table, &w);
    FUZZ_CHECK(json_writer_end(&w) == STATUS_OK);
    FUZZ_CHECK(json_parse_strict(buf_span(&text), &doc, NULL) == STATUS_OK);
    FUZZ_CHECK((json_count(json_member(json_root(doc), "rules")) > 0) == any);
    json_doc_free(doc);
    buf_reset(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct clock_manual time = { .now_ms = 0 };
    const struct fault_table_options options = { &meaning, NULL,
        clock_manual(&time), 1, NULL };
    struct fault_table *table = NULL;
    struct buf problem = { 0 }, names = { 0 };
    FUZZ_CHECK(fault_table_new(&options, &table) == STATUS_OK);
    enum status st =
        fault_table_add(table, span_of(bytes, len), &names, &problem);
    FUZZ_CHECK((st == STATUS_OK) == (problem.len == 0));
    FUZZ_CHECK((st == STATUS_OK) == (names.len > 0));
    check_told(table, st == STATUS_OK && names.len > 2);
    for (int i = 0; i < 8; i++) {
        struct fault_decision decision = { 0 };
        time.now_ms += 500;
        if (fault_table_decide(table, NULL, SPAN_LITERAL("s"), &decision))
            fault_decision_reset(&decision);
    }
    buf_reset(&problem);
    buf_reset(&names);
    fault_table_free(table);
    return 0;
}
