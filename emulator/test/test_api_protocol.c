/* SPDX-License-Identifier: Apache-2.0 */
#include "support_api.h"

#include "aws/kms_model.h"

#include <stdio.h>

/* A request as a table row; NULL leaves a header out. */
struct raw {
    const char *method, *type, *target, *authorization, *body;
};

#define JSON_TYPE "application/x-amz-json-1.1"
#define GOOD_AUTHORIZATION                                                     \
    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/eu-west-1/kms/"          \
    "aws4_request, SignedHeaders=host;x-amz-date, "                            \
    "Signature="                                                               \
    "0000000000000000000000000000000000000000000000000000000000000000"

static unsigned
ask_raw(struct asker *a, const struct raw *raw)
{
    const struct {
        const char *name, *value;
    } all[] = {
        { "Host", "localhost" },
        { "X-Amz-Date", "20261122T120000Z" },
        { "Content-Type", raw->type },
        { "X-Amz-Target", raw->target },
        { "Authorization", raw->authorization },
    };
    struct sigv4_header headers[ARRAY_LEN(all)];
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        if (all[i].value != NULL)
            headers[count++] = (struct sigv4_header){ span_text(all[i].name),
                span_text(all[i].value) };
    struct service_request request = {
        .wire = { .method = span_text(raw->method),
            .path = SPAN_LITERAL("/"),
            .headers = headers,
            .header_count = count },
        .body = span_text(raw->body),
        .request_id = SPAN_LITERAL("00000000-0000-4000-8000-000000000000"),
    };
    return ask_request(a, &request);
}

