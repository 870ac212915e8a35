/* SPDX-License-Identifier: Apache-2.0 */
/* A DNS server that misbehaves, and files that one program sees: the C
 * library's own resolver, in another program, is who asks. */
#include "base/file.h"
#include "havoc/dns_answer.h"
#include "havoc/resolver.h"
#include "process/environment.h"
#include "process/process.h"
#include "test/check.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE_MS = 30000 };

#define NAME "kms.kmslab.test"
#define HEADER "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
#define QUESTION "\x03kms\x06kmslab\x04test\x00"
#define OTHER                                                                  \
    "\x03kms\x06kmslab\x03"                                                    \
    "tes\x00"
#define LONGER                                                                 \
    "\x03kms\x06kmslab\x04test\x03"                                            \
    "lan\x00"
#define SHORTER "\x03kms\x06kmslab\x00"
#define SHOUTED "\x03KMS\x06KmsLab\x04TEST\x00"
#define A_IN "\x00\x01\x00\x01"
#define AAAA_IN "\x00\x1c\x00\x01"
#define A_CHAOS "\x00\x01\x00\x03"

static struct workspace *workspace;

static int
set_up(void **state)
{
    (void)state;
    return workspace_new(&workspace) == STATUS_OK ? 0 : -1;
}

static int
tear_down(void **state)
{
    (void)state;
    workspace_free(workspace);
    return 0;
}

/* ---- answers --------------------------------------------------------------
 */

static void
one_name_is_known_and_others_are_not(void **state)
{
    const struct {
        struct span query;
        enum dns_code asked, code;
        bool address;
    } cases[] = {
        { SPAN_LITERAL(HEADER QUESTION A_IN), DNS_OK, DNS_OK, true },
        { SPAN_LITERAL(HEADER SHOUTED A_IN), DNS_OK, DNS_OK, true },
        { SPAN_LITERAL(HEADER QUESTION AAAA_IN), DNS_OK, DNS_OK, false },
        { SPAN_LITERAL(HEADER QUESTION A_CHAOS), DNS_OK, DNS_OK, false },
        { SPAN_LITERAL(HEADER OTHER A_IN), DNS_OK, DNS_NO_SUCH_NAME, false },
        { SPAN_LITERAL(HEADER LONGER A_IN), DNS_OK, DNS_NO_SUCH_NAME, false },
        { SPAN_LITERAL(HEADER SHORTER A_IN), DNS_OK, DNS_NO_SUCH_NAME, false },
        { SPAN_LITERAL(HEADER "\0" A_IN), DNS_OK, DNS_NO_SUCH_NAME, false },
        { SPAN_LITERAL(HEADER QUESTION A_IN), DNS_REFUSED, DNS_REFUSED, false },
        { SPAN_LITERAL(HEADER OTHER A_IN), DNS_SERVER_FAILURE,
            DNS_SERVER_FAILURE, false },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct buf out = { 0 };

        assert_ok(dns_answer(cases[i].query, NAME, cases[i].asked, &out));
        assert_memory_equal(out.ptr, "\x12\x34\x81", 3);
        assert_int_equal(out.ptr[3], 0x80 | cases[i].code);
        assert_int_equal(out.ptr[7], cases[i].address);
        assert_int_equal(
            out.len, cases[i].query.len + (cases[i].address ? 16 : 0));
        if (cases[i].address)
            assert_memory_equal(out.ptr + out.len - 4, "\x7f\0\0\1", 4);
        buf_reset(&out);
    }
}

static void
what_is_no_query_gets_no_answer(void **state)
{
    const struct span cases[] = {
        SPAN_LITERAL(""), SPAN_LITERAL("\x12\x34\x01"),
        SPAN_LITERAL(HEADER),                     /* no question */
        SPAN_LITERAL(HEADER QUESTION),            /* no type */
        SPAN_LITERAL(HEADER QUESTION "\x00\x01"), /* no class */
        SPAN_LITERAL(HEADER "\x09kms" A_IN),      /* a label past the end */
        SPAN_LITERAL(HEADER "\xc0\x0c" A_IN),     /* a compressed name */
        SPAN_LITERAL("\x12\x34\x81\x80\x00\x01\x00\x00\x00\x00\x00\x00" QUESTION
                A_IN), /* an answer */
        SPAN_LITERAL("\x12\x34\x01\x00\x00\x02\x00\x00\x00\x00\x00\x00" QUESTION
                A_IN), /* two questions */
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct buf out = { 0 };

        assert_int_equal(
            dns_answer(cases[i], NAME, DNS_OK, &out), STATUS_INVALID);
        assert_int_equal(out.len, 0);
    }
}

/* ---- who asks -------------------------------------------------------------
 */

