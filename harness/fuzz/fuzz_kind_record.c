/* SPDX-License-Identifier: Apache-2.0 */
/* A record that is taken can be written and is then the same; names of
 * containers in it are no options. Beside it, what images and loaders say. */
#include "fuzz/fuzz.h"
#include "kind/image.h"
#include "kind/loader.h"
#include "kind/name.h"
#include "kind/record.h"

static void
check_names(const struct kind_names *names)
{
    FUZZ_CHECK(names->count <= KIND_NODES_MAX);
    for (size_t i = 0; i < names->count; i++)
        FUZZ_CHECK(names->names[i].len > 0 && names->names[i].ptr[0] != '-');
}

static void
check_record(struct span input)
{
    struct kind_record record = { 0 }, again = { 0 };
    struct buf one = { 0 }, two = { 0 };

    if (kind_record_parse(input, &record) == STATUS_OK) {
        FUZZ_CHECK(kind_name_is_valid(buf_span(&record.name)));
        FUZZ_CHECK(record.emulator.pid == 0 || record.emulator.pid > 1);
        check_names(&record.control_planes);
        check_names(&record.workers);
        FUZZ_CHECK(kind_record_write(&record, &one) == STATUS_OK);
        FUZZ_CHECK(kind_record_parse(buf_span(&one), &again) == STATUS_OK);
        FUZZ_CHECK(kind_record_write(&again, &two) == STATUS_OK);
        FUZZ_CHECK(span_equal(buf_span(&one), buf_span(&two)));
    }
    kind_record_reset(&record);
    kind_record_reset(&again);
    buf_reset(&one);
    buf_reset(&two);
}

static enum status
visit(void *context, struct span name, struct span path)
{
    (void)context;
    (void)name;
    FUZZ_CHECK(path.len > 0 && path.ptr[0] == '/');
    return STATUS_OK;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct span input = span_of(bytes, len), name;
    struct kind_image_facts facts = { 0 };

    check_record(input);
    if (kind_image_read(input, &facts) == STATUS_OK)
        FUZZ_CHECK(facts.sandbox.len > 0 && facts.minor >= 0);
    kind_image_facts_reset(&facts);
    if (kind_image_default(input, &name))
        FUZZ_CHECK(span_starts_with(name, SPAN_LITERAL("kindest/node:v")));
    (void)!kind_loader_each(input, visit, NULL);
    return 0;
}
