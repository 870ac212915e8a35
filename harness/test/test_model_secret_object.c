/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"
#include "model/secret_object.h"
#include "test/check.h"

static void
set_text(struct buf *field, const char *text)
{
    assert_ok(buf_set(field, span_text(text)));
}

static void
fill(struct secret_object *secret)
{
    set_text(&secret->name, "s1");
    set_text(&secret->namespace, "default");
    set_text(&secret->uid, "1f4a8f7b-01b4-49d1-b898-751eb56937f1");
    set_text(&secret->type, "Opaque");
    secret->created_s = 1693583809;
    assert_ok(byte_map_set(
        &secret->data, SPAN_LITERAL("user"), SPAN_LITERAL("admin")));
    assert_ok(
        byte_map_set(&secret->data, SPAN_LITERAL("key"), SPAN_LITERAL("old")));
    assert_ok(byte_map_set(
        &secret->data, SPAN_LITERAL("key"), SPAN_LITERAL("hunter2")));
}

/* What kube-apiserver writes for the same object without managedFields. */
static const char expected[] =
    "k8s\0"
    "\x0a\x0c\x0a\x02v1\x12\x06Secret"
    "\x12\x6e"
    "\x0a\x45"
    "\x0a\x02s1\x12\x00\x1a\x07"
    "default\x22\x00\x2a\x24"
    "1f4a8f7b-01b4-49d1-b898-751eb56937f1\x32\x00\x38\x00"
    "\x42\x08\x08\xc1\x93\xc8\xa7\x06\x10\x00"
    "\x12\x0e\x0a\x03key\x12\x07hunter2"
    "\x12\x0d\x0a\x04user\x12\x05"
    "admin"
    "\x1a\x06Opaque"
    "\x1a\x00\x22\x00";

static void
a_secret_is_written_as_kube_apiserver_does(void **state)
{
    (void)state;
    struct secret_object secret = { 0 }, read = { 0 };
    struct buf bytes = { 0 };
    struct span value;
    fill(&secret);
    assert_ok(secret_object_encode(&secret, &bytes));
    assert_int_equal(bytes.len, sizeof(expected) - 1);
    assert_memory_equal(bytes.ptr, expected, bytes.len);

    assert_ok(secret_object_decode(buf_span(&bytes), &read));
    assert_string_equal(buf_text(&read.name), "s1");
    assert_string_equal(buf_text(&read.namespace), "default");
    assert_string_equal(buf_text(&read.type), "Opaque");
    assert_int_equal(read.created_s, 1693583809);
    assert_int_equal(read.data.count, 2);
    assert_true(byte_map_find(&read.data, SPAN_LITERAL("key"), &value));
    assert_span_text(value, "hunter2");
    assert_false(byte_map_find(&read.data, SPAN_LITERAL("none"), &value));
    secret_object_reset(&secret);
    secret_object_reset(&read);
    buf_reset(&bytes);
}

static void
a_secret_of_a_real_apiserver_is_read(void **state)
{
    (void)state;
    struct buf bytes = { 0 };
    struct secret_object secret = { 0 };
    struct span value;
    assert_ok(
        file_read("fixtures/apiserver-values/kms-v2-seed-1.28.0/plain.bin",
            65536, &bytes));
    assert_ok(secret_object_decode(buf_span(&bytes), &secret));
    assert_string_equal(
        buf_text(&secret.name), "dek-source-hkdf-sha256-xnonce-aes-gcm-seed");
    assert_string_equal(buf_text(&secret.namespace), "kms-v2-legacy-data");
    assert_string_equal(
        buf_text(&secret.uid), "87c514b4-9c26-4041-ad0d-0d07dca557ed");
    assert_true(byte_map_find(&secret.data, SPAN_LITERAL("api_key"), &value));
    assert_true(value.len > 0);
    secret_object_reset(&secret);
    buf_reset(&bytes);
}

static void
other_bytes_and_kinds_are_refused_and_change_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t len;
        enum status status;
    } bad[] = {
        { "", 0, STATUS_INVALID },
        { "{}", 2, STATUS_INVALID },
        { "k8s\0\xff", 5, STATUS_INVALID },
        { "k8s\0", 4, STATUS_UNSUPPORTED },
        { "k8s\0\x0a\x09\x0a\x02v1\x12\x03Pod", 15, STATUS_UNSUPPORTED },
        { "k8s\0\x0a\x0c\x0a\x02v1\x12\x06Secret", 18, STATUS_INVALID },
        { "k8s\0\x0a\x0c\x0a\x02v1\x12\x06Secret\x12\x01\xff", 21,
            STATUS_INVALID },
    };
    struct secret_object secret = { 0 };
    fill(&secret);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_int_equal(
            secret_object_decode(span_of(bad[i].bytes, bad[i].len), &secret),
            bad[i].status);
        assert_string_equal(buf_text(&secret.name), "s1");
        assert_int_equal(secret.data.count, 2);
    }
    secret_object_reset(&secret);
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_secret_is_written_as_kube_apiserver_does),
        cmocka_unit_test(a_secret_of_a_real_apiserver_is_read),
        cmocka_unit_test(other_bytes_and_kinds_are_refused_and_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
