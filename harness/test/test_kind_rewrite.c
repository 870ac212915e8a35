/* SPDX-License-Identifier: Apache-2.0 */
/* Rewriting all Secrets, against an apiserver that is a table of answers. */
#include "encrypt/rewrite.h"
#include "test/check.h"

struct exchange {
    const char *call; /* "GET /api/v1/…", what is expected */
    unsigned code;    /* 0: the answer is too large */
    const char *body;
};

struct script {
    const struct exchange *next;
    char last_body[256];
};

static enum status
answer_next(void *context, const struct kube_call *call,
    struct http_answer *answer, struct buf *problem)
{
    struct script *script = context;
    const struct exchange *e = script->next++;
    struct buf line = { 0 };

    assert_non_null(e->call);
    assert_ok(buf_printf(&line, "%s %s", call->method, call->path));
    assert_string_equal(buf_text(&line), e->call);
    buf_reset(&line);
    if (call->body.len > 0 && call->body.len < sizeof(script->last_body))
        span_to_text(call->body, script->last_body);
    if (e->code == 0) {
        buf_say(problem, "too much");
        return STATUS_TOO_LARGE;
    }
    answer->status = e->code;
    return buf_set(&answer->body, span_text(e->body));
}

#define LIST "GET /api/v1/secrets?limit=200"
#define PUT(name) "PUT /api/v1/namespaces/ns/secrets/" name
#define GET(name) "GET /api/v1/namespaces/ns/secrets/" name
#define SECRET(name, version)                                                  \
    "{\"metadata\":{\"namespace\":\"ns\",\"name\":\"" name                     \
    "\",\"resourceVersion\":\"" version "\"},\"data\":{\"k\":\"dg==\"}}"
#define ONE_PAGE(items) "{\"metadata\":{},\"items\":[" items "]}"

static enum status
rewrite(const struct exchange *exchanges, struct script *script,
    struct rewrite_counts *counts, struct buf *problem)
{
    const struct rewrite_api api = { answer_next, script };

    script->next = exchanges;
    enum status st = rewrite_secrets(&api, counts, problem);
    /* Each call that was expected was made. */
    assert_null(script->next->call);
    return st;
}

static void
each_secret_of_each_page_is_put_back(void **state)
{
    (void)state;
    static const struct exchange exchanges[] = {
        { LIST, 200,
            "{\"metadata\":{\"continue\":\"abc\"},\"items\":[" SECRET(
                "a", "1") "," SECRET("b", "2") "]}" },
        { PUT("a"), 200, SECRET("a", "7") },
        { PUT("b"), 200, SECRET("b", "2") },
        { LIST "&continue=abc", 200, ONE_PAGE(SECRET("c", "3")) },
        { PUT("c"), 200, SECRET("c", "8") },
        { NULL, 0, NULL },
    };
    struct script script = { 0 };
    struct rewrite_counts counts;
    struct buf problem = { 0 };

    assert_ok(rewrite(exchanges, &script, &counts, &problem));
    assert_int_equal(counts.seen, 3);
    assert_int_equal(counts.rewritten, 2); /* b was as it should be */
    assert_string_equal(script.last_body, SECRET("c", "3"));
}

static void
a_conflict_is_tried_again_with_what_is_there_now(void **state)
{
    (void)state;
    static const struct exchange exchanges[] = {
        { LIST, 200, ONE_PAGE(SECRET("a", "1")) },
        { PUT("a"), 409, "{}" },
        { GET("a"), 200, SECRET("a", "2") },
        { PUT("a"), 409, "{}" },
        { GET("a"), 200, SECRET("a", "3") },
        { PUT("a"), 200, SECRET("a", "4") },
        { NULL, 0, NULL },
    };
    struct script script = { 0 };
    struct rewrite_counts counts;
    struct buf problem = { 0 };

    assert_ok(rewrite(exchanges, &script, &counts, &problem));
    assert_int_equal(counts.rewritten, 1);
    assert_string_equal(script.last_body, SECRET("a", "3"));
}

static void
what_was_deleted_meanwhile_is_no_failure(void **state)
{
    (void)state;
    static const struct exchange exchanges[] = {
        { LIST, 200, ONE_PAGE(SECRET("a", "1") "," SECRET("b", "1")) },
        { PUT("a"), 404, "{}" },
        { PUT("b"), 409, "{}" },
        { GET("b"), 404, "{}" },
        { NULL, 0, NULL },
    };
    struct script script = { 0 };
    struct rewrite_counts counts;
    struct buf problem = { 0 };

    assert_ok(rewrite(exchanges, &script, &counts, &problem));
    assert_int_equal(counts.gone, 2);
    assert_int_equal(counts.rewritten, 0);
}

