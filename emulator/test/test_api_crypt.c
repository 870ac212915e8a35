/* SPDX-License-Identifier: Apache-2.0 */
#include "support_api.h"

#include "base/encode.h"

#include <stdio.h>

#define PLAINTEXT "aGVsbG8gd29ybGQ=" /* hello world */
#define INCORRECT_KEY                                                          \
    "The key ID in the request does not identify a CMK that can perform this " \
    "operation."
#define NOT_HERE                                                               \
    "The ciphertext refers to a customer master key that does not exist, "     \
    "does not exist in this region, or you are not allowed to access."

enum { BLOB_TEXT_MAX = 8192 };

/* A member of the answer, kept beyond the next question. */
static void
keep(const struct asker *a, const char *member, char text[BLOB_TEXT_MAX])
{
    (void)snprintf(text, BLOB_TEXT_MAX, "%s", answer_text(a, member));
    assert_true(text[0] != '\0');
}

static size_t
decoded_len(const struct asker *a, const char *member)
{
    struct buf bytes = { 0 };
    assert_ok(base64_decode(span_text(answer_text(a, member)), &bytes));
    size_t len = bytes.len;
    buf_reset(&bytes);
    return len;
}

static void
what_is_encrypted_comes_back(void **state)
{
    struct asker *a = asker_of(state);
    struct key_made key = ask_key(a);
    char blob[BLOB_TEXT_MAX];
    assert_answered(ask(
        a, "Encrypt", "{'KeyId':'%s','Plaintext':'" PLAINTEXT "'}", key.id));
    assert_string_equal(answer_text(a, "KeyId"), key.arn);
    assert_string_equal(
        answer_text(a, "EncryptionAlgorithm"), "SYMMETRIC_DEFAULT");
    assert_int_equal(json_count(answer_at(a, "")), 3);
    keep(a, "CiphertextBlob", blob);
    assert_memory_equal(blob, "AQ", 2); /* first byte 0x01 */
    assert_int_equal(decoded_len(a, "CiphertextBlob"), 11 + 152);
    assert_answered(ask(a, "Decrypt", "{'CiphertextBlob':'%s'}", blob));
    assert_string_equal(answer_text(a, "Plaintext"), PLAINTEXT);
    assert_string_equal(answer_text(a, "KeyId"), key.arn);
    assert_string_equal(
        answer_text(a, "EncryptionAlgorithm"), "SYMMETRIC_DEFAULT");
    assert_int_equal(strlen(answer_text(a, "KeyMaterialId")), 64);
}

static void
all_four_references_mean_the_key(void **state)
{
    struct asker *a = asker_of(state);
    struct key_made key = ask_key(a);
    assert_answered(ask(a, "CreateAlias",
        "{'AliasName':'alias/app','TargetKeyId':'%s'}", key.id));
    const char *references[] = { key.id, key.arn, "alias/app",
        "arn:aws:kms:" API_REGION ":" API_ACCOUNT ":alias/app" };
    for (size_t i = 0; i < ARRAY_LEN(references); i++) {
        assert_answered(ask(a, "Encrypt",
            "{'KeyId':'%s','Plaintext':'" PLAINTEXT "'}", references[i]));
        assert_string_equal(answer_text(a, "KeyId"), key.arn);
        char blob[BLOB_TEXT_MAX];
        keep(a, "CiphertextBlob", blob);
        assert_answered(ask(a, "Decrypt",
            "{'KeyId':'%s','CiphertextBlob':'%s'}", references[i], blob));
        assert_string_equal(answer_text(a, "KeyId"), key.arn);
    }
}

