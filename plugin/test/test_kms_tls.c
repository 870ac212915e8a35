/* SPDX-License-Identifier: Apache-2.0 */
/* Whom the client believes to be KMS. */
#include "base/file.h"
#include "support_kms_calls.h"
#include "support_kms_tls.h"
#include "test/check.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

/* One Encrypt against a server with that certificate. */
static enum kms_failure
encrypt(const char *name, bool expired, bool trusted, unsigned *requests)
{
    struct tls_server *server = tls_server_new(name, expired);
    struct credentials *credentials = test_credentials();
    struct kms_client *client = NULL;
    struct test_call call;
    const struct kms_options options = {
        .endpoint = span_text(tls_server_url(server)),
        .region = SPAN_LITERAL(TEST_REGION),
        .credentials = credentials,
        .ca_file = trusted ? tls_server_certificate(server) : NULL,
    };
    assert_ok(kms_client_new(&options, &client));
    for (int i = 0; i < 2; i++) {
        test_call_init(&call);
        test_encrypt(client, &call, KMS_LANE_TRAFFIC, "seed", TEST_LONG_MS);
        test_wait(&call);
        if (call.failure == KMS_FAILURE_NONE)
            assert_string_equal(buf_text(&call.bytes), "sealed");
        else
            assert_null(call.bytes.ptr);
        /* A certificate does not become another while a call pauses. */
        assert_int_equal(call.attempts, 1);
        test_call_reset(&call);
    }
    kms_client_free(client);
    credentials_free(credentials);
    *requests = tls_server_requests(server);
    tls_server_free(server);
    return call.failure;
}

static void
a_trusted_certificate_of_the_name_is_accepted(void **state)
{
    (void)state;
    unsigned requests;
    assert_int_equal(
        encrypt("IP:127.0.0.1", false, true, &requests), KMS_FAILURE_NONE);
    assert_int_equal(requests, 2);
}

static void
other_certificates_get_no_request(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        bool expired, trusted;
    } cases[] = {
        { "IP:127.0.0.1", false, false },
        { "IP:127.0.0.2", false, true },
        { "DNS:localhost", false, true },
        { "IP:127.0.0.1", true, true },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        unsigned requests;
        assert_int_equal(encrypt(cases[i].name, cases[i].expired,
                             cases[i].trusted, &requests),
            KMS_FAILURE_TRANSPORT);
        assert_int_equal(requests, 0);
    }
}

/* The file now says what that other one says. */
static void
rewrite(const char *path, const char *from)
{
    struct buf text = { 0 };
    assert_ok(file_read(from, 64 * 1024, &text));
    assert_ok(file_replace(path, 0600, buf_span(&text)));
    buf_reset(&text);
}

static enum kms_failure
encrypt_once(struct kms_client *client)
{
    struct test_call call;
    test_call_init(&call);
    test_encrypt(client, &call, KMS_LANE_TRAFFIC, "seed", TEST_LONG_MS);
    test_wait(&call);
    enum kms_failure failure = call.failure;
    test_call_reset(&call);
    return failure;
}

static void
a_ca_file_that_changed_counts_after_a_reload(void **state)
{
    (void)state;
    char path[] = "/tmp/kms-ca-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    (void)close(fd);
    struct tls_server *server = tls_server_new("IP:127.0.0.1", false);
    struct tls_server *other = tls_server_new("IP:127.0.0.1", false);
    struct credentials *credentials = test_credentials();
    struct kms_client *client = NULL;
    const struct kms_options options = {
        .endpoint = span_text(tls_server_url(server)),
        .region = SPAN_LITERAL(TEST_REGION),
        .credentials = credentials,
        .ca_file = path,
    };
    rewrite(path, tls_server_certificate(other));
    assert_ok(kms_client_new(&options, &client));
    assert_int_equal(encrypt_once(client), KMS_FAILURE_TRANSPORT);
    rewrite(path, tls_server_certificate(server));
    kms_client_reload(client);
    assert_int_equal(encrypt_once(client), KMS_FAILURE_NONE);
    kms_client_free(client);
    credentials_free(credentials);
    tls_server_free(server);
    tls_server_free(other);
    (void)unlink(path);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_trusted_certificate_of_the_name_is_accepted),
        cmocka_unit_test(other_certificates_get_no_request),
        cmocka_unit_test(a_ca_file_that_changed_counts_after_a_reload),
    };
    /* The server writes to clients that leave. */
    (void)signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
