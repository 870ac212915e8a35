/* SPDX-License-Identifier: Apache-2.0 */
/* A query is answered with its own question, or gets nothing. */
#include "fuzz/fuzz.h"
#include "havoc/dns_answer.h"

enum { HEADER = 12, ADDRESS = 16 };

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct span query = span_of(bytes, len);
    struct buf out = { 0 };
    enum status status = dns_answer(query, "kms.kmslab.test", DNS_OK, &out);

    if (status != STATUS_OK) {
        FUZZ_CHECK(status == STATUS_INVALID && out.len == 0);
        return 0;
    }
    size_t question = out.len - HEADER - (out.ptr[7] ? ADDRESS : 0);
    FUZZ_CHECK(out.len <= DNS_QUERY_MAX && HEADER + question <= len);
    FUZZ_CHECK((out.ptr[2] & 0x80) != 0 &&
               span_equal(span_first(buf_span(&out), 2), span_first(query, 2)));
    FUZZ_CHECK(span_equal(span_of(out.ptr + HEADER, question),
        span_of(bytes + HEADER, question)));
    buf_reset(&out);
    return 0;
}
