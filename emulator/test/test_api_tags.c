/* SPDX-License-Identifier: Apache-2.0 */
#include "support_api.h"

#include <stdio.h>

/* 'TagKey': … of n tags, "k000" and on. */
static void
append_tags(struct buf *out, int from, int count)
{
    for (int i = from; i < from + count; i++)
        assert_ok(buf_printf(out, "%s{'TagKey':'k%03d','TagValue':'v'}",
            i == from ? "" : ",", i));
}

static size_t
count_tags(struct asker *a, const char *key_id)
{
    assert_answered(ask(a, "ListResourceTags", "{'KeyId':'%s'}", key_id));
    return json_count(answer_at(a, "Tags"));
}

static void
tags_are_set_changed_and_taken_away(void **state)
{
    struct asker *a = asker_of(state);
    assert_answered(ask(a, "CreateKey",
        "{'Tags':[{'TagKey':'tag2','TagValue':'value2'},"
        "{'TagKey':'tag1','TagValue':'value1'}]}"));
    char id[37];
    span_to_text(json_get_string(answer_at(a, "KeyMetadata.KeyId")), id);
    assert_answered(ask(a, "TagResource",
        "{'KeyId':'%s','Tags':[{'TagKey':'tag3','TagValue':''},"
        "{'TagKey':'tag1','TagValue':'new'}]}",
        id));
    assert_int_equal(a->answer.body.len, 0);
    assert_int_equal(count_tags(a, id), 3);
    assert_string_equal(answer_text(a, "Tags.0.TagKey"), "tag1");
    assert_string_equal(answer_text(a, "Tags.0.TagValue"), "new");
    assert_string_equal(answer_text(a, "Tags.1.TagKey"), "tag2");
    assert_string_equal(answer_text(a, "Tags.1.TagValue"), "value2");
    assert_string_equal(answer_text(a, "Tags.2.TagValue"), "");
    assert_false(json_get_bool(answer_at(a, "Truncated")));
    assert_answered(ask(a, "UntagResource",
        "{'KeyId':'%s','TagKeys':['tag2','never-there']}", id));
    assert_int_equal(count_tags(a, id), 2);
    assert_string_equal(answer_text(a, "Tags.1.TagKey"), "tag3");
}

static void
a_tag_of_any_characters_is_kept(void **state)
{
    struct asker *a = asker_of(state);
    assert_answered(ask(a, "CreateKey",
        "{'Tags':[{'TagKey':'a\\u0000b','TagValue':'v\\u0000w'}]}"));
    char id[37];
    span_to_text(json_get_string(answer_at(a, "KeyMetadata.KeyId")), id);
    assert_answered(ask(a, "TagResource",
        "{'KeyId':'%s','Tags':[{'TagKey':'a\\u0000c','TagValue':'\\n'}]}", id));
    api_restart(a->api);
    assert_int_equal(count_tags(a, id), 2);
    static const char *const paths[] = { "Tags.0.TagKey", "Tags.0.TagValue",
        "Tags.1.TagKey", "Tags.1.TagValue" };
    const struct span values[] = { SPAN_LITERAL("a\0b"), SPAN_LITERAL("v\0w"),
        SPAN_LITERAL("a\0c"), SPAN_LITERAL("\n") };
    for (size_t i = 0; i < ARRAY_LEN(paths); i++)
        assert_true(
            span_equal(json_get_string(answer_at(a, paths[i])), values[i]));
}

static void
bad_tags_are_refused_and_change_nothing(void **state)
{
    struct asker *a = asker_of(state);
    struct key_made key = ask_key(a);
    static const struct {
        const char *tags, *message;
    } cases[] = {
        { "{'TagKey':'aws:x','TagValue':'v'}",
            "Tags beginning with aws: are reserved" },
        { "{'TagKey':'AWS:x','TagValue':'v'}",
            "Tags beginning with aws: are reserved" },
        { "{'TagKey':'a','TagValue':'1'},{'TagKey':'a','TagValue':'2'}",
            "Duplicate tag keys" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        (void)ask(a, "TagResource", "{'KeyId':'%s','Tags':[%s]}", key.id,
            cases[i].tags);
        assert_error(a, "TagException", cases[i].message);
        (void)ask(a, "CreateKey", "{'Tags':[%s]}", cases[i].tags);
        assert_error(a, "TagException", cases[i].message);
    }
    assert_int_equal(count_tags(a, key.id), 0);
    assert_answered(ask(a, "ListKeys", "{}"));
    assert_int_equal(json_count(answer_at(a, "Keys")), 1);
}

static void
a_key_has_fifty_tags_and_no_more(void **state)
{
    struct asker *a = asker_of(state);
    struct key_made key = ask_key(a);
    struct buf tags = { 0 };
    append_tags(&tags, 0, 51);
    (void)ask(a, "CreateKey", "{'Tags':[%s]}", buf_text(&tags));
    assert_error(a, "TagException", "Too many tags");
    buf_clear(&tags);
    append_tags(&tags, 0, 50);
    assert_answered(ask(a, "TagResource", "{'KeyId':'%s','Tags':[%s]}", key.id,
        buf_text(&tags)));
    (void)ask(a, "TagResource",
        "{'KeyId':'%s','Tags':[{'TagKey':'one','TagValue':'more'}]}", key.id);
    assert_error(a, "TagException", "Too many tags");
    assert_answered(ask(a, "TagResource",
        "{'KeyId':'%s','Tags':[{'TagKey':'k007','TagValue':'bond'}]}", key.id));
    assert_int_equal(count_tags(a, key.id), 50);
    buf_reset(&tags);
}

static void
lists_of_tags_come_in_pages(void **state)
{
    struct asker *a = asker_of(state);
    struct key_made key = ask_key(a);
    struct buf tags = { 0 };
    append_tags(&tags, 0, 25);
    assert_answered(ask(a, "TagResource", "{'KeyId':'%s','Tags':[%s]}", key.id,
        buf_text(&tags)));
    char marker[512] = "";
    size_t seen = 0;
    do {
        assert_answered(
            ask(a, "ListResourceTags", "{'KeyId':'%s','Limit':10%s%s%s}",
                key.id, marker[0] == '\0' ? "" : ",'Marker':'", marker,
                marker[0] == '\0' ? "" : "'"));
        for (size_t i = 0; i < json_count(answer_at(a, "Tags")); i++) {
            char path[32], name[32];
            (void)snprintf(path, sizeof(path), "Tags.%u.TagKey", (unsigned)i);
            (void)snprintf(name, sizeof(name), "k%03u", (unsigned)seen++);
            assert_string_equal(answer_text(a, path), name);
        }
        (void)snprintf(
            marker, sizeof(marker), "%s", answer_text(a, "NextMarker"));
    } while (marker[0] != '\0');
    assert_int_equal(seen, 25);
    buf_reset(&tags);
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        FIXTURE_TEST(tags_are_set_changed_and_taken_away),
        FIXTURE_TEST(a_tag_of_any_characters_is_kept),
        FIXTURE_TEST(bad_tags_are_refused_and_change_nothing),
        FIXTURE_TEST(a_key_has_fifty_tags_and_no_more),
        FIXTURE_TEST(lists_of_tags_come_in_pages),
    };
    return cmocka_run_group_tests_name("tags", tests, NULL, NULL);
}
