/* SPDX-License-Identifier: Apache-2.0 */
/* Presigned URLs that nobody signed. (test_sigv4.c verifies AWS's own.) */
#include "aws/sigv4.h"
#include "test/check.h"

#define DATE "20150830T123600Z"
#define QUERY_CREDENTIAL                                                       \
    "X-Amz-Credential=AKID%2F20150830%2Fus-east-1%2Fsts%2Faws4_request"
#define QUERY_REST                                                             \
    "X-Amz-Date=" DATE "&X-Amz-SignedHeaders=host&X-Amz-Signature=00"
#define QUERY_ALGORITHM "X-Amz-Algorithm=AWS4-HMAC-SHA256"

static void
malformed_presigned_queries_have_exact_statuses(void **state)
{
    (void)state;
    static const struct {
        const char *query;
        enum status status;
    } cases[] = {
        { "", STATUS_UNSUPPORTED },
        { "a=b", STATUS_UNSUPPORTED },
        { "X-Amz-Algorithm=AWS4-HMAC-SHA1", STATUS_UNSUPPORTED },
        { QUERY_ALGORITHM, STATUS_NOT_FOUND },
        { QUERY_ALGORITHM "&" QUERY_CREDENTIAL, STATUS_NOT_FOUND },
        { QUERY_ALGORITHM "&" QUERY_REST, STATUS_NOT_FOUND },
        { QUERY_ALGORITHM "&" QUERY_ALGORITHM, STATUS_EXISTS },
        { QUERY_ALGORITHM "&X-Amz-Credential=a&" QUERY_REST, STATUS_INVALID },
        { QUERY_ALGORITHM "&X-Amz-Credential=%2F%&" QUERY_REST,
            STATUS_INVALID },
        { QUERY_ALGORITHM "&" QUERY_CREDENTIAL "&X-Amz-Date=" DATE
                          "&X-Amz-SignedHeaders=host&X-Amz-Signature=",
            STATUS_INVALID },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct sigv4_authorization out = { 0 };
        struct span date = { 0 };
        struct buf decoded = { 0 };
        assert_int_equal(
            sigv4_parse_query(span_text(cases[i].query), &decoded, &out, &date),
            cases[i].status);
        assert_true(decoded.ptr == NULL && !out.in_query && date.ptr == NULL);
    }
}

static void
long_presigned_queries_are_too_large(void **state)
{
    (void)state;
    struct sigv4_authorization out = { 0 };
    struct span date = { 0 };
    struct buf decoded = { 0 }, query = { 0 };
    for (int i = 0; i <= SIGV4_QUERY_MAX; i++)
        assert_ok(buf_append_text(&query, "a=1&"));
    assert_ok(buf_append_text(
        &query, QUERY_ALGORITHM "&" QUERY_CREDENTIAL "&" QUERY_REST));
    assert_int_equal(sigv4_parse_query(buf_span(&query), &decoded, &out, &date),
        STATUS_TOO_LARGE);
    for (int i = 0; i <= SIGV4_AUTHORIZATION_MAX; i++)
        assert_ok(buf_append_text(&query, "x"));
    assert_int_equal(sigv4_parse_query(buf_span(&query), &decoded, &out, &date),
        STATUS_TOO_LARGE);
    assert_true(decoded.ptr == NULL && !out.in_query);
    buf_reset(&query);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(malformed_presigned_queries_have_exact_statuses),
        cmocka_unit_test(long_presigned_queries_are_too_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
