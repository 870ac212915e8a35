/* SPDX-License-Identifier: Apache-2.0 */
/* What AWS KMS itself answered (fixtures/aws-kms/ORIGIN.md), asked again of
 * the emulator. */
#include "support_api.h"

#include "base/file.h"

#include <stdio.h>

#define ANSWERS "fixtures/aws-kms/answers.json"
#define ACCOUNT "111111111111" /* of the recordings */
#define SECOND_REGION "us-east-2"
#define NO_KEY_ID "00000000-1111-4222-8333-444444444444"
#define NO_MRK_ID "mrk-d3b95762d3b95762d3b95762d3b95762"
#define KEY_ARN "arn:aws:kms:" API_REGION ":" ACCOUNT ":key/"

/* What the requests speak of. */
struct stage {
    struct key_made key, other, tagged, second;
    char blob[1024];
};

static void
build_stage(struct asker *a, struct stage *stage)
{
    stage->key = ask_key(a);
    stage->other = ask_key(a);
    stage->tagged = ask_key(a);
    a->region = SECOND_REGION;
    stage->second = ask_key(a);
    a->region = API_REGION;
    assert_answered(ask(a, "CreateAlias",
        "{'AliasName':'alias/recorded','TargetKeyId':'%s'}", stage->key.id));
    assert_answered(ask(a, "TagResource",
        "{'KeyId':'%s','Tags':[{'TagKey':'tag1','TagValue':'value1'},"
        "{'TagKey':'tag2','TagValue':'value2'}]}",
        stage->tagged.id));
    assert_answered(ask(a, "Encrypt",
        "{'KeyId':'%s','Plaintext':'aGVsbG8=',"
        "'EncryptionContext':{'key':'value'}}",
        stage->key.id));
    (void)snprintf(stage->blob, sizeof(stage->blob), "%s",
        answer_text(a, "CiphertextBlob"));
}

static bool
is_name_byte(uint8_t c)
{
    return (c >= 'A' && c <= 'Z') || c == '_';
}

/* The request with its $NAMES filled in. */
static void
fill_in(const struct stage *stage, struct span text, struct buf *out)
{
    const struct {
        const char *name, *value;
    } values[] = {
        { "$KEY_ID", stage->key.id },
        { "$OTHER_KEY_ID", stage->other.id },
        { "$TAGGED_KEY_ID", stage->tagged.id },
        { "$SECOND_KEY_ID", stage->second.id },
        { "$SECOND_KEY_ARN", stage->second.arn },
        { "$NO_KEY_ID", NO_KEY_ID },
        { "$NO_KEY_ARN", KEY_ARN NO_KEY_ID },
        { "$NO_MRK_ID", NO_MRK_ID },
        { "$ALIAS_ARN",
            "arn:aws:kms:" API_REGION ":" ACCOUNT ":alias/recorded" },
        { "$BLOB", stage->blob },
    };
    for (size_t i = 0; i < text.len;) {
        size_t len = 1;
        if (text.ptr[i] != '$') {
            assert_ok(buf_append_byte(out, text.ptr[i++]));
            continue;
        }
        while (i + len < text.len && is_name_byte(text.ptr[i + len]))
            len++;
        struct span name = span_of(text.ptr + i, len);
        size_t v = 0;
        while (v < ARRAY_LEN(values) && !span_equal_text(name, values[v].name))
            v++;
        assert_in_range(v, 0, ARRAY_LEN(values) - 1);
        assert_ok(buf_append_text(out, values[v].value));
        i += len;
    }
}

/* <anything> in the recording stands for some text. */
static bool
text_matches(const char *recorded, const char *text)
{
    if (*recorded != '<')
        return *recorded == *text &&
               (*recorded == '\0' || text_matches(recorded + 1, text + 1));
    const char *rest = strchr(recorded, '>');
    assert_non_null(rest);
    for (const char *end = text; *end != '\0'; end++)
        if (text_matches(rest + 1, end + 1))
            return true;
    return false;
}

static void assert_matches(
    const struct json *recorded, const struct json *answer, const char *where);

static void
assert_text_matches(
    struct span recorded, const struct json *answer, const char *where)
{
    static const char *const any[] = { "ciphertext-blob", "plaintext" };
    const char *text = (const char *)recorded.ptr;
    if (strcmp(text, "datetime") == 0) {
        assert_true(json_get_number(answer) > 0);
        return;
    }
    struct span given = json_get_string(answer);
    assert_int_equal(json_kind(answer), JSON_KIND_STRING);
    for (size_t i = 0; i < ARRAY_LEN(any); i++)
        if (strcmp(text, any[i]) == 0) {
            assert_true(given.len > 0);
            return;
        }
    if (!text_matches(text, (const char *)given.ptr))
        fail_msg(
            "%s is '%s' and not '%s'", where, (const char *)given.ptr, text);
}

