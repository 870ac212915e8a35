/* SPDX-License-Identifier: Apache-2.0 */
/* STS's XML: what is taken can be signed with, what is not changes nothing. */
#include "base/utf8.h"
#include "credentials/answer_sts.h"
#include "fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct span text = span_of(bytes, len);
    struct provided out = { .expires_ms = -7 };
    struct buf problem = { 0 }, said = { 0 };
    if (answer_sts_read(text, &out, &problem) == STATUS_OK) {
        FUZZ_CHECK(out.set.access_key_id.len > 0);
        FUZZ_CHECK(out.set.session_token.len <= len);
    } else {
        FUZZ_CHECK(problem.len > 0 && out.expires_ms == -7);
        FUZZ_CHECK(out.set.access_key_id.len == 0);
    }
    answer_sts_error(text, &said);
    for (size_t i = 0; i < said.len; i++)
        FUZZ_CHECK(said.ptr[i] >= ' ' && said.ptr[i] != 0x7f);
    FUZZ_CHECK(utf8_valid(buf_span(&said)));
    provided_reset(&out);
    buf_reset(&problem);
    buf_reset(&said);
    return 0;
}
