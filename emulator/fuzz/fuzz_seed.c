/* SPDX-License-Identifier: Apache-2.0 */
/* Seed files: read whole, or refused with one line of reason. */
#include "api/seed.h"
#include "fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const struct caller standard = { .account = "111122223333",
        .region = "eu-west-1" };
    struct seed *seed = NULL;
    struct buf problem = { 0 };
    enum status status =
        seed_read(span_of(bytes, len), &standard, &seed, &problem);
    FUZZ_CHECK((status == STATUS_OK) == (seed != NULL));
    FUZZ_CHECK((status == STATUS_INVALID) == (problem.len > 0));
    FUZZ_CHECK(strchr(buf_text(&problem), '\n') == NULL);
    seed_free(seed);
    buf_reset(&problem);
    return 0;
}
