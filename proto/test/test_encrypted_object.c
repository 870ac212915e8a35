/* SPDX-License-Identifier: Apache-2.0 */
#include "base/encode.h"
#include "k8s/encrypted_object.h"
#include "test/check.h"

static struct buf
from_hex(const char *text)
{
    struct buf bytes = { 0 };
    assert_ok(hex_decode(span_text(text), &bytes));
    return bytes;
}

/* A valid one: data "d", source "s", key id "k", of the seed type. */
static void
fill(struct encrypted_object *o)
{
    o->type = ENCRYPTED_OBJECT_SEED;
    assert_ok(buf_append_text(&o->data, "d"));
    assert_ok(buf_append_text(&o->source, "s"));
    assert_ok(buf_append_text(&o->key_id, "k"));
}

static void
fill_bytes(struct buf *field, size_t len)
{
    uint8_t *place;
    buf_clear(field);
    assert_ok(buf_extend(field, len, &place));
    memset(place, 'x', len);
}

static void
fields_are_written_in_order_and_type_0_is_left_out(void **state)
{
    (void)state;
    struct encrypted_object o = { 0 };
    struct buf bytes = { 0 }, text = { 0 };
    fill(&o);
    assert_ok(
        byte_map_set(&o.annotations, SPAN_LITERAL("b.c"), SPAN_LITERAL("2")));
    assert_ok(
        byte_map_set(&o.annotations, SPAN_LITERAL("a.c"), SPAN_LITERAL("1")));
    assert_ok(encrypted_object_encode(&o, &bytes));
    assert_ok(hex_encode(buf_span(&bytes), &text));
    assert_string_equal(buf_text(&text), "0a016412016b1a01732208"
                                         "0a03612e6312013122080a03622e63120132"
                                         "2801");
    buf_clear(&bytes);
    buf_clear(&text);
    o.type = ENCRYPTED_OBJECT_AES_GCM_KEY;
    byte_map_reset(&o.annotations);
    assert_ok(encrypted_object_encode(&o, &bytes));
    assert_ok(hex_encode(buf_span(&bytes), &text));
    assert_string_equal(buf_text(&text), "0a016412016b1a0173");
    encrypted_object_reset(&o);
    buf_reset(&bytes);
    buf_reset(&text);
}

/* All say data "d", key id "k", source "s", type 1. */
static void
any_order_unknown_and_repeated_fields_are_read(void **state)
{
    (void)state;
    static const char *const same[] = {
        "0a016412016b1a01732801",                         /* as written */
        "28011a017312016b0a0164",                         /* from the end */
        "0a016412016b1a017328013205aabbccddee30077a0120", /* unknown ones */
        "0a01780a016412016a12016b1a01731a017328002801",   /* last wins */
    };
    for (size_t i = 0; i < ARRAY_LEN(same); i++) {
        struct encrypted_object o = { 0 };
        struct transform_error error = { 0 };
        struct buf bytes = from_hex(same[i]);
        assert_ok(encrypted_object_decode(buf_span(&bytes), &o, &error));
        assert_span_text(buf_span(&o.data), "d");
        assert_span_text(buf_span(&o.key_id), "k");
        assert_span_text(buf_span(&o.source), "s");
        assert_int_equal(o.type, ENCRYPTED_OBJECT_SEED);
        encrypted_object_reset(&o);
        buf_reset(&bytes);
    }
}

static void
a_later_annotation_of_a_key_replaces_the_earlier(void **state)
{
    (void)state;
    struct encrypted_object o = { 0 };
    struct transform_error error = { 0 };
    struct span value;
    struct buf bytes =
        from_hex("22080a03612e6212013122080a03612e6212013222050a03622e63");
    assert_ok(encrypted_object_decode(buf_span(&bytes), &o, &error));
    assert_int_equal(o.annotations.count, 2);
    assert_true(byte_map_find(&o.annotations, SPAN_LITERAL("a.b"), &value));
    assert_span_text(value, "2");
    assert_true(byte_map_find(&o.annotations, SPAN_LITERAL("b.c"), &value));
    assert_int_equal(value.len, 0);
    encrypted_object_reset(&o);
    buf_reset(&bytes);
}