static void
requests_that_are_none_get_aws_answers(void **state)
{
    struct asker *a = asker_of(state);
    static const struct {
        struct raw raw;
        unsigned status;
        const char *body;
    } cases[] = {
        { { "GET", NULL, NULL, GOOD_AUTHORIZATION, "" }, 403,
            "<AccessDeniedException>\n  <Message>Unable to determine "
            "service/operation name to be authorized</Message>\n"
            "</AccessDeniedException>\n" },
        { { "POST", "text/plain", NULL, GOOD_AUTHORIZATION, "{}" }, 403,
            "<AccessDeniedException>\n  <Message>Unable to determine "
            "service/operation name to be authorized</Message>\n"
            "</AccessDeniedException>\n" },
        { { "POST", "text/plain", "TrentService.ListKeys", GOOD_AUTHORIZATION,
              "{}" },
            404, "<UnknownOperationException/>\n" },
        { { "POST", JSON_TYPE, NULL, GOOD_AUTHORIZATION, "{}" }, 400,
            "{\"__type\":\"UnknownOperationException\"}" },
        { { "POST", JSON_TYPE, "TrentService.Nothing", GOOD_AUTHORIZATION,
              "{}" },
            400, "{\"__type\":\"UnknownOperationException\"}" },
        { { "POST", JSON_TYPE, "Kinesis_20131202.ListKeys", GOOD_AUTHORIZATION,
              "{}" },
            400, "{\"__type\":\"UnknownOperationException\"}" },
        { { "POST", JSON_TYPE, "TrentService.", GOOD_AUTHORIZATION, "" }, 400,
            "{\"__type\":\"UnknownOperationException\"}" },
        { { "POST", JSON_TYPE, "TrentService.ListKeys", GOOD_AUTHORIZATION,
              "" },
            400, "{\"__type\":\"SerializationException\"}" },
        { { "POST", JSON_TYPE, "TrentService.ListKeys", GOOD_AUTHORIZATION,
              "{\"Limit\":" },
            400, "{\"__type\":\"SerializationException\"}" },
        { { "POST", JSON_TYPE, "TrentService.ListKeys", GOOD_AUTHORIZATION,
              "{} trailing" },
            400, "{\"__type\":\"SerializationException\"}" },
        { { "POST", JSON_TYPE "; charset=utf-8", "TrentService.ListKeys",
              GOOD_AUTHORIZATION, "{}" },
            200, "{\"Keys\":[],\"Truncated\":false}" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_int_equal(ask_raw(a, &cases[i].raw), cases[i].status);
        assert_span_text(buf_span(&a->answer.body), cases[i].body);
    }
}

static void
bad_values_get_aws_words(void **state)
{
    struct asker *a = asker_of(state);
    static const struct {
        const char *operation, *body, *type;
    } cases[] = {
        { "ListKeys", "[]", "SerializationException" },
        { "ListKeys", "'text'", "SerializationException" },
        { "DescribeKey", "{'KeyId':7}", "SerializationException" },
        { "CreateKey", "{'Tags':{}}", "SerializationException" },
        { "Encrypt", "{'KeyId':'x','Plaintext':'%%%%'}",
            "SerializationException" },
        { "DescribeKey", "{}", "ValidationException" },
        { "DescribeKey", "{'KeyId':null}", "ValidationException" },
        { "DescribeKey", "{'KeyId':''}", "ValidationException" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_int_equal(ask(a, cases[i].operation, "%s", cases[i].body), 400);
        assert_string_equal(answer_text(a, "__type"), cases[i].type);
    }
    assert_error(a, "ValidationException",
        "1 validation error detected: Value '' at 'keyId' failed to satisfy "
        "constraint: Member must have length greater than or equal to 1");
}

static void
every_other_operation_says_that_it_is_not_supported(void **state)
{
    static const enum kms_operation_id supported[] = {
        KMS_OPERATION_CANCEL_KEY_DELETION,
        KMS_OPERATION_CREATE_ALIAS,
        KMS_OPERATION_CREATE_KEY,
        KMS_OPERATION_DECRYPT,
        KMS_OPERATION_DELETE_ALIAS,
        KMS_OPERATION_DESCRIBE_KEY,
        KMS_OPERATION_DISABLE_KEY,
        KMS_OPERATION_DISABLE_KEY_ROTATION,
        KMS_OPERATION_ENABLE_KEY,
        KMS_OPERATION_ENABLE_KEY_ROTATION,
        KMS_OPERATION_ENCRYPT,
        KMS_OPERATION_GENERATE_DATA_KEY,
        KMS_OPERATION_GENERATE_DATA_KEY_WITHOUT_PLAINTEXT,
        KMS_OPERATION_GENERATE_RANDOM,
        KMS_OPERATION_GET_KEY_POLICY,
        KMS_OPERATION_GET_KEY_ROTATION_STATUS,
        KMS_OPERATION_LIST_ALIASES,
        KMS_OPERATION_LIST_KEY_POLICIES,
        KMS_OPERATION_LIST_KEY_ROTATIONS,
        KMS_OPERATION_LIST_KEYS,
        KMS_OPERATION_LIST_RESOURCE_TAGS,
        KMS_OPERATION_PUT_KEY_POLICY,
        KMS_OPERATION_RE_ENCRYPT,
        KMS_OPERATION_ROTATE_KEY_ON_DEMAND,
        KMS_OPERATION_SCHEDULE_KEY_DELETION,
        KMS_OPERATION_TAG_RESOURCE,
        KMS_OPERATION_UNTAG_RESOURCE,
        KMS_OPERATION_UPDATE_ALIAS,
        KMS_OPERATION_UPDATE_KEY_DESCRIPTION,
    };
    struct asker *a = asker_of(state);
    size_t refused = 0;
    for (size_t id = 0; id < KMS_OPERATION_COUNT; id++) {
        const struct kms_operation *operation =
            kms_model_operation((enum kms_operation_id)id);
        bool is_supported = false;
        for (size_t i = 0; i < ARRAY_LEN(supported); i++)
            is_supported = is_supported || supported[i] == id;
        if (is_supported)
            continue;
        char message[128];
        (void)snprintf(message, sizeof(message),
            "%s is not supported by this emulator.", operation->name);
        (void)ask(a, operation->name, "{}");
        assert_error(a, "UnsupportedOperationException", message);
        assert_string_equal(a->answer.operation, operation->name);
        refused++;
    }
    assert_int_equal(refused, KMS_OPERATION_COUNT - ARRAY_LEN(supported));
}

static void
answers_tell_the_account_and_operation_for_the_log(void **state)
{
    struct asker *a = asker_of(state);
    assert_answered(ask(a, "ListKeys", "{}"));
    assert_string_equal(a->answer.account, API_ACCOUNT);
    assert_string_equal(a->answer.operation, "ListKeys");
    assert_string_equal(a->answer.content_type, JSON_TYPE);
    assert_null(a->answer.error_type);
    a->access_key_id = "AKIAIOSFODNN7EXAMPLE";
    assert_answered(ask(a, "ListKeys", "{}"));
    assert_string_equal(a->answer.account, API_ACCOUNT);
    a->access_key_id = API_OTHER_ACCOUNT;
    assert_answered(ask(a, "ListKeys", "{}"));
    assert_string_equal(a->answer.account, API_OTHER_ACCOUNT);
}

static void
grant_tokens_are_accepted_by_their_shape(void **state)
{
    struct asker *a = asker_of(state);
    struct key_made key = ask_key(a);
    assert_answered(
        ask(a, "DescribeKey", "{'KeyId':'%s','GrantTokens':['abc']}", key.id));
    (void)ask(a, "DescribeKey", "{'KeyId':'%s','GrantTokens':'abc'}", key.id);
    assert_string_equal(answer_text(a, "__type"), "SerializationException");
}

/* Clients whose numbers are all floating point send 16.0. */
static void
a_number_with_a_fraction_is_cut_towards_zero(void **state)
{
    struct asker *a = asker_of(state);
    struct key_made key = ask_key(a);
    (void)ask_key(a);
    assert_answered(ask(a, "ListKeys", "{'Limit':1.9}"));
    assert_int_equal(json_count(answer_at(a, "Keys")), 1);
    assert_answered(ask(a, "GenerateRandom", "{'NumberOfBytes':3.0}"));
    assert_int_equal(strlen(answer_text(a, "Plaintext")), 4);
    assert_answered(ask(
        a, "GenerateDataKey", "{'KeyId':'%s','NumberOfBytes':3e0}", key.id));
    assert_int_equal(strlen(answer_text(a, "Plaintext")), 4);
    assert_answered(ask(a, "ScheduleKeyDeletion",
        "{'KeyId':'%s','PendingWindowInDays':7.5}", key.id));
    assert_int_equal(json_get_int(answer_at(a, "PendingWindowInDays")), 7);
    (void)ask(a, "GenerateRandom", "{'NumberOfBytes':0.9}");
    assert_error(a, "ValidationException",
        "1 validation error detected: Value '0' at 'numberOfBytes' failed to "
        "satisfy constraint: Member must have value greater than or equal to "
        "1");
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        FIXTURE_TEST(requests_that_are_none_get_aws_answers),
        FIXTURE_TEST(bad_values_get_aws_words),
        FIXTURE_TEST(every_other_operation_says_that_it_is_not_supported),
        FIXTURE_TEST(answers_tell_the_account_and_operation_for_the_log),
        FIXTURE_TEST(grant_tokens_are_accepted_by_their_shape),
        FIXTURE_TEST(a_number_with_a_fraction_is_cut_towards_zero),
    };
    return cmocka_run_group_tests_name("protocol", tests, NULL, NULL);
}
