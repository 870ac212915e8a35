/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values that a real kube-apiserver wrote (fixtures/apiserver-values): each
 * opens to the recorded plaintext, and to nothing under another etcd key
 * where its cipher is bound to it.
 */
#include "base/encode.h"
#include "base/file.h"
#include "base/json.h"
#include "k8s/provider.h"
#include "k8s/stored_value.h"
#include "test/check.h"
#include "test/support_kms.h"

#include <glob.h>

#define FOLDER "fixtures/apiserver-values"
enum { FILE_MAX = 1 << 20, PROVIDERS_MAX = 8, UNWRAPS_MAX = 8 };

struct fixture {
    struct json_doc *manifest;
    struct buf value, plain;
    struct buf key_id;
    struct fake_kms fake;
    struct clock_manual manual;
    struct fake_unwrap unwraps[UNWRAPS_MAX];
    struct provider *providers[PROVIDERS_MAX];
    size_t provider_count;
    struct prefix_transformer *list;
};

static struct buf
read_beside(const char *manifest, const char *name)
{
    struct buf path = { 0 }, bytes = { 0 };
    const char *slash = strrchr(manifest, '/');
    assert_ok(
        buf_printf(&path, "%.*s/%s", (int)(slash - manifest), manifest, name));
    assert_ok(file_read(buf_text(&path), FILE_MAX, &bytes));
    buf_reset(&path);
    return bytes;
}

static struct span
member_text(const struct json *object, const char *key)
{
    return json_get_string(json_member(object, key));
}

static enum provider_kind
kind_of(struct span name)
{
    static const struct {
        const char *name;
        enum provider_kind kind;
    } names[] = {
        { "identity", PROVIDER_IDENTITY },
        { "aescbc", PROVIDER_AESCBC },
        { "aesgcm", PROVIDER_AESGCM },
        { "secretbox", PROVIDER_SECRETBOX },
        { "kms-v1", PROVIDER_KMS_V1 },
        { "kms-v2", PROVIDER_KMS_V2 },
    };
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (span_equal_text(name, names[i].name))
            return names[i].kind;
    fail_msg("no provider kind: %.*s", SPAN_ARG(name));
    return PROVIDER_IDENTITY;
}

static void
add_keys(struct provider_config *config, const struct json *keys)
{
    for (size_t i = 0; i < json_count(keys); i++) {
        const struct json *key = json_at(keys, i);
        struct buf secret = { 0 };
        assert_ok(base64_decode(member_text(key, "secret"), &secret));
        assert_ok(provider_config_add_key(
            config, member_text(key, "name"), buf_span(&secret)));
        buf_reset(&secret);
    }
}

static void
add_provider(struct fixture *f, const struct json *described)
{
    struct transform_error error = { 0 };
    struct provider_config config = { .timeout_ns = 1000000000,
        .cache_size = 10 };
    struct provider_environment environment = { clock_manual(&f->manual),
        random_system(), support_kms_v1(&f->fake), support_kms_v2(&f->fake) };
    config.kind = kind_of(member_text(described, "kind"));
    assert_ok(buf_append(&config.name, member_text(described, "name")));
    add_keys(&config, json_member(described, "keys"));
    assert_true(f->provider_count < PROVIDERS_MAX);
    assert_ok(provider_new(
        &config, &environment, &f->providers[f->provider_count], &error));
    assert_ok(provider_health(f->providers[f->provider_count], &error));
    f->provider_count++;
    provider_config_reset(&config);
}

static void
add_unwraps(struct fixture *f, const struct json *unwraps)
{
    size_t count = json_count(unwraps);
    assert_true(count <= UNWRAPS_MAX);
    for (size_t i = 0; i < count; i++) {
        const struct json *pair = json_at(unwraps, i);
        assert_ok(base64_decode(
            member_text(pair, "wrapped"), &f->unwraps[i].wrapped));
        assert_ok(
            base64_decode(member_text(pair, "plain"), &f->unwraps[i].plain));
    }
    f->fake.unwraps = f->unwraps;
    f->fake.unwrap_count = count;
}

