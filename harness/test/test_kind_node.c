/* SPDX-License-Identifier: Apache-2.0 */
#include "node/known.h"
#include "node/node_etcd.h"
#include "test/check.h"

/* The ids of a header are unsigned: two in three are above 2^63. */
#define HEADER                                                                 \
    "{\"header\":{\"cluster_id\":14358680983224840443,"                        \
    "\"member_id\":1033796535975940116,\"revision\":593,\"raft_term\":2}"

static void
a_value_is_read(void **state)
{
    struct buf value = { 0 };
    (void)state;
    assert_ok(node_etcd_value(
        SPAN_LITERAL(HEADER ",\"kvs\":[{\"key\":\"YQ==\",\"version\":1,"
                            "\"value\":\"azgA/w==\"}],\"count\":1}\n"),
        &value));
    assert_int_equal(value.len, 4);
    assert_memory_equal(value.ptr, "k8\0\xff", 4);
    buf_reset(&value);
}

static void
no_key_is_not_an_empty_value(void **state)
{
    struct buf value = { 0 };
    (void)state;
    assert_int_equal(
        node_etcd_value(SPAN_LITERAL(HEADER "}"), &value), STATUS_NOT_FOUND);
    assert_ok(node_etcd_value(
        SPAN_LITERAL(HEADER ",\"kvs\":[{\"key\":\"YQ==\"}]}"), &value));
    assert_int_equal(value.len, 0);
    buf_reset(&value);
}

static void
other_text_is_no_value(void **state)
{
    static const char *const texts[] = { "", "{}", "Error: context deadline",
        HEADER, HEADER ",\"kvs\":[{\"value\":\"!\"}]}" };
    struct buf value = { 0 };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        assert_int_equal(
            node_etcd_value(span_text(texts[i]), &value), STATUS_INVALID);
        assert_int_equal(value.len, 0);
    }
}

static void
are_words(bool is_what, const char *first, const char *second, const char *name,
    const char *what)
{
    kind_known_words(is_what, &first, &second);
    assert_string_equal(first, name);
    if (what == NULL)
        assert_null(second);
    else
        assert_string_equal(second, what);
}

/* NAME and WHAT may be left out, each. */
static void
a_single_word_that_names_a_program_is_no_cluster(void **state)
{
    (void)state;
    are_words(false, NULL, NULL, "kmslab", NULL);
    are_words(false, "dev", NULL, "dev", NULL);
    are_words(true, "plugin", NULL, "kmslab", "plugin");
    are_words(false, "dev", "plugin", "dev", "plugin");
    are_words(true, "plugin", "emulator", "plugin", "emulator");
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_is_read),
        cmocka_unit_test(no_key_is_not_an_empty_value),
        cmocka_unit_test(a_single_word_that_names_a_program_is_no_cluster),
        cmocka_unit_test(other_text_is_no_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
