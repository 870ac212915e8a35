/* SPDX-License-Identifier: Apache-2.0 */
#include "k8s/provider.h"
#include "k8s/stored_value.h"
#include "test/check.h"
#include "test/support_kms.h"

#define KEY "/registry/secrets/default/s1"

/* Seals "text" by a provider of this kind with one 32-byte key. */
static struct buf
sealed_by(enum provider_kind kind, const char *name)
{
    struct fake_kms fake;
    struct clock_manual manual = { 1000 };
    struct provider_config config = { .kind = kind, .timeout_ns = 1000000000 };
    struct provider *provider = NULL;
    struct transform_error error = { 0 };
    struct buf stored = { 0 };
    support_kms_init(&fake);
    fake.annotation = "note.example.com";
    struct provider_environment environment = { clock_manual(&manual),
        random_system(), support_kms_v1(&fake), support_kms_v2(&fake) };

    if (kind == PROVIDER_KMS_V1 || kind == PROVIDER_KMS_V2)
        assert_ok(buf_append_text(&config.name, name));
    else
        assert_ok(provider_config_add_key(&config, span_text(name),
            SPAN_LITERAL("0123456789abcdef0123456789abcdef")));
    assert_ok(provider_new(&config, &environment, &provider, &error));
    assert_ok(provider_health(provider, &error));
    struct prefix_entry entry = provider_entry(provider);
    assert_ok(buf_append(&stored, entry.prefix));
    assert_ok(transformer_write(&entry.transformer, SPAN_LITERAL(KEY),
        SPAN_LITERAL("text"), &stored, &error));
    provider_free(provider);
    provider_config_reset(&config);
    support_kms_reset(&fake);
    return stored;
}

static const struct {
    enum provider_kind kind;
    const char *name, *prefix;
    size_t wrapped, info, nonce, sealed, tag;
} kinds[] = {
    { PROVIDER_AESCBC, "key1", "k8s:enc:aescbc:v1:key1:", 0, 0, 16, 16, 0 },
    { PROVIDER_AESGCM, "key1", "k8s:enc:aesgcm:v1:key1:", 0, 0, 12, 4, 16 },
    { PROVIDER_SECRETBOX, "k", "k8s:enc:secretbox:v1:k:", 0, 0, 24, 4, 16 },
    { PROVIDER_KMS_V1, "old", "k8s:enc:kms:v1:old:", 40, 0, 12, 4, 16 },
    { PROVIDER_KMS_V1, "a:b:c", "k8s:enc:kms:v1:a:b:c:", 40, 0, 12, 4, 16 },
    { PROVIDER_KMS_V2, "new", "k8s:enc:kms:v2:new:", 40, 32, 12, 4, 16 },
};

static void
parts_of_each_kind_are_told_without_a_key(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        struct stored_value v = { 0 };
        struct buf stored = sealed_by(kinds[i].kind, kinds[i].name);
        assert_ok(stored_value_decode(buf_span(&stored), &v));
        assert_int_equal(v.form, STORED_SEALED);
        assert_int_equal(v.kind, kinds[i].kind);
        assert_span_text(v.prefix, kinds[i].prefix);
        assert_span_text(v.name, kinds[i].name);
        assert_int_equal(v.wrapped.len, kinds[i].wrapped);
        assert_int_equal(v.info.len, kinds[i].info);
        assert_int_equal(v.nonce.len, kinds[i].nonce);
        assert_int_equal(v.sealed.len, kinds[i].sealed);
        assert_int_equal(v.tag.len, kinds[i].tag);
        assert_int_equal(v.problem.len, 0);
        stored_value_reset(&v);
        buf_reset(&stored);
    }
}