static void
the_context_is_bound_without_ambiguity(void **state)
{
    struct asker *a = asker_of(state);
    struct key_made key = ask_key(a);
    char blob[BLOB_TEXT_MAX];
    assert_answered(ask(a, "Encrypt",
        "{'KeyId':'%s','Plaintext':'" PLAINTEXT "',"
        "'EncryptionContext':{'a':'bc','z':'1'}}",
        key.id));
    keep(a, "CiphertextBlob", blob);
    assert_answered(ask(a, "Decrypt",
        "{'CiphertextBlob':'%s','EncryptionContext':{'z':'1','a':'bc'}}",
        blob));
    static const char *const wrong[] = { "{}", "{'a':'bc'}",
        "{'ab':'c','z':'1'}", "{'a':'bc','z':'1','y':''}", "{'a':'bcz1'}",
        "{'A':'bc','z':'1'}" };
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        (void)ask(a, "Decrypt",
            "{'CiphertextBlob':'%s','EncryptionContext':%s}", blob, wrong[i]);
        assert_error(a, "InvalidCiphertextException", NULL);
    }
}

static void
a_big_context_is_bound_too(void **state)
{
    struct asker *a = asker_of(state);
    struct key_made key = ask_key(a);
    struct buf pairs = { 0 };
    char blob[BLOB_TEXT_MAX];
    for (int i = 0; i < 40; i++)
        assert_ok(buf_printf(&pairs, "%s'key%d':'v'", i == 0 ? "" : ",", i));
    assert_answered(ask(a, "Encrypt",
        "{'KeyId':'%s','Plaintext':'" PLAINTEXT "','EncryptionContext':{%s}}",
        key.id, buf_text(&pairs)));
    keep(a, "CiphertextBlob", blob);
    assert_answered(
        ask(a, "Decrypt", "{'CiphertextBlob':'%s','EncryptionContext':{%s}}",
            blob, buf_text(&pairs)));
    (void)ask(a, "Decrypt", "{'CiphertextBlob':'%s'}", blob);
    assert_error(a, "InvalidCiphertextException", NULL);
    buf_reset(&pairs);
}

static void
a_damaged_blob_is_invalid_ciphertext(void **state)
{
    struct asker *a = asker_of(state);
    struct key_made key = ask_key(a);
    struct buf bytes = { 0 };
    assert_answered(ask(
        a, "Encrypt", "{'KeyId':'%s','Plaintext':'" PLAINTEXT "'}", key.id));
    assert_ok(
        base64_decode(span_text(answer_text(a, "CiphertextBlob")), &bytes));
    for (size_t i = 0; i < bytes.len; i++) {
        struct buf text = { 0 };
        bytes.ptr[i] ^= 0x10;
        assert_ok(base64_encode(buf_span(&bytes), &text));
        (void)ask(a, "Decrypt", "{'CiphertextBlob':'%s'}", buf_text(&text));
        assert_error(a, "InvalidCiphertextException", NULL);
        bytes.ptr[i] ^= 0x10;
        buf_reset(&text);
    }
    (void)ask(a, "Decrypt", "{'CiphertextBlob':'AQ=='}");
    assert_error(a, "InvalidCiphertextException", NULL);
    (void)ask(a, "Decrypt", "{'CiphertextBlob':'c29tZSBieXRlcw=='}");
    assert_error(a, "InvalidCiphertextException", NULL);
    buf_reset(&bytes);
}

static void
a_wrong_key_id_is_an_incorrect_key(void **state)
{
    struct asker *a = asker_of(state);
    struct key_made key = ask_key(a);
    struct key_made other = ask_key(a);
    char blob[BLOB_TEXT_MAX];
    assert_answered(ask(
        a, "Encrypt", "{'KeyId':'%s','Plaintext':'" PLAINTEXT "'}", key.id));
    keep(a, "CiphertextBlob", blob);
    (void)ask(
        a, "Decrypt", "{'KeyId':'%s','CiphertextBlob':'%s'}", other.id, blob);
    assert_error(a, "IncorrectKeyException", INCORRECT_KEY);
    (void)ask(a, "ReEncrypt",
        "{'SourceKeyId':'%s','DestinationKeyId':'%s','CiphertextBlob':'%s'}",
        other.id, other.id, blob);
    assert_error(a, "IncorrectKeyException", INCORRECT_KEY);
}