/* NULL where this machine cannot have one: the test is skipped, and says so. */
static struct resolver *
new_resolver(void)
{
    struct resolver *resolver = NULL;
    struct buf problem = { 0 };
    enum status status = resolver_new(workspace, NAME, &resolver, &problem);

    if (status == STATUS_UNSUPPORTED)
        SAY_SKIPPED(buf_text(&problem));
    else
        assert_ok(status);
    buf_reset(&problem);
    return resolver;
}

/* Exit code of a script that sees these files; its first line. */
static int
run(const struct own_file *files, const char *script, struct buf *line)
{
    const char *argv[] = { "sh", "-c", script, NULL };
    struct environment environment = { 0 };
    struct process *process = NULL;
    int code = -1;

    assert_ok(environment_inherit(&environment));
    assert_ok(
        environment_set(&environment, "RES_OPTIONS", "timeout:1 attempts:1"));
    const struct process_options options = { .argv = argv,
        .environment = environment.entries,
        .files = files,
        .daemon = true };
    assert_ok(process_start(&options, &process));
    (void)!process_read_line(process, PATIENCE_MS, line);
    assert_ok(process_wait(process, PATIENCE_MS, &code));
    process_free(process);
    environment_reset(&environment);
    return code;
}

static void
the_name_resolves_until_it_does_not(void **state)
{
    enum { GETENT_NOT_FOUND = 2 };
    static const char ask[] = "getent hosts " NAME;
    struct resolver *resolver = new_resolver();
    if (resolver == NULL)
        return;
    const struct own_file *files = resolver_files(resolver);
    struct buf line = { 0 };

    (void)state;
    assert_int_equal(run(files, ask, &line), 0);
    assert_true(span_starts_with(buf_span(&line), SPAN_LITERAL("127.0.0.1 ")));
    assert_true(resolver_set(resolver, RESOLVER_NXDOMAIN) >= 1);
    for (int mode = RESOLVER_NXDOMAIN; mode < RESOLVER_MODE_COUNT; mode++) {
        (void)resolver_set(resolver, (enum resolver_mode)mode);
        assert_int_equal(run(files, ask, &line), GETENT_NOT_FOUND);
        assert_true(resolver_set(resolver, RESOLVER_ANSWERS) >= 1);
    }
    (void)resolver_set(resolver, RESOLVER_SILENT);
    assert_int_equal(run(files, ask, &line), GETENT_NOT_FOUND);
    assert_true(resolver_set(resolver, RESOLVER_ANSWERS) >= 1);
    assert_int_equal(run(files, ask, &line), 0);
    buf_reset(&line);
    resolver_free(resolver);
}

static void
only_the_program_sees_its_files(void **state)
{
    struct resolver *resolver = new_resolver();
    if (resolver == NULL)
        return;
    const struct own_file *files = resolver_files(resolver);
    struct buf line = { 0 }, before = { 0 }, after = { 0 };

    (void)state;
    assert_ok(file_read("/etc/resolv.conf", 65536, &before));
    assert_int_equal(run(files, "cat /etc/resolv.conf", &line), 0);
    assert_true(
        span_starts_with(buf_span(&line), SPAN_LITERAL("nameserver 127.53.")));
    assert_ok(file_read("/etc/resolv.conf", 65536, &after));
    assert_true(span_equal(buf_span(&before), buf_span(&after)));
    buf_reset(&line);
    buf_reset(&before);
    buf_reset(&after);
    resolver_free(resolver);
}

static void
a_file_that_is_not_there_cannot_be_another(void **state)
{
    const struct own_file files[] = { { "/no/such/file", "/dev/null" },
        { NULL, NULL } };
    struct buf problem = { 0 };

    (void)state;
    assert_int_equal(own_files_check(files, &problem), STATUS_UNSUPPORTED);
    assert_string_equal(
        buf_text(&problem), "this machine has no /no/such/file");
    buf_reset(&problem);
}

/* A DNS server of the machine's own, on all addresses. */
static void
where_port_53_is_taken_it_is_unsupported(void **state)
{
    const struct sockaddr_in all = { .sin_family = AF_INET,
        .sin_port = htons(53) };
    struct resolver *resolver = NULL;
    struct buf problem = { 0 };
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    (void)state;
    assert_true(fd >= 0);
    if (bind(fd, (const struct sockaddr *)(const void *)&all, sizeof(all)) !=
        0) {
        SAY_SKIPPED("port 53 of all addresses is not to be had");
    } else {
        assert_int_equal(resolver_new(workspace, NAME, &resolver, &problem),
            STATUS_UNSUPPORTED);
        assert_null(resolver);
        assert_non_null(strstr(buf_text(&problem), "port 53"));
    }
    buf_reset(&problem);
    (void)close(fd);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_name_is_known_and_others_are_not),
        cmocka_unit_test(what_is_no_query_gets_no_answer),
        cmocka_unit_test(the_name_resolves_until_it_does_not),
        cmocka_unit_test(only_the_program_sees_its_files),
        cmocka_unit_test(a_file_that_is_not_there_cannot_be_another),
        cmocka_unit_test(where_port_53_is_taken_it_is_unsupported),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
