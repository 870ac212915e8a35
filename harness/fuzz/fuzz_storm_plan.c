/* SPDX-License-Identifier: Apache-2.0 */
/* A text is a plan that is written and read again as it was, or none and a
 * reason. */
#include "fuzz/fuzz.h"
#include "storm/plan.h"

static void
check_again(const struct plan *plan)
{
    struct plan again = { 0 };
    struct buf first = { 0 }, second = { 0 }, problem = { 0 };
    FUZZ_CHECK(plan_write(plan, &first) == STATUS_OK);
    FUZZ_CHECK(plan_read(buf_span(&first), &again, &problem) == STATUS_OK);
    FUZZ_CHECK(plan_write(&again, &second) == STATUS_OK);
    FUZZ_CHECK(span_equal(buf_span(&first), buf_span(&second)));
    plan_reset(&again);
    buf_reset(&first);
    buf_reset(&second);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct plan plan = { 0 };
    struct buf problem = { 0 };
    enum status st = plan_read(span_of(bytes, len), &plan, &problem);
    FUZZ_CHECK((st == STATUS_OK) == (problem.len == 0));
    if (st == STATUS_OK)
        check_again(&plan);
    else
        FUZZ_CHECK(plan.faults == NULL);
    plan_reset(&plan);
    buf_reset(&problem);
    return 0;
}