static void
blobs_of_other_accounts_and_regions_are_denied(void **state)
{
    struct asker *a = asker_of(state);
    struct key_made key = ask_key(a);
    char blob[BLOB_TEXT_MAX];
    assert_answered(ask(
        a, "Encrypt", "{'KeyId':'%s','Plaintext':'" PLAINTEXT "'}", key.id));
    keep(a, "CiphertextBlob", blob);
    a->region = "us-east-2";
    (void)ask(a, "Decrypt", "{'CiphertextBlob':'%s'}", blob);
    assert_error(a, "AccessDeniedException", NOT_HERE);
    a->region = API_REGION;
    a->access_key_id = API_OTHER_ACCOUNT;
    (void)ask(a, "Decrypt", "{'CiphertextBlob':'%s'}", blob);
    assert_error(a, "AccessDeniedException", NOT_HERE);
}

static void
blobs_move_to_other_keys_and_contexts(void **state)
{
    struct asker *a = asker_of(state);
    struct key_made from = ask_key(a);
    struct key_made to = ask_key(a);
    char blob[BLOB_TEXT_MAX];
    assert_answered(ask(a, "Encrypt",
        "{'KeyId':'%s','Plaintext':'" PLAINTEXT "',"
        "'EncryptionContext':{'from':'1'}}",
        from.id));
    keep(a, "CiphertextBlob", blob);
    (void)ask(a, "ReEncrypt", "{'CiphertextBlob':'%s','DestinationKeyId':'%s'}",
        blob, to.id);
    assert_error(a, "InvalidCiphertextException", NULL);
    assert_answered(ask(a, "ReEncrypt",
        "{'CiphertextBlob':'%s','DestinationKeyId':'%s',"
        "'SourceEncryptionContext':{'from':'1'},"
        "'DestinationEncryptionContext':{'to':'2'}}",
        blob, to.id));
    assert_string_equal(answer_text(a, "SourceKeyId"), from.arn);
    assert_string_equal(answer_text(a, "KeyId"), to.arn);
    assert_string_equal(
        answer_text(a, "SourceEncryptionAlgorithm"), "SYMMETRIC_DEFAULT");
    assert_string_equal(
        answer_text(a, "DestinationEncryptionAlgorithm"), "SYMMETRIC_DEFAULT");
    keep(a, "CiphertextBlob", blob);
    assert_answered(ask(a, "Decrypt",
        "{'KeyId':'%s','CiphertextBlob':'%s','EncryptionContext':{'to':'2'}}",
        to.id, blob));
    assert_string_equal(answer_text(a, "Plaintext"), PLAINTEXT);
}

static void
data_keys_are_as_long_as_asked(void **state)
{
    struct asker *a = asker_of(state);
    struct key_made key = ask_key(a);
    static const struct {
        const char *member;
        size_t len;
    } cases[] = { { "'KeySpec':'AES_256'", 32 }, { "'KeySpec':'AES_128'", 16 },
        { "'NumberOfBytes':1", 1 }, { "'NumberOfBytes':1024", 1024 } };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char blob[BLOB_TEXT_MAX], plaintext[BLOB_TEXT_MAX];
        assert_answered(ask(a, "GenerateDataKey", "{'KeyId':'%s',%s}", key.id,
            cases[i].member));
        assert_int_equal(decoded_len(a, "Plaintext"), cases[i].len);
        assert_string_equal(answer_text(a, "KeyId"), key.arn);
        keep(a, "CiphertextBlob", blob);
        keep(a, "Plaintext", plaintext);
        assert_answered(ask(a, "Decrypt", "{'CiphertextBlob':'%s'}", blob));
        assert_string_equal(answer_text(a, "Plaintext"), plaintext);
        assert_answered(ask(a, "GenerateDataKeyWithoutPlaintext",
            "{'KeyId':'%s',%s}", key.id, cases[i].member));
        assert_null(answer_at(a, "Plaintext"));
        assert_int_equal(decoded_len(a, "CiphertextBlob"), cases[i].len + 152);
    }
}

