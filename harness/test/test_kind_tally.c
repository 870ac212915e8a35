/* SPDX-License-Identifier: Apache-2.0 */
/* What etcd holds for the Secrets of a cluster, counted. */
#include "encrypt/encrypt.h"
#include "node/node_etcd.h"
#include "node/node_secrets.h"
#include "test/check.h"

/* The header has ids that are greater than any JSON integer of ours. */
#define HEADER                                                                 \
    "{\"header\":{\"cluster_id\":15322685067764436105,\"member_id\":"          \
    "18446744073709551615,\"revision\":9,\"raft_term\":2}"
#define KEY_S1 "L3JlZ2lzdHJ5L3NlY3JldHMvZGVmYXVsdC9zMQ=="
#define KEY_S2 "L3JlZ2lzdHJ5L3NlY3JldHMvZGVmYXVsdC9zMg=="
/* k8s:enc:aescbc:v1:old: and 32 bytes */
#define SEALED                                                                 \
    "azhzOmVuYzphZXNjYmM6djE6b2xkOjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVm"
#define PLAIN "azhzAAoMCgJ2MRIGU2VjcmV0EgA="

static void
pages_are_counted_under_their_prefixes(void **state)
{
    (void)state;
    struct secret_tally tally = { 0 };
    struct buf next = { 0 }, words = { 0 };

    assert_ok(node_secrets_page(
        SPAN_LITERAL(
            HEADER ",\"kvs\":[{\"key\":\"" KEY_S1 "\",\"value\":\"" PLAIN
                   "\"}],\"more\":true,\"count\":2}\n"),
        &tally, &next));
    assert_span_text(buf_span(&next), "/registry/secrets/default/s1!");
    assert_ok(node_secrets_page(
        SPAN_LITERAL(HEADER ",\"kvs\":[{\"key\":\"" KEY_S2
                            "\",\"value\":\"" SEALED "\"}],\"count\":1}"),
        &tally, &next));
    assert_int_equal(next.len, 0);
    assert_int_equal(tally.count, 2);
    assert_int_equal(secret_tally_under(&tally, ""), 1);
    assert_int_equal(secret_tally_under(&tally, "k8s:enc:aescbc:v1:old:"), 1);
    assert_int_equal(secret_tally_under(&tally, "k8s:enc:kms:v2:kmslab:"), 0);
    assert_span_text(buf_span(&tally.names[1]), "default/s2");
    secret_tally_say(&tally, &words);
    assert_string_equal(buf_text(&words),
        "2 Secrets: 1 in plain, 1 under k8s:enc:aescbc:v1:old:");
    secret_tally_reset(&tally);
    buf_reset(&next);
    buf_reset(&words);
}

static void
an_empty_etcd_is_none_and_other_text_is_refused(void **state)
{
    (void)state;
    struct secret_tally tally = { 0 };
    struct buf next = { 0 };

    assert_ok(node_secrets_page(SPAN_LITERAL(HEADER "}"), &tally, &next));
    assert_int_equal(tally.count, 0);
    assert_int_equal(
        node_secrets_page(SPAN_LITERAL("{\"kvs\":[]}"), &tally, &next),
        STATUS_INVALID);
    assert_int_equal(
        node_secrets_page(SPAN_LITERAL(""), &tally, &next), STATUS_INVALID);
    assert_int_equal(
        node_secrets_page(SPAN_LITERAL(HEADER), &tally, &next), STATUS_INVALID);
}

static void
more_prefixes_than_rows_are_refused(void **state)
{
    (void)state;
    struct secret_tally tally = { 0 };
    enum status st = STATUS_OK;

    for (int i = 0; i < SECRET_TALLY_ROWS + 1 && st == STATUS_OK; i++) {
        struct buf value = { 0 };

        assert_ok(buf_printf(&value,
            "k8s:enc:aescbc:v1:k%d:0123456789abcdef0123456789abcdef", i));
        st = secret_tally_add(
            &tally, SPAN_LITERAL("/registry/secrets/a/b"), buf_span(&value));
        buf_reset(&value);
    }
    assert_int_equal(st, STATUS_TOO_LARGE);
    assert_int_equal(tally.count, SECRET_TALLY_ROWS);
    secret_tally_reset(&tally);
}

static void
one_value_is_taken_from_what_etcdctl_prints(void **state)
{
    (void)state;
    struct buf value = { 0 };

    assert_ok(node_etcd_value(
        SPAN_LITERAL(HEADER ",\"kvs\":[{\"value\":\"azhz\"}],\"count\":1}"),
        &value));
    assert_span_text(buf_span(&value), "k8s");
    assert_int_equal(
        node_etcd_value(SPAN_LITERAL(HEADER "}"), &value), STATUS_NOT_FOUND);
    buf_reset(&value);
}

static void
identity_comes_first_on_the_way_there_and_back(void **state)
{
    (void)state;
    struct buf text = { 0 };
    size_t identity, kms;

    assert_ok(encrypt_identity_first(KIND_KMS_V1, &text));
    assert_true(span_search(
        buf_span(&text), SPAN_LITERAL("  - identity: {}\n"), &identity));
    assert_true(span_search(buf_span(&text), SPAN_LITERAL("  - kms:\n"), &kms));
    assert_true(identity < kms);
    assert_true(span_ends_with(
        buf_span(&text), SPAN_LITERAL("      cachesize: 1000\n")));
    buf_reset(&text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_are_counted_under_their_prefixes),
        cmocka_unit_test(an_empty_etcd_is_none_and_other_text_is_refused),
        cmocka_unit_test(more_prefixes_than_rows_are_refused),
        cmocka_unit_test(one_value_is_taken_from_what_etcdctl_prints),
        cmocka_unit_test(identity_comes_first_on_the_way_there_and_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
