/* SPDX-License-Identifier: Apache-2.0 */
/* A file is a scenario that is whole, or none and a line that says where. */
#include "fuzz/fuzz.h"
#include "scenario/read.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    const struct read_options options = { "f.yaml", 0 };
    struct scenario scenario = { 0 };
    struct buf problem = { 0 };
    enum status st =
        read_scenario(span_of(bytes, len), &options, &scenario, &problem);

    if (st == STATUS_OK) {
        FUZZ_CHECK(scenario.title.len > 0 && scenario.actor_count > 0);
        FUZZ_CHECK(scenario.actors[0].step_count > 0);
        FUZZ_CHECK(scenario.scale >= 1 && scenario.timeout_ms > 0);
    } else {
        FUZZ_CHECK(st == STATUS_INVALID || st == STATUS_TOO_LARGE);
        FUZZ_CHECK(
            span_starts_with(buf_span(&problem), SPAN_LITERAL("f.yaml:")));
        FUZZ_CHECK(scenario.actors == NULL && scenario.file.len == 0);
    }
    scenario_reset(&scenario);
    buf_reset(&problem);
    return 0;
}
