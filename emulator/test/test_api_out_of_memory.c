/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lets the first, second, third ... allocation of each operation fail, until
 * it gets through without. Each request gets one answer, which says that
 * something failed or is as good as ever; nothing leaks (the asan build
 * tells). The Makefile links wipe_malloc to here: what jansson asks for is
 * spared (see base/json.h).
 */
#include "failing_memory.h"
#include "support_sign.h"

#include <stdio.h>
#include <stdlib.h>

void *__real_wipe_malloc(size_t size);
void *__wrap_wipe_malloc(size_t size);

static int fail_at;
static bool failed;

void *
__wrap_wipe_malloc(size_t size)
{
    int held = failing_memory_hold();
    void *ptr = __real_wipe_malloc(size);
    failing_memory_go_on(held);
    return ptr;
}

static void
arm(void)
{
    failing_memory_arm(fail_at);
}

static void
disarm(void)
{
    failed = failing_memory_disarm();
}

/* `body` may name the key by one %s. */
struct request {
    const char *operation, *body;
};

static unsigned
ask_about(struct asker *a, const struct request *request, const char *key_id)
{
    struct buf body = { 0 };
    struct span text = span_text(request->body);
    size_t at;
    if (span_search(text, SPAN_LITERAL("%s"), &at)) {
        assert_ok(buf_append(&body, span_first(text, at)));
        assert_ok(buf_append_text(&body, key_id));
        text = span_skip(text, at + 2);
    }
    assert_ok(buf_append(&body, text));
    unsigned status = ask(a, request->operation, "%s", buf_text(&body));
    buf_reset(&body);
    return status;
}

static void
walk_failures(struct asker *a, const struct request *request)
{
    enum { MORE_THAN_ANY_NEEDS = 1000 };
    struct key_made key = ask_key(a);
    unsigned status = 0;
    failed = true;
    for (int n = 1; failed; n++) {
        assert_true(n < MORE_THAN_ANY_NEEDS);
        fail_at = n;
        a->before = arm;
        a->after = disarm;
        status = ask_about(a, request, key.id);
        a->before = a->after = NULL;
        if (status != 200 && status != 500)
            fail_msg("%s: %u: %s", request->operation, status,
                buf_text(&a->answer.body));
    }
    assert_int_equal(status, 200);
}

static void
each_operation_survives_each_failure(void **state)
{
    static const struct request requests[] = {
        { "CreateKey",
            "{'Description':'d','Tags':[{'TagKey':'a','TagValue':'b'}],"
            "'Policy':'{\\'Statement\\':{\\'Effect\\':\\'Allow\\',"
            "\\'Principal\\':\\'*\\',\\'Action\\':\\'*\\',"
            "\\'Resource\\':\\'*\\'}}'}" },
        { "DescribeKey", "{'KeyId':'alias/known'}" },
        { "ListKeys", "{'Limit':1}" },
        { "UpdateKeyDescription", "{'KeyId':'%s','Description':'new'}" },
        { "DisableKey", "{'KeyId':'%s'}" },
        { "EnableKey", "{'KeyId':'%s'}" },
        { "ScheduleKeyDeletion", "{'KeyId':'%s'}" },
        { "UpdateAlias", "{'AliasName':'alias/known','TargetKeyId':'%s'}" },
        { "ListAliases", "{'Limit':1}" },
        { "TagResource",
            "{'KeyId':'%s','Tags':[{'TagKey':'a','TagValue':'b'}]}" },
        { "UntagResource", "{'KeyId':'%s','TagKeys':['a']}" },
        { "ListResourceTags", "{'KeyId':'%s'}" },
        { "GetKeyPolicy", "{'KeyId':'%s'}" },
        { "ListKeyPolicies", "{'KeyId':'%s'}" },
        { "Encrypt", "{'KeyId':'%s','Plaintext':'aGk=','EncryptionContext':"
                     "{'a':'b'}}" },
        { "GenerateDataKey", "{'KeyId':'%s','KeySpec':'AES_256'}" },
        { "GenerateRandom", "{'NumberOfBytes':100}" },
        { "EnableKeyRotation", "{'KeyId':'%s'}" },
        { "RotateKeyOnDemand", "{'KeyId':'%s'}" },
        { "GetKeyRotationStatus", "{'KeyId':'%s'}" },
        { "ListKeyRotations", "{'KeyId':'%s'}" },
    };
    struct asker *a = asker_of(state);
    struct key_made key = ask_key(a);
    assert_answered(ask(a, "CreateAlias",
        "{'AliasName':'alias/known','TargetKeyId':'%s'}", key.id));
    for (size_t i = 0; i < ARRAY_LEN(requests); i++)
        walk_failures(a, &requests[i]);
}