static void
a_data_key_has_one_length(void **state)
{
    struct asker *a = asker_of(state);
    struct key_made key = ask_key(a);
    static const char *const members[] = { "", ",'KeySpec':'AES_256',"
                                               "'NumberOfBytes':32" };
    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        (void)ask(a, "GenerateDataKey", "{'KeyId':'%s'%s}", key.id, members[i]);
        assert_error(a, "ValidationException",
            "Please specify either number of bytes or key spec.");
    }
    (void)ask(
        a, "GenerateDataKey", "{'KeyId':'%s','NumberOfBytes':1025}", key.id);
    assert_error(a, "ValidationException",
        "1 validation error detected: Value '1025' at 'numberOfBytes' failed "
        "to satisfy constraint: Member must have value less than or equal to "
        "1024");
}

static void
random_bytes_are_as_many_as_asked(void **state)
{
    struct asker *a = asker_of(state);
    char first[BLOB_TEXT_MAX];
    assert_answered(ask(a, "GenerateRandom", "{'NumberOfBytes':91}"));
    assert_int_equal(decoded_len(a, "Plaintext"), 91);
    keep(a, "Plaintext", first);
    assert_answered(ask(a, "GenerateRandom", "{'NumberOfBytes':91}"));
    assert_string_not_equal(answer_text(a, "Plaintext"), first);
    (void)ask(a, "GenerateRandom", "{}");
    assert_error(a, "ValidationException", "NumberOfBytes is required.");
}

static void
a_dry_run_tells_and_does_nothing(void **state)
{
    struct asker *a = asker_of(state);
    struct key_made key = ask_key(a);
    (void)ask(a, "Encrypt",
        "{'KeyId':'%s','Plaintext':'" PLAINTEXT "','DryRun':true}", key.id);
    assert_error(a, "DryRunOperationException",
        "The request would have succeeded, but the DryRun option is set.");
    assert_answered(ask(a, "Encrypt",
        "{'KeyId':'%s','Plaintext':'" PLAINTEXT "','DryRun':false}", key.id));
    assert_answered(ask(a, "DisableKey", "{'KeyId':'%s','DryRun':true}",
        key.id)); /* it has no DryRun */
    (void)ask(a, "GenerateDataKey",
        "{'KeyId':'%s','KeySpec':'AES_256','DryRun':true}", key.id);
    assert_string_equal(answer_text(a, "__type"), "DisabledException");
}

static void
what_a_symmetric_key_cannot_do_is_refused(void **state)
{
    struct asker *a = asker_of(state);
    struct key_made key = ask_key(a);
    (void)ask(a, "Encrypt",
        "{'KeyId':'%s','Plaintext':'" PLAINTEXT "',"
        "'EncryptionAlgorithm':'RSAES_OAEP_SHA_256'}",
        key.id);
    assert_error(a, "InvalidKeyUsageException",
        "Algorithm RSAES_OAEP_SHA_256 is incompatible with key spec "
        "SYMMETRIC_DEFAULT.");
    (void)ask(a, "GenerateDataKey",
        "{'KeyId':'%s','KeySpec':'AES_256','Recipient':{"
        "'KeyEncryptionAlgorithm':'RSAES_OAEP_SHA_256',"
        "'AttestationDocument':'AAAA'}}",
        key.id);
    assert_error(a, "UnsupportedOperationException",
        "Recipient is not supported by this emulator.");
}