static void
load(struct fixture *f, const char *path)
{
    struct buf text = { 0 };
    struct prefix_entry entries[PROVIDERS_MAX];
    int line = 0;
    memset(f, 0, sizeof(*f));
    f->manual.now_ms = 1700000000000;
    support_kms_init(&f->fake);
    assert_ok(file_read(path, FILE_MAX, &text));
    assert_ok(json_parse_strict(buf_span(&text), &f->manifest, &line));
    const struct json *root = json_root(f->manifest);
    f->value = read_beside(path, (const char *)member_text(root, "value").ptr);
    f->plain = read_beside(path, (const char *)member_text(root, "plain").ptr);
    assert_ok(buf_append(&f->key_id, member_text(root, "key_id")));
    if (f->key_id.len > 0)
        f->fake.key_id = buf_text(&f->key_id);
    add_unwraps(f, json_member(root, "unwraps"));

    const struct json *providers = json_member(root, "providers");
    for (size_t i = 0; i < json_count(providers); i++)
        add_provider(f, json_at(providers, i));
    for (size_t i = 0; i < f->provider_count; i++)
        entries[i] = provider_entry(f->providers[i]);
    assert_ok(prefix_transformer_new(
        entries, f->provider_count, PROVIDER_NO_MATCH, &f->list));
    buf_reset(&text);
}

static void
unload(struct fixture *f)
{
    prefix_transformer_free(f->list);
    for (size_t i = 0; i < f->provider_count; i++)
        provider_free(f->providers[i]);
    for (size_t i = 0; i < f->fake.unwrap_count; i++) {
        buf_reset(&f->unwraps[i].wrapped);
        buf_reset(&f->unwraps[i].plain);
    }
    support_kms_reset(&f->fake);
    buf_reset(&f->value);
    buf_reset(&f->plain);
    buf_reset(&f->key_id);
    json_doc_free(f->manifest);
}

static void
opens_to_its_plaintext(struct fixture *f)
{
    struct transform_error error = { 0 };
    struct buf plain = { 0 };
    bool stale = false;
    const struct json *root = json_root(f->manifest);
    struct transformer t = prefix_transformer(f->list);
    enum status st = transformer_read(&t, member_text(root, "etcd_key"),
        buf_span(&f->value), &plain, &stale, &error);
    assert_string_equal(buf_text(&error.text), "");
    assert_ok(st);
    assert_true(span_equal(buf_span(&plain), buf_span(&f->plain)));
    assert_int_equal(stale, json_get_bool(json_member(root, "stale")));
    buf_reset(&plain);
}

static bool
bound_to_its_key(const struct stored_value *v)
{
    return v->form == STORED_SEALED && v->kind != PROVIDER_AESCBC &&
           v->kind != PROVIDER_SECRETBOX;
}

static void
is_refused_elsewhere_where_it_is_bound(struct fixture *f)
{
    struct transform_error error = { 0 };
    struct stored_value v = { 0 };
    struct buf plain = { 0 };
    bool stale = false;
    struct transformer t = prefix_transformer(f->list);
    assert_ok(stored_value_decode(buf_span(&f->value), &v));
    assert_int_equal(v.problem.len, 0);
    if (bound_to_its_key(&v)) {
        assert_int_equal(
            transformer_read(&t, SPAN_LITERAL("/registry/secrets/other/s"),
                buf_span(&f->value), &plain, &stale, &error),
            STATUS_AUTHENTIC);
        assert_int_equal(plain.len, 0);
    }
    buf_reset(&plain);
    transform_error_reset(&error);
    stored_value_reset(&v);
}

static void
every_recorded_value_opens(void **state)
{
    (void)state;
    glob_t found;
    assert_int_equal(glob(FOLDER "/*/manifest.json", 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        struct fixture f;
        print_message("# %s\n", found.gl_pathv[i]);
        load(&f, found.gl_pathv[i]);
        opens_to_its_plaintext(&f);
        is_refused_elsewhere_where_it_is_bound(&f);
        unload(&f);
    }
    globfree(&found);
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_recorded_value_opens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
