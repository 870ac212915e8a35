/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"
#include "cluster/kubeconfig.h"
#include "process/workspace.h"
#include "test/check.h"

#include <stdio.h>
#include <sys/stat.h>

#define CONTEXTS                                                               \
    "contexts:\n"                                                              \
    "- context: {cluster: other, user: other}\n"                               \
    "  name: other\n"                                                          \
    "- context: {cluster: kind-a, user: kind-b}\n"                             \
    "  name: kind-a\n"                                                         \
    "current-context: kind-a\n"
#define CLUSTERS                                                               \
    "clusters:\n"                                                              \
    "- cluster: {server: https://10.0.0.1:1, certificate-authority-data: "     \
    "bm9wZQ==}\n"                                                              \
    "  name: other\n"                                                          \
    "- cluster:\n"                                                             \
    "    certificate-authority-data: Q0E=\n"                                   \
    "    server: https://127.0.0.1:41234\n"                                    \
    "  name: kind-a\n"
#define USERS                                                                  \
    "users:\n"                                                                 \
    "- name: kind-b\n"                                                         \
    "  user:\n"                                                                \
    "    client-certificate-data: Q0VSVA==\n"                                  \
    "    client-key-data: S0VZ\n"

static void
the_current_context_is_taken(void **state)
{
    struct kubeconfig config = { 0 };
    struct buf problem = { 0 };
    (void)state;
    assert_ok(kubeconfig_parse(
        span_text(CONTEXTS CLUSTERS USERS), &config, &problem));
    assert_string_equal(buf_text(&config.server), "https://127.0.0.1:41234");
    assert_string_equal(buf_text(&config.ca), "CA");
    assert_string_equal(buf_text(&config.certificate), "CERT");
    assert_string_equal(buf_text(&config.key), "KEY");
    assert_int_equal(problem.len, 0);
    kubeconfig_reset(&config);
}

static void
refuses(const char *text, const char *words)
{
    struct kubeconfig config = { 0 };
    struct buf problem = { 0 };
    size_t at;

    assert_int_equal(
        kubeconfig_parse(span_text(text), &config, &problem), STATUS_INVALID);
    if (!span_search(buf_span(&problem), span_text(words), &at))
        assert_string_equal(buf_text(&problem), words);
    assert_int_equal(config.server.len, 0);
    buf_reset(&problem);
}

static void
what_is_missing_is_named(void **state)
{
    (void)state;
    refuses("", "no server");
    refuses(CONTEXTS USERS, "no server");
    refuses(CONTEXTS CLUSTERS, "no client-certificate-data");
    refuses(CONTEXTS CLUSTERS "users:\n- name: kind-b\n  user: {token: t}\n",
        "no client-certificate-data");
    refuses(CONTEXTS CLUSTERS "users:\n- name: kind-b\n"
                              "  user: {client-certificate-data: '!'}\n",
        "client-certificate-data is not base64");
    refuses("a: [", "yaml: ");
}

static void
a_file_that_is_none_is_named(void **state)
{
    struct kubeconfig config = { 0 };
    struct buf problem = { 0 };
    (void)state;
    assert_int_equal(kubeconfig_read("/nowhere/config", &config, &problem),
        STATUS_NOT_FOUND);
    assert_string_equal(buf_text(&problem),
        "the kubeconfig /nowhere/config cannot be used: not found");
    buf_reset(&problem);
}

static void
the_key_is_written_for_us_alone(void **state)
{
    struct kubeconfig config = { 0 };
    struct kubeconfig_files files = { 0 };
    struct workspace *workspace = NULL;
    struct buf text = { 0 };
    struct stat found;
    (void)state;
    assert_ok(workspace_new(&workspace));
    assert_ok(
        kubeconfig_parse(span_text(CONTEXTS CLUSTERS USERS), &config, NULL));
    assert_ok(
        kubeconfig_files_write(&config, workspace_path(workspace), &files));
    struct kube_server server = kubeconfig_server(&files);
    assert_string_equal(server.url, "https://127.0.0.1:41234");
    assert_int_equal(stat(server.key_file, &found), 0);
    assert_int_equal(found.st_mode & 0777, 0600);
    assert_ok(file_read(server.key_file, 100, &text));
    assert_string_equal(buf_text(&text), "KEY");
    assert_null(server.token);
    buf_reset(&text);
    kubeconfig_files_reset(&files);
    kubeconfig_reset(&config);
    workspace_free(workspace);
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_current_context_is_taken),
        cmocka_unit_test(what_is_missing_is_named),
        cmocka_unit_test(a_file_that_is_none_is_named),
        cmocka_unit_test(the_key_is_written_for_us_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
