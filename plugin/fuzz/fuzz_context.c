/* SPDX-License-Identifier: Apache-2.0 */
/* The flag of an encryption context: pairs of different keys, or refused. */
#include "fuzz/fuzz.h"
#include "options/context.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct context context = { 0 };
    enum status st = context_parse(span_of(bytes, len), &context);
    FUZZ_CHECK(st == STATUS_OK || st == STATUS_INVALID);
    FUZZ_CHECK(st == STATUS_OK || context.count == 0);
    for (size_t i = 0; i < context.count; i++)
        for (size_t j = 0; j < i; j++)
            FUZZ_CHECK(!span_equal(context.pairs[i].key, context.pairs[j].key));
    context_reset(&context);
    return 0;
}
