/* SPDX-License-Identifier: Apache-2.0 */
#include "base/encode.h"
#include "base/file.h"
#include "inspect/inspect_plaintext.h"
#include "inspect/inspect_report.h"
#include "process/workspace.h"
#include "support_grpc.h"
#include "test/check.h"

#include <stdio.h>

#define VALUES "fixtures/apiserver-values/"
#define ETCD_KEY                                                               \
    "/43da1478-5e9c-4ef3-a92a-2b19d540c8a5/registry/secrets/"                  \
    "kms-v2-legacy-data/"

static struct workspace *workspace;
static char path[128];
static char endpoint[160];

/* The guard of the workspace must be forked before gRPC has threads. */
static int
set_up(void **state)
{
    (void)state;
    if (workspace_new(&workspace) != STATUS_OK)
        return -1;
    snprintf(path, sizeof(path), "%s/s", workspace_path(workspace));
    snprintf(endpoint, sizeof(endpoint), "unix://%s", path);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    workspace_free(workspace);
    return 0;
}

static void
load(const char *name, struct buf *bytes)
{
    char file[256];

    snprintf(file, sizeof(file), VALUES "%s", name);
    assert_ok(file_read(file, 1 << 20, bytes));
}

/* A DecryptResponse: one field of bytes, shorter than 128. */
static void
encode_answer(const char *base64, struct buf *answer)
{
    struct buf secret = { 0 };

    assert_ok(base64_decode(span_text(base64), &secret));
    assert_ok(buf_append_byte(answer, 0x0a));
    assert_ok(buf_append_byte(answer, (uint8_t)secret.len));
    assert_ok(buf_append(answer, buf_span(&secret)));
    buf_reset(&secret);
}

/* Opens the fixture with a plugin that unwraps to this secret. */
static enum status
open_fixture(const char *folder, const char *secret, const char *etcd_key,
    struct buf *plaintext, struct buf *problem)
{
    struct buf bytes = { 0 }, answer = { 0 };
    struct stored_value value = { 0 };
    struct script script = { 0 };
    struct grpc_double *plugin;
    char name[128];
    enum status status;

    snprintf(name, sizeof(name), "%s/value.bin", folder);
    load(name, &bytes);
    encode_answer(secret, &answer);
    script.answer = buf_span(&answer);
    assert_ok(stored_value_decode(buf_span(&bytes), &value));
    plugin = grpc_double_start(path, &script);
    status = inspect_plaintext(
        &value, endpoint, span_text(etcd_key), plaintext, problem);
    grpc_double_stop(plugin, NULL, NULL, NULL);
    stored_value_reset(&value);
    buf_reset(&answer);
    buf_reset(&bytes);
    return status;
}

static void
values_of_real_apiservers_are_opened(void **state)
{
    static const struct {
        const char *folder, *secret, *etcd_key;
    } fixtures[] = {
        { "kms-v2-key-1.27.0", "gafIvwT0ASoKdZ/D1L2SlH73LUMj5qa3hroljfS51wc=",
            ETCD_KEY "dek-source-aes-gcm-key" },
        { "kms-v2-seed-1.28.0", "/+WnKXQEM/AhXICYRNBeGk+WSuB+7OBuSYJTbP66Zyc=",
            ETCD_KEY "dek-source-hkdf-sha256-xnonce-aes-gcm-seed" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(fixtures); i++) {
        struct buf plaintext = { 0 }, expected = { 0 }, problem = { 0 };
        char name[128];

        snprintf(name, sizeof(name), "%s/plain.bin", fixtures[i].folder);
        load(name, &expected);
        assert_ok(open_fixture(fixtures[i].folder, fixtures[i].secret,
            fixtures[i].etcd_key, &plaintext, &problem));
        assert_true(span_equal(buf_span(&plaintext), buf_span(&expected)));
        assert_int_equal(problem.len, 0);
        buf_reset(&plaintext);
        buf_reset(&expected);
    }
}

static void
a_value_is_bound_to_its_etcd_key(void **state)
{
    struct buf plaintext = { 0 }, problem = { 0 };

    (void)state;
    assert_int_not_equal(
        open_fixture("kms-v2-seed-1.28.0",
            "/+WnKXQEM/AhXICYRNBeGk+WSuB+7OBuSYJTbP66Zyc=",
            "/registry/secrets/default/other", &plaintext, &problem),
        STATUS_OK);
    assert_int_equal(plaintext.len, 0);
    assert_string_equal(buf_text(&problem),
        "cannot be opened: cipher: message authentication failed");
    buf_reset(&plaintext);
    buf_reset(&problem);
}

static void
a_plugin_that_unwraps_to_too_little_is_no_help(void **state)
{
    struct buf plaintext = { 0 }, problem = { 0 };

    (void)state;
    assert_int_not_equal(
        open_fixture("kms-v2-seed-1.28.0", "AAAA",
            ETCD_KEY "dek-source-hkdf-sha256-xnonce-aes-gcm-seed", &plaintext,
            &problem),
        STATUS_OK);
    assert_int_equal(plaintext.len, 0);
    assert_true(problem.len > 0);
    buf_reset(&plaintext);
    buf_reset(&problem);
}

static void
no_plugin_is_asked_for_values_of_other_providers(void **state)
{
    struct stored_value value = { 0 };
    struct buf plaintext = { 0 }, problem = { 0 };

    (void)state;
    assert_ok(stored_value_decode(
        SPAN_LITERAL("k8s:enc:aescbc:v1:k:0123456789abcdef0123456789abcdef"),
        &value));
    assert_int_equal(inspect_plaintext(&value, "unix:///nowhere",
                         SPAN_LITERAL("/a"), &plaintext, &problem),
        STATUS_UNSUPPORTED);
    assert_string_equal(
        buf_text(&problem), "no plugin holds the key of this value");
    stored_value_reset(&value);
    buf_reset(&problem);
}

/* What is stored can hold anything, and is shown on a terminal. */
static void
reports_escape_what_a_terminal_would_obey(void **state)
{
    static const char hostile[] = "\x1b]0;x\x07\xc2\x9b\xff\\\r\nplain";
    struct stored_value value = { .form = STORED_PLAIN_OTHER };
    struct inspect_report report = { .value = &value,
        .bytes = SPAN_LITERAL(hostile),
        .plaintext = SPAN_LITERAL(hostile),
        .show_plaintext = true };
    struct buf text = { 0 };

    (void)state;
    assert_ok(inspect_report_text(&report, &text));
    assert_string_equal(buf_text(&text),
        "value          plain bytes, 17 bytes\n"
        "plaintext      17 bytes:\n"
        "\\x1b]0;x\\x07\\xc2\\x9b\\xff\\x5c\\x0d\nplain\n");
    buf_reset(&text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_of_real_apiservers_are_opened),
        cmocka_unit_test(a_value_is_bound_to_its_etcd_key),
        cmocka_unit_test(a_plugin_that_unwraps_to_too_little_is_no_help),
        cmocka_unit_test(no_plugin_is_asked_for_values_of_other_providers),
        cmocka_unit_test(reports_escape_what_a_terminal_would_obey),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
