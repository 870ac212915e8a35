/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON that programs and servers give: what is taken can be signed with,
 * and what is not taken changes nothing. */
#include "base/utf8.h"
#include "credentials/answer_json.h"
#include "credentials/sso_token.h"
#include "fuzz/fuzz.h"

static void
check_value(struct span value)
{
    for (size_t i = 0; i < value.len; i++)
        FUZZ_CHECK(value.ptr[i] > ' ' && value.ptr[i] < 0x7f);
}

static void
check_answer(struct span text, enum answer_form form)
{
    struct provided out = { .expires_ms = -7 };
    struct buf problem = { 0 };
    if (answer_json_read(text, form, &out, &problem) == STATUS_OK) {
        FUZZ_CHECK(out.set.access_key_id.len > 0 && out.expires_ms >= 0);
        check_value(buf_span(&out.set.access_key_id));
        check_value(buf_span(&out.set.secret_access_key));
        check_value(buf_span(&out.set.session_token));
    } else {
        FUZZ_CHECK(problem.len > 0 && out.expires_ms == -7);
        FUZZ_CHECK(out.set.access_key_id.len == 0);
    }
    provided_reset(&out);
    buf_reset(&problem);
}

/* What is written is read again. */
static void
check_token(struct span text)
{
    struct sso_token token = { 0 }, again = { 0 };
    struct buf problem = { 0 }, written = { 0 };
    if (sso_token_read(text, &token, &problem) == STATUS_OK) {
        FUZZ_CHECK(sso_token_write(&token, &written) == STATUS_OK);
        FUZZ_CHECK(
            sso_token_read(buf_span(&written), &again, &problem) == STATUS_OK);
        FUZZ_CHECK(span_equal(
            buf_span(&token.access_token), buf_span(&again.access_token)));
        FUZZ_CHECK(token.expires_ms == again.expires_ms);
    }
    if (sso_token_renew(text, 0, &token, &problem) == STATUS_OK)
        FUZZ_CHECK(token.access_token.len > 0 && token.expires_ms > 0);
    sso_token_reset(&token);
    sso_token_reset(&again);
    buf_reset(&problem);
    buf_reset(&written);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct span text = span_of(bytes, len);
    struct buf said = { 0 };
    for (unsigned form = ANSWER_OF_PROCESS; form <= ANSWER_OF_SSO; form++)
        check_answer(text, form);
    check_token(text);
    answer_json_say_error(text, &said);
    for (size_t i = 0; i < said.len; i++)
        FUZZ_CHECK(said.ptr[i] >= ' ' && said.ptr[i] != 0x7f);
    FUZZ_CHECK(utf8_valid(buf_span(&said)));
    buf_reset(&said);
    return 0;
}
