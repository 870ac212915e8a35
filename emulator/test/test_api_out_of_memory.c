/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lets the first, second, third ... allocation of each operation fail, until
 * it gets through without. Each request gets one answer, which says that
 * something failed or is as good as ever; nothing leaks (the asan build
 * tells). The Makefile links malloc and calloc of our own objects to here,
 * and wipe_malloc: what jansson asks for is spared (see base/json.h).
 */
#include "support_api.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_wipe_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_wipe_malloc(size_t size);

/* Allocations until one fails; 0 and below: none does. */
static atomic_int countdown;
static int fail_at;
static bool failed;

static bool
fails_now(void)
{
    return atomic_fetch_sub(&countdown, 1) == 1;
}

void *
__wrap_malloc(size_t size)
{
    return fails_now() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
    return fails_now() ? NULL : __real_calloc(count, size);
}

void *
__wrap_wipe_malloc(size_t size)
{
    int left = atomic_exchange(&countdown, 0);
    void *ptr = __real_wipe_malloc(size);
    atomic_store(&countdown, left);
    return ptr;
}

static void
arm(void)
{
    atomic_store(&countdown, fail_at);
}

static void
disarm(void)
{
    failed = atomic_exchange(&countdown, 0) <= 0;
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
        atomic_store(&countdown, n);
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
        FIXTURE_TEST(seeding_survives_each_failure),
    };
    return cmocka_run_group_tests_name("out of memory", tests, NULL, NULL);
}