/* Nothing is decrypted then, so nothing of it can be told. */
static void
a_dry_run_may_ask_about_a_key_without_a_ciphertext(void **state)
{
    struct asker *a = asker_of(state);
    struct key_made key = ask_key(a);
    (void)ask(a, "Decrypt",
        "{'KeyId':'%s','DryRun':true,"
        "'DryRunModifiers':['IGNORE_CIPHERTEXT']}",
        key.id);
    assert_error(a, "DryRunOperationException",
        "The request would have succeeded, but the DryRun option is set.");
    (void)ask(a, "ReEncrypt",
        "{'SourceKeyId':'%s','DestinationKeyId':'%s','DryRun':true,"
        "'DryRunModifiers':['IGNORE_CIPHERTEXT'],'CiphertextBlob':'YQ=='}",
        key.id, key.id);
    assert_error(a, "DryRunOperationException",
        "The request would have succeeded, but the DryRun option is set.");
    (void)ask(a, "Decrypt",
        "{'KeyId':'alias/none','DryRun':true,"
        "'DryRunModifiers':['IGNORE_CIPHERTEXT']}");
    assert_error(a, "NotFoundException",
        "Alias arn:aws:kms:" API_REGION ":" API_ACCOUNT
        ":alias/none is not found.");
    static const char *const others[] = {
        "'DryRun':false,'DryRunModifiers':['IGNORE_CIPHERTEXT']",
        "'DryRun':true,'DryRunModifiers':[]",
        "'DryRunModifiers':['IGNORE_CIPHERTEXT']",
    };
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        (void)ask(a, "Decrypt", "{'KeyId':'%s','CiphertextBlob':'YQ==',%s}",
            key.id, others[i]);
        assert_error(a, "InvalidCiphertextException", NULL);
    }
    assert_answered(ask(a, "DisableKey", "{'KeyId':'%s'}", key.id));
    (void)ask(a, "Decrypt",
        "{'KeyId':'%s','DryRun':true,"
        "'DryRunModifiers':['IGNORE_CIPHERTEXT']}",
        key.id);
    char message[256];
    (void)snprintf(message, sizeof(message), "%s is disabled.", key.arn);
    assert_error(a, "DisabledException", message);
}

static void
sizes_have_aws_limits(void **state)
{
    struct asker *a = asker_of(state);
    struct key_made key = ask_key(a);
    static const size_t lens[] = { 4096, 4097 };
    for (size_t i = 0; i < ARRAY_LEN(lens); i++) {
        struct buf bytes = { 0 };
        struct buf text = { 0 };
        uint8_t *place;
        assert_ok(buf_extend(&bytes, lens[i], &place));
        assert_ok(base64_encode(buf_span(&bytes), &text));
        (void)ask(a, "Encrypt", "{'KeyId':'%s','Plaintext':'%s'}", key.id,
            buf_text(&text));
        if (i == 0)
            assert_int_equal(decoded_len(a, "CiphertextBlob"), 4096 + 152);
        else
            assert_error(a, "ValidationException",
                "1 validation error detected: Value at 'plaintext' failed to "
                "satisfy constraint: Member must have length less than or "
                "equal to 4096");
        buf_reset(&bytes);
        buf_reset(&text);
    }
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        FIXTURE_TEST(what_is_encrypted_comes_back),
        FIXTURE_TEST(all_four_references_mean_the_key),
        FIXTURE_TEST(the_context_is_bound_without_ambiguity),
        FIXTURE_TEST(a_big_context_is_bound_too),
        FIXTURE_TEST(a_damaged_blob_is_invalid_ciphertext),
        FIXTURE_TEST(a_wrong_key_id_is_an_incorrect_key),
        FIXTURE_TEST(blobs_of_other_accounts_and_regions_are_denied),
        FIXTURE_TEST(blobs_move_to_other_keys_and_contexts),
        FIXTURE_TEST(data_keys_are_as_long_as_asked),
        FIXTURE_TEST(a_data_key_has_one_length),
        FIXTURE_TEST(random_bytes_are_as_many_as_asked),
        FIXTURE_TEST(a_dry_run_tells_and_does_nothing),
        FIXTURE_TEST(what_a_symmetric_key_cannot_do_is_refused),
        FIXTURE_TEST(a_dry_run_may_ask_about_a_key_without_a_ciphertext),
        FIXTURE_TEST(sizes_have_aws_limits),
    };
    return cmocka_run_group_tests_name("crypt", tests, NULL, NULL);
}