static void
decryption_survives_each_failure(void **state)
{
    struct asker *a = asker_of(state);
    struct key_made key = ask_key(a);
    struct buf body = { 0 };
    assert_answered(
        ask(a, "Encrypt", "{'KeyId':'%s','Plaintext':'aGk='}", key.id));
    assert_ok(
        buf_printf(&body, "{'CiphertextBlob':'%s','DestinationKeyId':'%s'}",
            answer_text(a, "CiphertextBlob"), key.id));
    struct request decrypt = { "Decrypt", buf_text(&body) };
    struct request re_encrypt = { "ReEncrypt", buf_text(&body) };
    walk_failures(a, &decrypt);
    walk_failures(a, &re_encrypt);
    buf_reset(&body);
}

static void
walk_signed(struct asker *a, const struct signed_request *request)
{
    unsigned status = 0;
    failed = true;
    for (int n = 1; failed; n++) {
        fail_at = n;
        a->before = arm;
        a->after = disarm;
        status = ask_signed(a, request);
        a->before = a->after = NULL;
        assert_true(status == 200 || status == 500);
    }
    assert_int_equal(status, 200);
}

static void
copy_element(const struct asker *a, const char *tag, char *out, size_t size)
{
    const char *at = strstr(buf_text(&a->answer.body), tag);
    assert_non_null(at);
    size_t len = strcspn(at + strlen(tag), "<");
    assert_true(len < size);
    memcpy(out, at + strlen(tag), len);
    out[len] = '\0';
}

static void
sessions_survive_each_failure(void **state)
{
#define ROLE                                                                   \
    "&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fa" \
    "&RoleSessionName=me"
    static const char *const bodies[] = {
        "Action=AssumeRole&Policy=%7B%7D" ROLE,
        "Action=AssumeRoleWithWebIdentity" ROLE
        "&WebIdentityToken=eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2kiLCJzdWI"
        "iOiJzPDE-IiwiYXVkIjoiYSIsImV4cCI6MTg5MzQ1NjAwMH0.c2ln"
    };
    struct asker *a = asker_of(state);
    char id[64], secret[64], token[1024];
    struct signed_request sts = { .method = "POST",
        .query = "",
        .service = "sts",
        .key_id = API_ACCOUNT,
        .content_type = "application/x-www-form-urlencoded" };
    for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
        sts.body = bodies[i];
        walk_signed(a, &sts);
    }
    copy_element(a, "<AccessKeyId>", id, sizeof(id));
    copy_element(a, "<SecretAccessKey>", secret, sizeof(secret));
    copy_element(a, "<SessionToken>", token, sizeof(token));
    struct signed_request list = { .method = "POST",
        .query = "",
        .body = "{}",
        .service = "kms",
        .key_id = id,
        .secret = secret,
        .token = token };
    walk_signed(a, &list);
}

static void
seeding_survives_each_failure(void **state)
{
    static const char text[] =
        "{\"keys\":[{\"id\":\"1234abcd-12ab-34cd-56ef-1234567890ab\","
        "\"aliases\":[\"alias/a\"],\"tags\":{\"a\":\"b\"}}],"
        "\"accessKeys\":[{\"accessKeyId\":\"A\",\"secretAccessKey\":\"s\"}]}";
    struct fixture *fixture = *state;
    enum status status = STATUS_NO_MEMORY;
    failed = true;
    for (int n = 1; failed; n++) {
        struct buf problem = { 0 };
        failing_memory_arm(n);
        status =
            service_seed(fixture->api.service, SPAN_LITERAL(text), &problem);
        disarm();
        assert_true(status == STATUS_OK || status == STATUS_NO_MEMORY);
        buf_reset(&problem);
        assert_ok(service_reset(fixture->api.service, SPAN_LITERAL("")));
    }
    assert_ok(status);
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        FIXTURE_TEST(each_operation_survives_each_failure),
        FIXTURE_TEST(decryption_survives_each_failure),
        FIXTURE_TEST(sessions_survive_each_failure),
        FIXTURE_TEST(seeding_survives_each_failure),
    };
    return cmocka_run_group_tests_name("out of memory", tests, NULL, NULL);
}