#define WIRE "proto: cannot parse invalid wire-format data"
#define UTF8 "string field contains invalid UTF-8"

static void
what_is_no_such_message_is_refused_and_changes_nothing(void **state)
{
    (void)state;
    static const char *const bad[][2] = {
        { "ff", WIRE },
        { "0a", WIRE },
        { "0aff", WIRE },
        { "0a02", WIRE },
        { "0affffffffffffffffff01", WIRE },
        { "0affffffff0f64", WIRE },
        { "22030a0561", WIRE },
        { "1202c328", UTF8 },
        { "22060a02c328120178", WIRE },
        { "22070a02c328120178", UTF8 },
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct encrypted_object o = { 0 };
        struct transform_error error = { 0 };
        struct buf bytes = from_hex(bad[i][0]);
        fill(&o);
        assert_int_equal(encrypted_object_decode(buf_span(&bytes), &o, &error),
            STATUS_INVALID);
        assert_string_equal(buf_text(&error.text), bad[i][1]);
        assert_span_text(buf_span(&o.data), "d");
        assert_int_equal(o.type, ENCRYPTED_OBJECT_SEED);
        encrypted_object_reset(&o);
        transform_error_reset(&error);
        buf_reset(&bytes);
    }
}

static void
a_key_id_may_hold_a_nul(void **state)
{
    (void)state;
    struct encrypted_object o = { 0 };
    struct transform_error error = { 0 };
    struct buf bytes = from_hex("0a01641203610062"
                                "1a01732801");
    assert_ok(encrypted_object_decode(buf_span(&bytes), &o, &error));
    assert_int_equal(o.key_id.len, 3);
    assert_ok(encrypted_object_check(&o, &error));
    encrypted_object_reset(&o);
    buf_reset(&bytes);
}

/* What is changed of a valid object, and the words for it; NULL: allowed. */
static const struct {
    size_t data, source, key_id; /* lengths */
    int32_t type;
    const char *annotation;
    size_t annotation_len; /* of its value */
    const char *words;
} limits[] = {
    { 1, 1, 1, 1, NULL, 0, NULL },
    { 1, 1024, 1024, 0, NULL, 0, NULL },
    { 1, 1, 1, 2, NULL, 0, "unknown encryptedDEKSourceType: 2" },
    { 1, 1, 1, -1, NULL, 0, "unknown encryptedDEKSourceType: -1" },
    { 0, 0, 0, 1, NULL, 0, "encrypted data is empty" },
    { 1, 0, 1, 1, NULL, 0,
        "failed to validate encrypted DEK source: encrypted DEK source is "
        "empty" },
    { 1, 1025, 1, 1, NULL, 0,
        "failed to validate encrypted DEK source: encrypted DEK source is "
        "1025 bytes, which exceeds the max size of 1024" },
    { 1, 1, 0, 1, NULL, 0, "failed to validate key id: keyID is empty" },
    { 1, 1, 1025, 1, NULL, 0,
        "failed to validate key id: keyID is 1025 bytes, which exceeds the "
        "max size of 1024" },
    { 1, 1, 1, 1, "a.b", 32765, NULL },
    { 1, 1, 1, 1, "a.b.", 1, NULL },
    { 1, 1, 1, 1, "a.b", 32766,
        "failed to validate annotations: total size of annotations is 32769, "
        "which exceeds the max size of 32768" },
    { 1, 1, 1, 1, "", 1,
        "failed to validate annotations: annotations: Required value" },
    { 1, 1, 1, 1, "panda", 1,
        "failed to validate annotations: annotations: Invalid value: "
        "\"panda\": should be a domain with at least two segments separated "
        "by dots" },
    { 1, 1, 1, 1, "panda", 32768,
        "failed to validate annotations: [annotations: Invalid value: "
        "\"panda\": should be a domain with at least two segments separated "
        "by dots, total size of annotations is 32773, which exceeds the max "
        "size of 32768]" },
    { 1, 1, 1, 1, "A.b", 1,
        "failed to validate annotations: annotations: Invalid value: "
        "\"A.b\": a lowercase RFC 1123 subdomain must consist of lower case "
        "alphanumeric characters, '-' or '.', and must start and end with an "
        "alphanumeric character (e.g. 'example.com', regex used for "
        "validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*"
        "[a-z0-9])?)*')" },
    { 1, 1, 1, 1,
        "a."
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        1,
        "failed to validate annotations: annotations: Invalid value: "
        "\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "\": must be no more than 63 characters" },
};