static void
pages_get_smaller_and_old_tokens_begin_again(void **state)
{
    (void)state;
    static const struct exchange exchanges[] = {
        { LIST, 0, NULL },
        { "GET /api/v1/secrets?limit=100", 200,
            "{\"metadata\":{\"continue\":\"x\"},\"items\":[" SECRET(
                "a", "1") "]}" },
        { PUT("a"), 200, SECRET("a", "2") },
        { "GET /api/v1/secrets?limit=100&continue=x", 410, "{}" },
        { "GET /api/v1/secrets?limit=100", 200, ONE_PAGE(SECRET("a", "2")) },
        { PUT("a"), 200, SECRET("a", "2") },
        { NULL, 0, NULL },
    };
    struct script script = { 0 };
    struct rewrite_counts counts;
    struct buf problem = { 0 };

    assert_ok(rewrite(exchanges, &script, &counts, &problem));
    assert_int_equal(counts.seen, 1);
    assert_int_equal(counts.rewritten, 1);
}

static void
a_refusal_is_told_with_the_name_and_the_words(void **state)
{
    (void)state;
    static const struct exchange exchanges[] = {
        { LIST, 200, ONE_PAGE(SECRET("a", "1") "," SECRET("b", "1")) },
        { PUT("a"), 500, "{\"message\":\"kms is gone\"}" },
        { NULL, 0, NULL },
    };
    struct script script = { 0 };
    struct rewrite_counts counts;
    struct buf problem = { 0 };

    assert_int_equal(
        rewrite(exchanges, &script, &counts, &problem), STATUS_DENIED);
    assert_string_equal(buf_text(&problem),
        "PUT /api/v1/namespaces/ns/secrets/a: 500 kms is gone");
    assert_int_equal(counts.seen, 1);
    buf_reset(&problem);
}

static void
somebody_who_always_comes_first_ends_it(void **state)
{
    (void)state;
    struct exchange exchanges[2 * REWRITE_ATTEMPTS + 1] = {
        { LIST, 200, ONE_PAGE(SECRET("a", "1")) },
        { PUT("a"), 409, "{}" },
    };
    struct script script = { 0 };
    struct rewrite_counts counts;
    struct buf problem = { 0 };

    for (size_t i = 2; i < 2 * REWRITE_ATTEMPTS; i += 2) {
        exchanges[i] = (struct exchange){ GET("a"), 200, SECRET("a", "2") };
        exchanges[i + 1] = (struct exchange){ PUT("a"), 409, "{}" };
    }
    assert_int_equal(
        rewrite(exchanges, &script, &counts, &problem), STATUS_CONFLICT);
    assert_true(problem.len > 0);
    buf_reset(&problem);
}

static void
the_first_that_cannot_be_read_is_named(void **state)
{
    (void)state;
    static const struct exchange exchanges[] = {
        { GET("a"), 200, SECRET("a", "1") },
        { GET("b"), 404, "{}" },
        { GET("c"), 500, "{\"message\":\"no matching prefix found\"}" },
        { NULL, 0, NULL },
    };
    static const char *const names[] = { "ns/a", "ns/b", "ns/c", "ns/d" };
    struct script script = { .next = exchanges };
    const struct rewrite_api api = { answer_next, &script };
    struct buf keys[ARRAY_LEN(names)] = { 0 }, problem = { 0 };

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        assert_ok(buf_append_text(&keys[i], names[i]));
    assert_int_equal(
        rewrite_check_readable(&api, keys, ARRAY_LEN(keys), &problem),
        STATUS_CORRUPT);
    assert_string_equal(buf_text(&problem),
        "the Secret ns/c cannot be read: 500 no matching prefix found");
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        buf_reset(&keys[i]);
    buf_reset(&problem);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_secret_of_each_page_is_put_back),
        cmocka_unit_test(a_conflict_is_tried_again_with_what_is_there_now),
        cmocka_unit_test(what_was_deleted_meanwhile_is_no_failure),
        cmocka_unit_test(pages_get_smaller_and_old_tokens_begin_again),
        cmocka_unit_test(a_refusal_is_told_with_the_name_and_the_words),
        cmocka_unit_test(somebody_who_always_comes_first_ends_it),
        cmocka_unit_test(the_first_that_cannot_be_read_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