static void
assert_members_match(const struct json *recorded, const struct json *answer)
{
    for (void *it = json_first(recorded); it != NULL;
         it = json_next(recorded, it)) {
        char name[64];
        span_to_text(span_first(json_iterator_key(it), 63), name);
        if (json_member(answer, name) == NULL)
            fail_msg("%s is missing", name);
        assert_matches(
            json_iterator_value(it), json_member(answer, name), name);
    }
}

static void
assert_matches(
    const struct json *recorded, const struct json *answer, const char *where)
{
    switch (json_kind(recorded)) {
    case JSON_KIND_STRING:
        assert_text_matches(json_get_string(recorded), answer, where);
        break;
    case JSON_KIND_OBJECT:
        assert_members_match(recorded, answer);
        break;
    case JSON_KIND_ARRAY:
        assert_int_equal(json_count(recorded), json_count(answer));
        for (size_t i = 0; i < json_count(recorded); i++)
            assert_matches(json_at(recorded, i), json_at(answer, i), where);
        break;
    case JSON_KIND_BOOL:
        assert_int_equal(json_kind(answer), JSON_KIND_BOOL);
        assert_int_equal(json_get_bool(recorded), json_get_bool(answer));
        break;
    case JSON_KIND_ABSENT:
    case JSON_KIND_NULL:
    case JSON_KIND_INT:
    case JSON_KIND_REAL:
        fail_msg("%s: no recording has such a value", where);
    }
}

/* The description of a recorded key was the recording test's own. */
static void
describe_as_recorded(
    struct asker *a, const struct stage *stage, const struct json *row)
{
    const struct json *description = json_member(
        json_member(json_member(row, "answer"), "KeyMetadata"), "Description");
    bool second = json_member(row, "region") != NULL;
    if (description == NULL)
        return;
    assert_answered(
        ask(a, "UpdateKeyDescription", "{'KeyId':'%s','Description':'%s'}",
            second ? stage->second.id : stage->key.id,
            (const char *)json_get_string(description).ptr));
}

static void
replay(struct asker *a, const struct stage *stage, const struct json *row)
{
    struct buf request = { 0 };
    const struct json *message = json_member(row, "message");
    const char *operation =
        (const char *)json_get_string(json_member(row, "operation")).ptr;
    a->region = json_member(row, "region") == NULL ? API_REGION : SECOND_REGION;
    describe_as_recorded(a, stage, row);
    fill_in(stage, json_get_string(json_member(row, "request")), &request);
    unsigned status = ask(a, operation, "%s", buf_text(&request));
    if (message == NULL) {
        assert_int_equal(status, 200);
        assert_matches(json_member(row, "answer"), answer_at(a, ""), operation);
    } else {
        assert_int_equal(status, 400);
        assert_matches(
            json_member(row, "type"), answer_at(a, "__type"), operation);
        if (json_get_string(message).len == 0)
            assert_null(answer_at(a, "message"));
        else
            assert_matches(message, answer_at(a, "message"), operation);
    }
    buf_reset(&request);
}

static void
answers_are_those_that_aws_gave(void **state)
{
    struct asker *a = asker_of(state);
    struct buf text = { 0 };
    struct json_doc *doc = NULL;
    struct stage stage;
    a->access_key_id = ACCOUNT;
    build_stage(a, &stage);
    assert_ok(file_read(ANSWERS, 1024 * 1024, &text));
    assert_ok(json_parse_strict(buf_span(&text), &doc, NULL));
    const struct json *rows = json_root(doc);
    assert_in_range(json_count(rows), 30, 1000);
    for (size_t i = 0; i < json_count(rows); i++) {
        print_message("# %s\n",
            (const char *)json_get_string(json_member(json_at(rows, i), "test"))
                .ptr);
        replay(a, &stage, json_at(rows, i));
    }
    json_doc_free(doc);
    buf_reset(&text);
}

static void
the_matcher_can_tell_texts_apart(void **state)
{
    (void)state;
    assert_true(text_matches("Key '<arn>' gone", "Key 'a:b' gone"));
    assert_false(text_matches("Key '<arn>' gone", "Key '' gone"));
    assert_false(text_matches("Key '<arn>' gone", "Key 'a:b' gone."));
    assert_false(text_matches("x", "xy"));
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_matcher_can_tell_texts_apart),
        FIXTURE_TEST(answers_are_those_that_aws_gave),
    };
    return cmocka_run_group_tests_name("recordings", tests, NULL, NULL);
}
