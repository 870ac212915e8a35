/* SPDX-License-Identifier: Apache-2.0 */
/* Sealed records as a damaged store may give them. */
#include "fuzz/fuzz.h"
#include "keys/root_key.h"
#include "keys/seal.h"

static const uint8_t root_key[ROOT_KEY_LEN] = { 0 };

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static struct seal *seal;
    const struct span names[] = { SPAN_LITERAL("fuzz") };
    struct buf out = { 0 };
    if (seal == NULL)
        FUZZ_CHECK(
            seal_new(span_of(root_key, sizeof(root_key)), &seal) == STATUS_OK);
    enum status st =
        seal_open(seal, names, ARRAY_LEN(names), span_of(bytes, len), &out);
    FUZZ_CHECK(st == STATUS_OK || st == STATUS_CORRUPT ||
               st == STATUS_VERSION || st == STATUS_AUTHENTIC);
    FUZZ_CHECK(out.len == (st == STATUS_OK ? len - SEAL_OVERHEAD : 0));
    buf_reset(&out);
    return 0;
}
