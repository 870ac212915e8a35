/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of faults by themselves, and over a service in process. */
#include "faults/events.h"
#include "faults/faults.h"
#include "faults/history.h"
#include "faults/presets.h"
#include "faults/quota.h"
#include "faults/wait.h"
#include "support_api.h"

#include <stdio.h>

static struct faults *faults;
static struct api api;
static struct asker asker;

static int
set_up(void **state)
{
    (void)state;
    const struct faults_options options = { .seed = 7, .tls = true };
    assert_ok(faults_new(&options, &faults));
    api_start(&api, NULL);
    api.hooks = faults_service_hooks(faults);
    api_restart(&api);
    asker_init(&asker, &api);
    return 0;
}

/* Gives back what goes with an answer, as the HTTP server does. */
static void
end_answer(void)
{
    const struct http_hooks *hooks = faults_http_hooks(faults);
    if (asker.answer.mark != NULL)
        hooks->on_end(hooks->context, asker.answer.mark, HTTP_ENDING_ANSWERED);
    asker.answer.mark = NULL;
}

static int
tear_down(void **state)
{
    (void)state;
    end_answer();
    asker_reset(&asker);
    faults_stop(faults);
    api_stop(&api);
    faults_free(faults);
    return 0;
}

static void
arm(const char *rule)
{
    struct buf problem = { 0 };
    enum status st =
        fault_table_add(faults_table(faults), span_text(rule), NULL, &problem);
    if (st != STATUS_OK)
        fail_msg("%s: %s", rule, buf_text(&problem));
}

static void
refuses(const char *rule, const char *why)
{
    struct buf problem = { 0 };
    assert_int_equal(
        fault_table_add(faults_table(faults), span_text(rule), NULL, &problem),
        STATUS_INVALID);
    if (strstr(buf_text(&problem), why) == NULL)
        fail_msg("no \"%s\" in: %s", why, buf_text(&problem));
    buf_reset(&problem);
    assert_false(fault_table_is_armed(faults_table(faults)));
}

static void
a_quota_counts_in_seconds(void **state)
{
    struct quota *quota = NULL;
    (void)state;
    assert_ok(quota_new(2.9, &quota));
    assert_true(quota_take(quota, 10000));
    assert_true(quota_take(quota, 10999));
    assert_false(quota_take(quota, 10999));
    assert_true(quota_take(quota, 11000));
    quota_free(quota);
    assert_ok(quota_new(0.5, &quota));
    assert_true(quota_take(quota, 10000));
    assert_false(quota_take(quota, 11999));
    assert_true(quota_take(quota, 12000));
    quota_free(quota);
}

static void
waits_are_the_same_for_the_same_draw(void **state)
{
    const struct action shapes[] = {
        { .shape = ACTION_SHAPE_UNIFORM, .min_ms = 10, .max_ms = 30 },
        { .shape = ACTION_SHAPE_LOGNORMAL,
            .median_ms = 20,
            .sigma = 1,
            .max_ms = 30 },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
        int64_t sum = 0;
        for (uint64_t n = 0; n < 200; n++) {
            struct fault_draw draw = fault_draw_of(
                1, SPAN_LITERAL("rule"), SPAN_LITERAL("scope"), n);
            int64_t ms = wait_of(&shapes[i], &draw, 0);
            assert_in_range(ms, 0, 30);
            assert_int_equal(wait_of(&shapes[i], &draw, 0), ms);
            sum += ms;
        }
        assert_in_range(sum / 200, 15, 25);
    }
}

