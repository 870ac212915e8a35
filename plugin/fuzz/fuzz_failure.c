/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines of an input: error type, message, request id, key. Whatever KMS says,
 * the failure has a code, and its text is one bounded line of UTF-8.
 */
#include "base/utf8.h"
#include "crypt/failure.h"
#include "fuzz/fuzz.h"

static struct span
take_line(struct span *rest)
{
    struct span line = *rest, tail = { NULL, 0 };
    (void)span_cut(*rest, '\n', &line, &tail);
    *rest = tail;
    return line;
}

static void
check(const struct kms_result *result, struct span key_id)
{
    struct buf text = { 0 };
    struct failure failure = failure_of(result);
    FUZZ_CHECK(failure.kind != FAILURE_NONE);
    FUZZ_CHECK(failure.code != GRPC_CODE_OK);
    FUZZ_CHECK(failure_describe(&failure, result, KMS_DECRYPT, key_id, &text) ==
               STATUS_OK);
    FUZZ_CHECK(text.len > 0 && text.len <= FAILURE_TEXT_MAX);
    FUZZ_CHECK(utf8_valid(buf_span(&text)));
    for (size_t i = 0; i < text.len; i++)
        FUZZ_CHECK(text.ptr[i] >= 0x20 && text.ptr[i] != 0x7f);
    buf_reset(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct span rest = span_of(bytes, len);
    struct kms_result result = { .http_status = (unsigned)len * 7 % 1000 };
    result.error_type = take_line(&rest);
    result.message = take_line(&rest);
    result.request_id = take_line(&rest);
    struct span key_id = take_line(&rest);
    for (int f = KMS_FAILURE_ANSWER; f <= KMS_FAILURE_INTERNAL; f++) {
        result.failure = (enum kms_failure)f;
        check(&result, key_id);
    }
    return 0;
}
