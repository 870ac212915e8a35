/* SPDX-License-Identifier: Apache-2.0 */
#include "http/kms.h"
#include "support_server.h"
#include "test/check.h"

static bool
holds(const struct buf *text, const char *part)
{
    size_t at;

    return span_search(buf_span(text), span_text(part), &at);
}

static const struct kms_account account = { .region = "eu-west-1",
    .access_key_id = "111122223333",
    .secret_access_key = "secret" };

static void
a_created_key_is_given_by_its_arn(void **state)
{
    struct server *server = server_start(
        "HTTP/1.1 200 Ok\r\n\r\n{\"KeyMetadata\":{\"Arn\":\"arn:x\"}}");
    struct kms_account here = account;
    struct buf arn = { 0 }, sent = { 0 };

    (void)state;
    here.endpoint = server_url(server);
    assert_ok(kms_create_key(&here, "for a test", &arn, NULL));
    assert_string_equal(buf_text(&arn), "arn:x");
    server_stop(server, &sent);
    assert_true(holds(&sent, "\r\nX-Amz-Target: TrentService.CreateKey\r\n"));
    assert_true(holds(
        &sent, "\r\nAuthorization: AWS4-HMAC-SHA256 Credential=111122223333/"));
    assert_true(holds(&sent, "/eu-west-1/kms/aws4_request"));
    assert_true(holds(
        &sent, "SignedHeaders=content-type;host;x-amz-date;x-amz-target"));
    assert_true(holds(&sent, "{\"Description\":\"for a test\"}"));
    buf_reset(&sent);
    buf_reset(&arn);
}

static void
a_refusal_of_kms_is_told_in_its_words(void **state)
{
    struct server *server = server_start(
        "HTTP/1.1 400 Bad\r\n\r\n"
        "{\"__type\":\"LimitExceededException\",\"message\":\"too many\"}");
    struct kms_account here = account;
    struct buf arn = { 0 }, problem = { 0 };

    (void)state;
    here.endpoint = server_url(server);
    assert_int_equal(kms_create_key(&here, "x", &arn, &problem), STATUS_DENIED);
    assert_int_equal(arn.len, 0);
    assert_true(holds(&problem, "CreateKey was refused with status 400: "
                                "LimitExceededException: too many"));
    server_stop(server, NULL);
    buf_reset(&problem);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_created_key_is_given_by_its_arn),
        cmocka_unit_test(a_refusal_of_kms_is_told_in_its_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