static void
limits_are_kube_apiservers_in_its_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
        struct encrypted_object o = { 0 };
        struct transform_error error = { 0 };
        struct buf value = { 0 };
        o.type = limits[i].type;
        fill_bytes(&o.data, limits[i].data);
        fill_bytes(&o.source, limits[i].source);
        fill_bytes(&o.key_id, limits[i].key_id);
        fill_bytes(&value, limits[i].annotation_len);
        if (limits[i].annotation != NULL)
            assert_ok(byte_map_set(&o.annotations,
                span_text(limits[i].annotation), buf_span(&value)));
        assert_int_equal(encrypted_object_check(&o, &error),
            limits[i].words == NULL ? STATUS_OK : STATUS_INVALID);
        assert_string_equal(buf_text(&error.text),
            limits[i].words == NULL ? "" : limits[i].words);
        encrypted_object_reset(&o);
        transform_error_reset(&error);
        buf_reset(&value);
    }
}

static void
digests_differ_where_one_unwrapping_does_not_serve_both(void **state)
{
    (void)state;
    uint8_t digests[6][ENCRYPTED_OBJECT_DIGEST];
    for (size_t i = 0; i < ARRAY_LEN(digests); i++) {
        struct encrypted_object o = { 0 };
        fill(&o);
        if (i == 1)
            o.type = ENCRYPTED_OBJECT_AES_GCM_KEY;
        if (i == 2)
            assert_ok(buf_append_text(&o.source, "k"));
        if (i == 3)
            assert_ok(buf_append_text(&o.key_id, "k"));
        if (i == 4)
            assert_ok(byte_map_set(
                &o.annotations, SPAN_LITERAL("a.bc"), SPAN_LITERAL("d")));
        if (i == 5)
            assert_ok(byte_map_set(
                &o.annotations, SPAN_LITERAL("a.b"), SPAN_LITERAL("cd")));
        assert_ok(encrypted_object_digest(&o, digests[i]));
        for (size_t j = 0; j < i; j++)
            assert_memory_not_equal(digests[i], digests[j], sizeof(digests[i]));
        encrypted_object_reset(&o);
    }
}

static void
the_data_is_not_in_the_digest(void **state)
{
    (void)state;
    uint8_t first[ENCRYPTED_OBJECT_DIGEST], second[ENCRYPTED_OBJECT_DIGEST];
    struct encrypted_object o = { 0 };
    fill(&o);
    assert_ok(encrypted_object_digest(&o, first));
    assert_ok(buf_append_text(&o.data, "more"));
    assert_ok(encrypted_object_digest(&o, second));
    assert_memory_equal(first, second, sizeof(first));
    encrypted_object_reset(&o);
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_are_written_in_order_and_type_0_is_left_out),
        cmocka_unit_test(any_order_unknown_and_repeated_fields_are_read),
        cmocka_unit_test(a_later_annotation_of_a_key_replaces_the_earlier),
        cmocka_unit_test(
            what_is_no_such_message_is_refused_and_changes_nothing),
        cmocka_unit_test(a_key_id_may_hold_a_nul),
        cmocka_unit_test(limits_are_kube_apiservers_in_its_words),
        cmocka_unit_test(
            digests_differ_where_one_unwrapping_does_not_serve_both),
        cmocka_unit_test(the_data_is_not_in_the_digest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
