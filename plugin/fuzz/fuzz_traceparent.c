/* SPDX-License-Identifier: Apache-2.0 */
/* The header of a trace: ids of lower-case hex of their length, or refused and
 * nothing changed. */
#include "fuzz/fuzz.h"
#include "grpc/traceparent.h"

static void
check_id(const char *id, size_t len)
{
    FUZZ_CHECK(strlen(id) == len);
    FUZZ_CHECK(strspn(id, "0123456789abcdef") == len);
    FUZZ_CHECK(strspn(id, "0") < len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct traceparent trace = { "", "" };
    enum status st = traceparent_parse(span_of(bytes, len), &trace);
    FUZZ_CHECK(st == STATUS_OK || st == STATUS_INVALID);
    if (st == STATUS_OK) {
        check_id(trace.trace_id, TRACEPARENT_TRACE_LEN);
        check_id(trace.span_id, TRACEPARENT_SPAN_LEN);
    } else
        FUZZ_CHECK(trace.trace_id[0] == '\0' && trace.span_id[0] == '\0');
    return 0;
}
