/* SPDX-License-Identifier: Apache-2.0 */
#include "process/workspace.h"
#include "rpc/rpc_kms.h"
#include "support_grpc.h"
#include "test/check.h"

#include <stdio.h>

enum { PATIENCE_MS = 20000 };

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

static struct rpc_channel *
connect_to(const char *to, enum rpc_patience patience)
{
    struct rpc_channel *channel = NULL;

    assert_ok(rpc_channel_new(span_text(to), patience, &channel));
    return channel;
}

static void
a_call_carries_method_authority_and_message(void **state)
{
    struct script script = { .answer = SPAN_LITERAL("pong") };
    struct grpc_double *server = grpc_double_start(path, &script);
    struct rpc_channel *channel = connect_to(endpoint, RPC_FAIL_FAST);
    struct buf method = { 0 }, authority = { 0 }, message = { 0 };
    struct grpc_error error = { 0 };
    struct buf answer = { 0 };

    (void)state;
    assert_ok(rpc_call(
        channel, "/x.Y/Z", SPAN_LITERAL("ping"), PATIENCE_MS, &answer, &error));
    assert_span_text(buf_span(&answer), "pong");
    rpc_channel_free(channel);
    grpc_double_stop(server, &method, &authority, &message);
    assert_span_text(buf_span(&method), "/x.Y/Z");
    assert_span_text(buf_span(&authority), "localhost");
    assert_span_text(buf_span(&message), "ping");
    buf_reset(&method);
    buf_reset(&authority);
    buf_reset(&message);
    buf_reset(&answer);
    grpc_error_reset(&error);
}

/* Calls once and expects this end; the answer stays as it was. */
static void
expect_failure(struct rpc_channel *channel, int64_t timeout_ms,
    enum grpc_code code, enum status expected)
{
    struct grpc_error error = { 0 };
    struct buf answer = { 0 };

    assert_int_equal(rpc_call(channel, "/x.Y/Z", SPAN_LITERAL("ping"),
                         timeout_ms, &answer, &error),
        expected);
    assert_int_equal(error.code, code);
    assert_int_equal(answer.len, 0);
    grpc_error_reset(&error);
}

static void
an_error_comes_with_its_code_and_words(void **state)
{
    struct script script = { .code = GRPC_CODE_FAILED_PRECONDITION,
        .words = "key disabled" };
    struct grpc_double *server = grpc_double_start(path, &script);
    struct rpc_channel *channel = connect_to(endpoint, RPC_FAIL_FAST);
    struct grpc_error error = { 0 };
    struct buf answer = { 0 };

    (void)state;
    assert_int_equal(rpc_call(channel, "/x.Y/Z", SPAN_LITERAL(""), PATIENCE_MS,
                         &answer, &error),
        grpc_error_status(GRPC_CODE_FAILED_PRECONDITION));
    assert_int_equal(error.code, GRPC_CODE_FAILED_PRECONDITION);
    assert_span_text(buf_span(&error.message), "key disabled");
    assert_int_equal(answer.len, 0);
    grpc_error_reset(&error);
    rpc_channel_free(channel);
    grpc_double_stop(server, NULL, NULL, NULL);
}

static void
a_silent_server_is_a_timeout(void **state)
{
    struct script script = { .silent = true };
    struct grpc_double *server = grpc_double_start(path, &script);
    struct rpc_channel *channel = connect_to(endpoint, RPC_FAIL_FAST);

    (void)state;
    expect_failure(channel, 200, GRPC_CODE_DEADLINE_EXCEEDED, STATUS_TIMEOUT);
    rpc_channel_free(channel);
    grpc_double_stop(server, NULL, NULL, NULL);
}

static void
without_a_server_the_impatient_fail_and_the_patient_wait(void **state)
{
    struct rpc_channel *fast = connect_to(endpoint, RPC_FAIL_FAST);
    struct rpc_channel *patient = connect_to(endpoint, RPC_WAIT);

    (void)state;
    expect_failure(
        fast, PATIENCE_MS, GRPC_CODE_UNAVAILABLE, STATUS_UNAVAILABLE);
    expect_failure(patient, 200, GRPC_CODE_DEADLINE_EXCEEDED, STATUS_TIMEOUT);
    rpc_channel_free(fast);
    rpc_channel_free(patient);
}

