/* SPDX-License-Identifier: Apache-2.0 */
#include "options.h"

#include "base/version.h"
#include "test/check.h"

#include <stdlib.h>

enum { ARGS_MAX = 16 };

struct said {
    char *out, *err;
    enum options_outcome outcome;
    struct options options;
};

/* Parses a command line whose words are separated by spaces. */
static struct said
parse(const char *line)
{
    struct said said = { .options = { .data = "unchanged" } };
    char words[512] = "kms-emulator ";
    char *argv[ARGS_MAX + 1] = { NULL };
    int argc = 0;
    size_t len;
    assert_true(strlen(words) + strlen(line) < sizeof(words));
    strcat(words, line);
    for (char *rest = words, *word;
         (word = strtok_r(rest, " ", &rest)) != NULL && argc < ARGS_MAX;)
        argv[argc++] = word;
    FILE *out = open_memstream(&said.out, &len);
    FILE *err = open_memstream(&said.err, &len);
    assert_true(out != NULL && err != NULL);
    said.outcome = options_parse(argc, argv, out, err, &said.options);
    (void)fclose(out);
    (void)fclose(err);
    return said;
}

static void
forget(struct said *said)
{
    free(said->out);
    free(said->err);
}

static void
assert_address(const struct net_address *address, const char *wanted)
{
    struct buf text = { 0 };
    assert_ok(net_address_format(address, &text));
    assert_string_equal(buf_text(&text), wanted);
    buf_reset(&text);
}

static void
defaults_serve_this_machine_only(void **context)
{
    (void)context;
    struct said said = parse("");
    assert_int_equal(said.outcome, OPTIONS_RUN);
    assert_address(&said.options.listen, "127.0.0.1:4599");
    assert_address(&said.options.admin, "127.0.0.1:0");
    assert_false(said.options.memory);
    assert_string_equal(said.options.data, "kmslab-data");
    assert_null(said.options.root_key);
    assert_null(said.options.seed);
    assert_string_equal(said.options.account, "000000000000");
    assert_string_equal(said.options.region, "us-east-1");
    forget(&said);
}

static void
each_option_is_taken(void **context)
{
    (void)context;
    /* The words are gone when parse returns: compare only plain values. */
    struct said said = parse("--listen [::1]:9 --admin none --store memory "
                             "--log-level debug --log-format json "
                             "--session-seconds 5");
    assert_int_equal(said.outcome, OPTIONS_RUN);
    assert_address(&said.options.listen, "[::1]:9");
    assert_int_equal(said.options.admin.len, 0);
    assert_true(said.options.memory);
    assert_int_equal(said.options.log_level, LOG_DEBUG);
    assert_int_equal(said.options.log_format, LOG_JSON);
    assert_int_equal(said.options.session_seconds, 5);
    forget(&said);
}

static void
a_published_admin_listener_may_be_anywhere(void **context)
{
    (void)context;
    struct said said = parse("--admin-published 0.0.0.0:4600");
    assert_int_equal(said.outcome, OPTIONS_RUN);
    assert_address(&said.options.admin, "0.0.0.0:4600");
    forget(&said);
}

static void
options_of_tls_are_taken(void **context)
{
    (void)context;
    struct said said = parse("--tls self-signed=place --store memory "
                             "--tls-name kms.test --tls-name 10.0.0.1 "
                             "--listen-tls [::1]:9");
    assert_int_equal(said.outcome, OPTIONS_RUN);
    assert_true(said.options.tls.self_signed);
    assert_int_equal(said.options.tls.name_count, 2);
    assert_address(&said.options.tls.listen, "[::1]:9");
    forget(&said);
    said = parse("--tls-cert c --tls-key k --store memory");
    assert_int_equal(said.outcome, OPTIONS_RUN);
    assert_true(options_tls_on(&said.options.tls));
    forget(&said);
    said = parse("");
    assert_false(options_tls_on(&said.options.tls));
    forget(&said);
}

static void
wrong_lines_are_refused_by_name_and_change_nothing(void **context)
{
    static const struct {
        const char *line, *named;
    } rows[] = {
        { "--listen 4599", "--listen 4599" },
        { "--listen localhost:4599", "--listen" },
        { "--admin 0.0.0.0:0", "--admin 0.0.0.0:0" },
        { "--admin 192.168.0.1:80", "--admin" },
        { "--store etcd", "--store etcd" },
        { "--account 12345678901", "--account" },
        { "--account 12345678901x", "--account" },
        { "--region us_east", "--region us_east" },
        { "--session-seconds 0", "--session-seconds 0" },
        { "--session-seconds 43201", "--session-seconds" },
        { "--log-level loud", "--log-level loud" },
        { "--log-format xml", "--log-format xml" },
        { "--tls", "--tls" },
        { "--tls letsencrypt", "--tls letsencrypt" },
        { "--tls self-signed=", "--tls self-signed=" },
        { "--tls self-signedX", "--tls self-signedX" },
        { "--tls self-signed --tls-name a,b", "--tls-name a,b" },
        { "--tls-name kms.test", "--tls-name" },
        { "--tls-cert c", "--tls-key" },
        { "--tls-key k", "--tls-cert" },
        { "--tls self-signed --tls-cert c --tls-key k", "--tls-cert" },
        { "--tls self-signed --store memory", "--tls self-signed=FOLDER" },
        { "--listen-tls 127.0.0.1:1", "--listen-tls" },
        { "--tls self-signed --listen-tls 1", "--listen-tls 1" },
        { "--data", "--data" },
        { "--no-such-thing", "--no-such-thing" },
        { "-x", "-x" },
        { "operand", "operand" },
    };
    (void)context;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct said said = parse(rows[i].line);
        assert_int_equal(said.outcome, OPTIONS_USAGE);
        assert_non_null(strstr(said.err, rows[i].named));
        assert_string_equal(said.out, "");
        assert_string_equal(said.options.data, "unchanged");
        forget(&said);
    }
}

static void
help_and_version_go_to_standard_output(void **context)
{
    (void)context;
    struct said said = parse("--help");
    assert_int_equal(said.outcome, OPTIONS_DONE);
    assert_non_null(strstr(said.out, "--root-key FILE"));
    for (const char *line = said.out; *line != '\0';
         line += strcspn(line, "\n") + 1)
        assert_in_range(strcspn(line, "\n"), 0, 80);
    assert_string_equal(said.err, "");
    forget(&said);
    said = parse("--version");
    assert_int_equal(said.outcome, OPTIONS_DONE);
    assert_non_null(strstr(said.out, project_version));
    forget(&said);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_serve_this_machine_only),
        cmocka_unit_test(each_option_is_taken),
        cmocka_unit_test(a_published_admin_listener_may_be_anywhere),
        cmocka_unit_test(options_of_tls_are_taken),
        cmocka_unit_test(wrong_lines_are_refused_by_name_and_change_nothing),
        cmocka_unit_test(help_and_version_go_to_standard_output),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