static void
the_oldest_events_go_and_are_counted(void **state)
{
    struct events *events = NULL;
    struct buf text = { 0 };
    struct event event = { .kind = "hang" };
    (void)state;
    assert_ok(events_new(&events));
    for (int i = 0; i < EVENTS_KEPT + 3; i++)
        (void)events_add(events, &event);
    events_close(events, 1, "too late");
    events_close(events, EVENTS_KEPT + 3, "seen");
    struct json_writer w = json_writer_to(&text);
    events_write(events, EVENTS_KEPT + 2, &w);
    assert_ok(json_writer_end(&w));
    assert_non_null(strstr(buf_text(&text), "\"seq\":4099"));
    assert_non_null(strstr(buf_text(&text), "\"outcome\":\"seen\""));
    assert_non_null(strstr(buf_text(&text), "\"dropped\":0"));
    buf_clear(&text);
    w = json_writer_to(&text);
    events_write(events, 1, &w);
    assert_ok(json_writer_end(&w));
    assert_non_null(strstr(buf_text(&text), "\"dropped\":2"));
    buf_reset(&text);
    events_free(events);
}

static void
history_tells_what_was_before_the_first_change(void **state)
{
    struct history *history = NULL;
    struct buf value = { 0 };
    uint64_t version = 9;
    const struct store_key record = { SPAN_LITERAL("a"), SPAN_LITERAL("r"),
        SPAN_LITERAL("key"), SPAN_LITERAL("id") };
    (void)state;
    assert_ok(history_new(&history));
    history_add(history, &record, 100, 0, (struct span){ NULL, 0 });
    history_add(history, &record, 200, 1, SPAN_LITERAL("one"));
    assert_true(history_find(history, &record, 50, &version, &value));
    assert_int_equal(version, 0);
    assert_true(history_find(history, &record, 150, &version, &value));
    assert_int_equal(version, 1);
    assert_span_text(buf_span(&value), "one");
    assert_false(history_find(history, &record, 201, &version, &value));
    buf_reset(&value);
    history_free(history);
}

static void
what_a_stage_cannot_know_is_refused(void **state)
{
    (void)state;
    refuses("{\"match\":{\"key\":\"alias/a\"},"
            "\"do\":{\"kind\":\"accept-silent\"}}",
        "accept-silent cannot go by key: nothing was received");
    refuses("{\"match\":{\"server_name\":\"a\"},"
            "\"do\":{\"kind\":\"reset\",\"at\":\"accept\"}}",
        "cannot go by server_name");
    refuses("{\"match\":{\"account\":\"111122223333\"},"
            "\"do\":{\"kind\":\"reset\",\"at\":\"headers\"}}",
        "only the headers");
    refuses("{\"when\":{\"sequence\":\"a,b\"},\"do\":{\"a\":{\"kind\":"
            "\"hang\"},\"b\":{\"kind\":\"late-tls\",\"wait\":\"1s\"}}}",
        "another stage");
    refuses("{\"do\":{\"kind\":\"a\\nb\"}}", "\"a?b\"");
}

static const char *
header_of(const char *name)
{
    for (size_t i = 0; i < SERVICE_HEADERS; i++)
        if (asker.answer.headers[i].name != NULL &&
            strcmp(asker.answer.headers[i].name, name) == 0)
            return asker.answer.headers[i].value;
    return NULL;
}

static void
an_answer_says_in_milliseconds_how_long_to_wait(void **state)
{
    (void)state;
    refuses(
        "{\"do\":{\"kind\":\"empty\",\"retry_after\":\"1s\"}}", "retry_after");
    refuses("{\"do\":{\"kind\":\"throttle\",\"retry_after\":\"-1s\"}}",
        "retry_after: not a duration");
    arm("{\"when\":{\"first\":1},\"do\":{\"kind\":\"throttle\","
        "\"retry_after\":\"4s\"}}");
    assert_int_equal(ask(&asker, "ListKeys", "{}"), 400);
    assert_non_null(header_of("x-amz-retry-after"));
    assert_string_equal(header_of("x-amz-retry-after"), "4000");
    assert_non_null(header_of("x-kmslab-fault"));
    end_answer();
    assert_answered(ask(&asker, "ListKeys", "{}"));
    assert_null(header_of("x-amz-retry-after"));
}