static void
a_server_that_comes_later_is_found(void **state)
{
    struct rpc_channel *channel = connect_to(endpoint, RPC_WAIT);
    struct script script = { .answer = SPAN_LITERAL("pong") };
    struct grpc_error error = { 0 };
    struct grpc_double *server;
    struct buf answer = { 0 };

    (void)state;
    expect_failure(channel, 100, GRPC_CODE_DEADLINE_EXCEEDED, STATUS_TIMEOUT);
    server = grpc_double_start(path, &script);
    assert_ok(rpc_call(
        channel, "/x.Y/Z", SPAN_LITERAL(""), PATIENCE_MS, &answer, &error));
    assert_span_text(buf_span(&answer), "pong");
    buf_reset(&answer);
    rpc_channel_free(channel);
    grpc_double_stop(server, NULL, NULL, NULL);
}

static void
abstract_sockets_are_reached(void **state)
{
    struct script script = { .answer = SPAN_LITERAL("pong") };
    struct grpc_error error = { 0 };
    struct rpc_channel *channel;
    struct grpc_double *server;
    struct buf answer = { 0 };
    char name[160], to[200];

    (void)state;
    snprintf(name, sizeof(name), "@%s", path);
    snprintf(to, sizeof(to), "unix:///%s", name);
    server = grpc_double_start(name, &script);
    channel = connect_to(to, RPC_FAIL_FAST);
    assert_ok(rpc_call(
        channel, "/x.Y/Z", SPAN_LITERAL(""), PATIENCE_MS, &answer, &error));
    assert_span_text(buf_span(&answer), "pong");
    buf_reset(&answer);
    rpc_channel_free(channel);
    grpc_double_stop(server, NULL, NULL, NULL);
}

static void
only_unix_endpoints_are_endpoints(void **state)
{
    static const char *const wrong[] = { "", "unix://", "unix:///", "unix:///@",
        "unix:/tmp/x", "tcp://127.0.0.1:1", "/tmp/x" };
    struct rpc_channel *channel = NULL;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        assert_int_equal(
            rpc_channel_new(span_text(wrong[i]), RPC_FAIL_FAST, &channel),
            STATUS_INVALID);
        assert_null(channel);
    }
}

/* StatusResponse { version "v2", healthz "ok", key_id "k" } */
static const char status_bytes[] = "\x0a\x02v2\x12\x02ok\x1a\x01k";

static void
v2_status_is_read(void **state)
{
    struct script script = { .answer = SPAN_LITERAL(status_bytes) };
    struct grpc_double *server = grpc_double_start(path, &script);
    struct rpc_channel *channel = connect_to(endpoint, RPC_FAIL_FAST);
    struct kms_service_v2 kms = rpc_kms_v2(channel);
    struct kms_v2_status status = { 0 };
    struct grpc_error error = { 0 };
    struct buf method = { 0 };

    (void)state;
    assert_ok(kms.status(kms.context, PATIENCE_MS, &status, &error));
    assert_span_text(buf_span(&status.version), "v2");
    assert_span_text(buf_span(&status.healthz), "ok");
    assert_span_text(buf_span(&status.key_id), "k");
    kms_v2_status_reset(&status);
    rpc_channel_free(channel);
    grpc_double_stop(server, &method, NULL, NULL);
    assert_span_text(buf_span(&method), "/v2.KeyManagementService/Status");
    buf_reset(&method);
}

static void
an_answer_of_another_type_is_invalid(void **state)
{
    struct script script = { .answer = SPAN_LITERAL("\xff\xff\xff") };
    struct grpc_double *server = grpc_double_start(path, &script);
    struct rpc_channel *channel = connect_to(endpoint, RPC_FAIL_FAST);
    struct kms_service_v2 kms = rpc_kms_v2(channel);
    struct kms_v2_status status = { 0 };
    struct grpc_error error = { 0 };

    (void)state;
    assert_int_equal(
        kms.status(kms.context, PATIENCE_MS, &status, &error), STATUS_INVALID);
    assert_int_equal(error.code, GRPC_CODE_INTERNAL);
    assert_int_equal(status.version.len, 0);
    grpc_error_reset(&error);
    rpc_channel_free(channel);
    grpc_double_stop(server, NULL, NULL, NULL);
}

