/* SPDX-License-Identifier: Apache-2.0 */
/* What decodes is canonical: encoding it again gives the same text. */
#include "base/encode.h"
#include "fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct buf decoded = { 0 }, again = { 0 };
    if (base64_decode(span_of(bytes, len), &decoded) == STATUS_OK) {
        FUZZ_CHECK(base64_encode(buf_span(&decoded), &again) == STATUS_OK);
        FUZZ_CHECK(span_equal(buf_span(&again), span_of(bytes, len)));
    } else {
        FUZZ_CHECK(decoded.len == 0);
    }
    buf_reset(&decoded);
    buf_reset(&again);
    return 0;
}
