/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An HTTP answer as text: status line and header lines, an empty line, the
 * body. Whatever it is, it becomes one result: bytes exactly on success.
 */
#include "fuzz/fuzz.h"
#include "kms/answer.h"
#include "kms/skew.h"

static struct span
add_head(struct answer *answer, struct span text)
{
    struct span line;
    while (span_cut(text, '\n', &line, &text)) {
        answer_add_line(answer, line);
        if (answer->header_ended)
            break;
    }
    return text;
}

static void
check(struct span text, enum kms_operation operation, unsigned http_status)
{
    struct answer answer = { 0 };
    struct kms_result result;
    int64_t date_ms;
    struct span body = add_head(&answer, text);
    bool whole = answer_add_body(&answer, body);
    answer_read(&answer, operation, http_status, &result);
    bool good = result.failure == KMS_FAILURE_NONE;
    FUZZ_CHECK(whole || !good);
    FUZZ_CHECK(!good || http_status == 200);
    FUZZ_CHECK(good == (result.key_arn.len > 0));
    FUZZ_CHECK(good || result.bytes.len == 0);
    FUZZ_CHECK(
        (result.failure == KMS_FAILURE_ANSWER) == (result.error_type.len > 0));
    FUZZ_CHECK(good || result.key_material_id.len == 0);
    answer_check_key(
        &answer, SPAN_LITERAL("arn:aws:kms:r:111122223333:key/k"), &result);
    FUZZ_CHECK(good || result.failure != KMS_FAILURE_NONE);
    FUZZ_CHECK(
        (result.failure == KMS_FAILURE_NONE) == (result.key_arn.len > 0));
    if (skew_read_date(buf_span(&answer.headers[ANSWER_DATE]), &date_ms) ==
        STATUS_OK)
        FUZZ_CHECK(date_ms >= 0 && answer.headers[ANSWER_DATE].len == 29);
    buf_reset(&result.bytes);
    buf_reset(&result.key_arn);
    buf_reset(&result.key_material_id);
    answer_reset(&answer);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct span text = span_of(bytes, len);
    check(text, KMS_ENCRYPT, 200);
    check(text, KMS_DECRYPT, 200);
    check(text, KMS_DECRYPT, 400);
    return 0;
}