static void
a_v2_record_tells_key_id_type_and_annotations(void **state)
{
    (void)state;
    struct stored_value v = { 0 };
    struct span note;
    struct buf stored = sealed_by(PROVIDER_KMS_V2, "new");
    assert_ok(stored_value_decode(buf_span(&stored), &v));
    assert_span_text(buf_span(&v.object.key_id), "key-1");
    assert_int_equal(v.object.type, ENCRYPTED_OBJECT_SEED);
    assert_true(byte_map_find(
        &v.object.annotations, SPAN_LITERAL("note.example.com"), &note));
    assert_span_text(note, "x");
    stored_value_reset(&v);
    buf_reset(&stored);
}

#define BYTES(text) text, sizeof(text) - 1

static const struct {
    const char *bytes;
    size_t len;
    enum stored_form form;
    const char *problem;
} others[] = {
    { BYTES(""), STORED_PLAIN_OTHER, "" },
    { BYTES("text"), STORED_PLAIN_OTHER, "" },
    { BYTES("{\"kind\":\"X\"}\n"), STORED_PLAIN_JSON, "" },
    { BYTES("k8s\0\xff\xff"), STORED_PLAIN_PROTOBUF,
        "what follows \"k8s\\0\" is no runtime.Unknown" },
    { BYTES("k8s:enc:"), STORED_UNKNOWN_PREFIX, "" },
    { BYTES("k8s:enc:custom:v1:x:y"), STORED_UNKNOWN_PREFIX, "" },
    { BYTES("k8s:enc:kms:v3:x:y"), STORED_UNKNOWN_PREFIX, "" },
    { BYTES("k8s:enc:aescbc:v1:noend"), STORED_UNKNOWN_PREFIX, "" },
    { BYTES("k8s:enc:aescbc:v1:k:"), STORED_SEALED,
        "the stored data was shorter than the required size" },
    { BYTES("k8s:enc:aescbc:v1:k:0123456789abcdef0"), STORED_SEALED,
        "the stored data is not a multiple of the block size" },
    { BYTES("k8s:enc:aesgcm:v1:k:0123456789ab"), STORED_SEALED,
        "the stored data was shorter than the required size" },
    { BYTES("k8s:enc:kms:v1:k:\x00\x05wrap"), STORED_SEALED,
        "invalid data encountered by envelope transformer: failed to read "
        "uint16 length prefixed data" },
    { BYTES("k8s:enc:kms:v2:k:\xff"), STORED_SEALED,
        "proto: cannot parse invalid wire-format data" },
    { BYTES("k8s:enc:kms:v2:k:"), STORED_SEALED, "encrypted data is empty" },
    { BYTES("k8s:enc:kms:v2:k:\x0a\x01x\x12\x01k\x1a\x01s\x28\x01"),
        STORED_SEALED, "the stored data was shorter than the required size" },
    { BYTES("k8s:enc:kms:v2:k:\x0a\x01x\x12\x01k\x1a\x01s\x28\x07"),
        STORED_SEALED, "unknown encryptedDEKSourceType: 7" },
};

static void
any_bytes_are_described_or_said_to_be_broken(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        struct stored_value v = { 0 };
        assert_ok(
            stored_value_decode(span_of(others[i].bytes, others[i].len), &v));
        assert_int_equal(v.form, others[i].form);
        assert_string_equal(buf_text(&v.problem), others[i].problem);
        stored_value_reset(&v);
    }
}

static void
a_plain_object_tells_its_type(void **state)
{
    (void)state;
    static const char bytes[] = "k8s\0\n\x0c\n\x02v1\x12\x06Secret\x12\x03raw";
    struct stored_value v = { 0 };
    assert_ok(stored_value_decode(span_of(bytes, sizeof(bytes) - 1), &v));
    assert_int_equal(v.form, STORED_PLAIN_PROTOBUF);
    assert_string_equal(buf_text(&v.api_version), "v1");
    assert_string_equal(buf_text(&v.object_kind), "Secret");
    stored_value_reset(&v);
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_of_each_kind_are_told_without_a_key),
        cmocka_unit_test(a_v2_record_tells_key_id_type_and_annotations),
        cmocka_unit_test(any_bytes_are_described_or_said_to_be_broken),
        cmocka_unit_test(a_plain_object_tells_its_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
