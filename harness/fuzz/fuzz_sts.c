/* SPDX-License-Identifier: Apache-2.0 */
/* An answer of STS is a session that is whole, or none and a reason. */
#include "fuzz/fuzz.h"
#include "http/sts.h"

static void
check_part(const struct buf *part, bool whole)
{
    size_t at;

    FUZZ_CHECK((part->len > 0) == whole);
    FUZZ_CHECK(!span_search(buf_span(part), SPAN_LITERAL("<"), &at));
}

static void
check(unsigned http_status, struct span body)
{
    struct sts_session session = { 0 };
    struct buf problem = { 0 };
    enum status status = sts_read(http_status, body, &session, &problem);
    bool whole = status == STATUS_OK;

    FUZZ_CHECK(http_status == 200 || status == STATUS_DENIED);
    FUZZ_CHECK((problem.len == 0) == whole);
    check_part(&session.access_key_id, whole);
    check_part(&session.secret_access_key, whole);
    check_part(&session.token, whole);
    check_part(&session.expiration, whole);
    sts_session_reset(&session);
    buf_reset(&problem);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    check(200, span_of(bytes, len));
    check(403, span_of(bytes, len));
    return 0;
}
