/* SPDX-License-Identifier: Apache-2.0 */
/* A hostile document of rules for the emulator is refused with one line and
 * changes nothing, or its rules are in force: they can be tried on connections
 * and on bare headers, and are told as JSON that is read again. */
#include "faults/action.h"
#include "faults/faults.h"
#include "fuzz/fuzz.h"

static struct fault_table *
table(void)
{
    static struct faults *faults;
    const struct faults_options options = { .seed = 1, .tls = true };
    if (faults == NULL)
        FUZZ_CHECK(faults_new(&options, &faults) == STATUS_OK);
    return faults_table(faults);
}

static void
print(struct buf *out)
{
    struct json_writer w = json_writer_to(out);
    fault_table_write(table(), &w);
    FUZZ_CHECK(json_writer_end(&w) == STATUS_OK);
}

static void
try_at(const struct match_facts *facts)
{
    struct fault_decision decision = { .table = NULL };
    if (!fault_table_decide(table(), facts, SPAN_LITERAL("scope"), &decision))
        return;
    FUZZ_CHECK(action_stage(decision.action) == facts->stage);
    fault_decision_observe(&decision, "tried");
    fault_decision_reset(&decision);
}

static void
try_all(void)
{
    static const struct sigv4_header header = { SPAN_INIT("a"),
        SPAN_INIT("b") };
    const struct sigv4_request wire = { .headers = &header, .header_count = 1 };
    const struct match_facts facts[] = {
        { .stage = MATCH_REFUSE, .port = 80 },
        { .stage = MATCH_ACCEPT, .connection = 1, .port = 80 },
        { .stage = MATCH_TLS, .connection = 1, .port = 443 },
        { .stage = MATCH_HEADERS,
            .wire = &wire,
            .operation = SPAN_LITERAL("Encrypt") },
    };
    for (size_t i = 0; i < ARRAY_LEN(facts); i++)
        try_at(&facts[i]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct buf before = { 0 }, after = { 0 }, names = { 0 }, problem = { 0 };
    struct json_doc *doc = NULL;
    size_t at;
    print(&before);
    enum status st =
        fault_table_add(table(), span_of(bytes, len), &names, &problem);
    if (st == STATUS_OK)
        try_all();
    print(&after);
    FUZZ_CHECK(json_parse(buf_span(&after), &doc, NULL) == STATUS_OK);
    FUZZ_CHECK((st == STATUS_OK) == (problem.len == 0));
    FUZZ_CHECK(!span_find(buf_span(&problem), '\n', &at));
    if (st != STATUS_OK)
        FUZZ_CHECK(span_equal(buf_span(&before), buf_span(&after)));
    fault_table_clear(table());
    json_doc_free(doc);
    buf_reset(&before);
    buf_reset(&after);
    buf_reset(&names);
    buf_reset(&problem);
    return 0;
}