static void
a_ciphertext_names_its_key(void **state)
{
    (void)state;
    struct key_made key = ask_key(&asker), other = ask_key(&asker);
    char rule[256], blob[2048];
    assert_answered(
        ask(&asker, "Encrypt", "{'KeyId':'%s','Plaintext':'aGk='}", key.id));
    (void)snprintf(
        blob, sizeof(blob), "%s", answer_text(&asker, "CiphertextBlob"));
    (void)snprintf(rule, sizeof(rule),
        "{\"match\":{\"key\":\"%s\"},\"do\":{\"kind\":\"throttle\"}}", key.arn);
    arm(rule);
    assert_int_equal(
        ask(&asker, "Decrypt", "{'CiphertextBlob':'%s'}", blob), 400);
    end_answer();
    assert_int_equal(
        ask(&asker, "ReEncrypt",
            "{'CiphertextBlob':'%s','DestinationKeyId':'%s'}", blob, other.id),
        400);
    end_answer();
    assert_answered(ask(&asker, "DescribeKey", "{'KeyId':'%s'}", other.id));
    end_answer();
}

static void
an_alias_means_the_key_that_it_names_now(void **state)
{
    (void)state;
    struct key_made key = ask_key(&asker), other = ask_key(&asker);
    assert_answered(ask(&asker, "CreateAlias",
        "{'AliasName':'alias/a','TargetKeyId':'%s'}", key.id));
    arm("{\"match\":{\"key\":\"alias/a\",\"operation\":\"DescribeKey\"},"
        "\"do\":{\"kind\":\"throttle\"}}");
    assert_int_equal(ask(&asker, "DescribeKey", "{'KeyId':'%s'}", key.id), 400);
    end_answer();
    assert_answered(ask(&asker, "UpdateAlias",
        "{'AliasName':'alias/a','TargetKeyId':'%s'}", other.id));
    assert_answered(ask(&asker, "DescribeKey", "{'KeyId':'%s'}", key.id));
    assert_int_equal(
        ask(&asker, "DescribeKey", "{'KeyId':'%s'}", other.id), 400);
    end_answer();
}

static void
pretending_changes_nothing(void **state)
{
    (void)state;
    struct key_made key = ask_key(&asker);
    arm("{\"do\":{\"kind\":\"not-done\"}}");
    assert_answered(
        ask(&asker, "ScheduleKeyDeletion", "{'KeyId':'%s'}", key.id));
    end_answer();
    assert_answered(ask(&asker, "DescribeKey", "{'KeyId':'%s'}", key.id));
    assert_string_equal(answer_text(&asker, "KeyMetadata.KeyState"), "Enabled");
}

static void
all_presets_are_rules(void **state)
{
    struct buf text = { 0 }, problem = { 0 };
    struct json_doc *doc = NULL;
    (void)state;
    struct json_writer w = json_writer_to(&text);
    presets_write(&w);
    assert_ok(json_writer_end(&w));
    assert_ok(json_parse(buf_span(&text), &doc, NULL));
    const struct json *list = json_member(json_root(doc), "presets");
    assert_true(json_count(list) >= 5);
    for (size_t i = 0; i < json_count(list); i++)
        assert_ok(presets_arm(faults_table(faults),
            json_get_string(json_member(json_at(list, i), "name")), 0.5, NULL,
            &problem));
    assert_int_equal(presets_arm(faults_table(faults), SPAN_LITERAL("none"), 1,
                         NULL, &problem),
        STATUS_NOT_FOUND);
    json_doc_free(doc);
    buf_reset(&text);
    buf_reset(&problem);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_quota_counts_in_seconds),
        TEST(waits_are_the_same_for_the_same_draw),
        TEST(the_oldest_events_go_and_are_counted),
        TEST(history_tells_what_was_before_the_first_change),
        TEST(what_a_stage_cannot_know_is_refused),
        TEST(an_answer_says_in_milliseconds_how_long_to_wait),
        TEST(a_ciphertext_names_its_key),
        TEST(an_alias_means_the_key_that_it_names_now),
        TEST(pretending_changes_nothing),
        TEST(all_presets_are_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