static void
v2_encrypt_gives_ciphertext_key_and_annotations(void **state)
{
    struct script script = { .answer = SPAN_LITERAL(
                                 "\x0a\x02\x00\x01\x12\x01k"
                                 "\x1a\x08\x0a\x03\x61.b\x12\x01v") };
    struct grpc_double *server = grpc_double_start(path, &script);
    struct rpc_channel *channel = connect_to(endpoint, RPC_FAIL_FAST);
    struct kms_service_v2 kms = rpc_kms_v2(channel);
    struct kms_v2_encrypted out = { 0 };
    struct grpc_error error = { 0 };
    struct buf message = { 0 };
    struct span value;

    (void)state;
    assert_ok(kms.encrypt(kms.context, PATIENCE_MS, SPAN_LITERAL("seed"),
        SPAN_LITERAL("uid-1"), &out, &error));
    assert_int_equal(out.ciphertext.len, 2);
    assert_span_text(buf_span(&out.key_id), "k");
    assert_true(byte_map_find(&out.annotations, SPAN_LITERAL("a.b"), &value));
    assert_span_text(value, "v");
    kms_v2_encrypted_reset(&out);
    rpc_channel_free(channel);
    grpc_double_stop(server, NULL, NULL, &message);
    assert_span_text(buf_span(&message), "\x0a\x04seed\x12\x05uid-1");
    buf_reset(&message);
}

static void
v2_decrypt_sends_all_that_was_stored(void **state)
{
    struct script script = { .answer = SPAN_LITERAL("\x0a\x04seed") };
    struct grpc_double *server = grpc_double_start(path, &script);
    struct rpc_channel *channel = connect_to(endpoint, RPC_FAIL_FAST);
    struct kms_service_v2 kms = rpc_kms_v2(channel);
    struct byte_map annotations = { 0 };
    struct kms_v2_decrypt request = { .ciphertext = SPAN_LITERAL("c"),
        .uid = SPAN_LITERAL("u"),
        .key_id = SPAN_LITERAL("k"),
        .annotations = &annotations };
    struct grpc_error error = { 0 };
    struct buf plaintext = { 0 }, message = { 0 };

    (void)state;
    assert_ok(
        byte_map_set(&annotations, SPAN_LITERAL("a.b"), SPAN_LITERAL("v")));
    assert_ok(
        kms.decrypt(kms.context, PATIENCE_MS, &request, &plaintext, &error));
    assert_span_text(buf_span(&plaintext), "seed");
    byte_map_reset(&annotations);
    buf_reset(&plaintext);
    rpc_channel_free(channel);
    grpc_double_stop(server, NULL, NULL, &message);
    assert_span_text(buf_span(&message),
        "\x0a\x01"
        "c\x12\x01u\x1a\x01k\"\x08\x0a\x03\x61.b\x12\x01v");
    buf_reset(&message);
}

static void
v1_calls_name_their_version(void **state)
{
    struct script script = { .answer = SPAN_LITERAL("\x0a\x02\x31\x02") };
    struct grpc_double *server = grpc_double_start(path, &script);
    struct rpc_channel *channel = connect_to(endpoint, RPC_FAIL_FAST);
    struct kms_service_v1 kms = rpc_kms_v1(channel);
    struct grpc_error error = { 0 };
    struct buf cipher = { 0 }, plain = { 0 }, message = { 0 };
    struct kms_v1_version version = { 0 };

    (void)state;
    assert_ok(kms.encrypt(
        kms.context, PATIENCE_MS, SPAN_LITERAL("dek"), &cipher, &error));
    assert_span_text(buf_span(&cipher), "1\x02");
    assert_ok(kms.version(kms.context, PATIENCE_MS, &version, &error));
    assert_span_text(buf_span(&version.version), "1\x02");
    assert_ok(kms.decrypt(
        kms.context, PATIENCE_MS, SPAN_LITERAL("1\x02"), &plain, &error));
    assert_span_text(buf_span(&plain), "1\x02");
    kms_v1_version_reset(&version);
    rpc_channel_free(channel);
    grpc_double_stop(server, NULL, NULL, &message);
    assert_span_text(buf_span(&message), "\x0a\x07v1beta1\x12\x02\x31\x02");
    buf_reset(&cipher);
    buf_reset(&plain);
    buf_reset(&message);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_carries_method_authority_and_message),
        cmocka_unit_test(an_error_comes_with_its_code_and_words),
        cmocka_unit_test(a_silent_server_is_a_timeout),
        cmocka_unit_test(
            without_a_server_the_impatient_fail_and_the_patient_wait),
        cmocka_unit_test(a_server_that_comes_later_is_found),
        cmocka_unit_test(abstract_sockets_are_reached),
        cmocka_unit_test(only_unix_endpoints_are_endpoints),
        cmocka_unit_test(v2_status_is_read),
        cmocka_unit_test(an_answer_of_another_type_is_invalid),
        cmocka_unit_test(v2_encrypt_gives_ciphertext_key_and_annotations),
        cmocka_unit_test(v2_decrypt_sends_all_that_was_stored),
        cmocka_unit_test(v1_calls_name_their_version),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
