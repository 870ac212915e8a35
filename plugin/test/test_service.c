/* SPDX-License-Identifier: Apache-2.0 */
/* Both KMS APIs over a real socket, with KMS played by a script. */
#include "base/log.h"
#include "k8s/kms_v1beta1.pb-c.h"
#include "k8s/message.h"
#include "scripted_kms.h"
#include "support_lab.h"

#include <poll.h>
#include <stdio.h>

#define V1 "/v1beta1.KeyManagementService/"
#define V2 "/v2.KeyManagementService/"
#define KEY SUPPORT_API_KEY

enum { GRACE_MS = 3000, STATUS_LIMIT_MS = 100, PATIENCE_MS = 20000 };

#define CONTEXT_TEXT(text)                                                     \
    {                                                                          \
        (const uint8_t *)(text), sizeof(text) - 1                              \
    }
static const struct kms_context_pair context_pairs[] = {
    { CONTEXT_TEXT("cluster"), CONTEXT_TEXT("one") },
    { CONTEXT_TEXT("empty"), CONTEXT_TEXT("") },
};

static struct lab *
open_lab(enum service_status_failure how, struct scripted_reply health)
{
    struct kms_client *kms = NULL;
    const struct instance_options options = {
        .crypt = { .key_id = span_text(KEY),
            .context = context_pairs,
            .context_count = ARRAY_LEN(context_pairs) },
        .status_failure = how,
        .health_cache_ms = 0, /* each Status asks KMS */
    };
    assert_ok(kms_client_new(NULL, &kms));
    scripted_set(kms, KMS_ENCRYPT, KMS_LANE_HEALTH, health);
    scripted_set(kms, KMS_DECRYPT, KMS_LANE_HEALTH, health);
    return support_lab_open(kms, &options);
}

static const struct scripted_reply answers = { .mode = SCRIPTED_ANSWER };
static const struct scripted_reply hangs = { .mode = SCRIPTED_HANG };
static const struct scripted_reply disabled = { SCRIPTED_FAIL,
    KMS_FAILURE_ANSWER, 400, "DisabledException", "the key is disabled.", NULL,
    NULL };
static const struct scripted_reply unreachable = { SCRIPTED_FAIL,
    KMS_FAILURE_TRANSPORT, 0, "", "Connection refused", NULL, NULL };

static int
open_good_lab(void **state)
{
    *state = open_lab(SERVICE_STATUS_ERROR, answers);
    return 0;
}

static int
open_silent_lab(void **state)
{
    *state = open_lab(SERVICE_STATUS_ERROR, hangs);
    scripted_set_all(((struct lab *)*state)->kms, hangs);
    return 0;
}

static int
open_healthz_lab(void **state)
{
    *state = open_lab(SERVICE_STATUS_HEALTHZ, disabled);
    return 0;
}

static int
close_lab(void **state)
{
    support_lab_close(*state);
    return 0;
}

/* ---- the two APIs ---- */

static void
version_names_the_api_and_the_runtime(void **state)
{
    struct lab *lab = *state;
    struct buf answer = { 0 };
    assert_int_equal(support_rpc_call(lab->client, V1 "Version",
                         (struct span){ NULL, 0 }, &answer, NULL),
        GRPC_CODE_OK);
    V1beta1__VersionResponse *response = (void *)message_unpack(
        &v1beta1__version_response__descriptor, buf_span(&answer));
    assert_non_null(response);
    assert_string_equal(response->version, "v1beta1");
    assert_string_equal(response->runtime_name, "AWSKMS");
    assert_true(strlen(response->runtime_version) > 0);
    message_free(&response->base);
    buf_reset(&answer);
}

static void
a_ciphertext_is_the_version_and_the_blob_of_kms(void **state)
{
    struct lab *lab = *state;
    static const uint8_t expected[] = { '1', 1, (uint8_t) ~'k',
        (uint8_t) ~'y' };
    struct buf v1 = { 0 }, v2 = { 0 };
    assert_int_equal(
        support_api_v1_encrypt(lab->client, SPAN_LITERAL("ky"), &v1),
        GRPC_CODE_OK);
    assert_int_equal(
        support_api_v2_encrypt(lab->client, SPAN_LITERAL("ky"), &v2, NULL),
        GRPC_CODE_OK);
    assert_int_equal(v1.len, sizeof(expected));
    assert_memory_equal(v1.ptr, expected, sizeof(expected));
    assert_true(span_equal(buf_span(&v1), buf_span(&v2)));
    buf_reset(&v1);
    buf_reset(&v2);
}

static void
what_one_api_encrypts_both_decrypt(void **state)
{
    struct lab *lab = *state;
    struct buf sealed = { 0 }, plain = { 0 };
    assert_int_equal(
        support_api_v1_encrypt(lab->client, SPAN_LITERAL("data key"), &sealed),
        GRPC_CODE_OK);
    assert_int_equal(
        support_api_v1_decrypt(lab->client, buf_span(&sealed), &plain, NULL),
        GRPC_CODE_OK);
    assert_span_text(buf_span(&plain), "data key");
    buf_clear(&plain);
    assert_int_equal(
        support_api_v2_decrypt(lab->client, buf_span(&sealed), &plain, NULL),
        GRPC_CODE_OK);
    assert_span_text(buf_span(&plain), "data key");
    buf_reset(&sealed);
    buf_reset(&plain);
}

static void
encrypt_names_the_key_and_decrypt_does_not(void **state)
{
    struct lab *lab = *state;
    struct buf key_id = { 0 }, context = { 0 };
    struct buf sealed = { 0 }, plain = { 0 };
    assert_int_equal(
        support_api_v2_encrypt(lab->client, SPAN_LITERAL("x"), &sealed, NULL),
        GRPC_CODE_OK);
    scripted_last(lab->kms, &key_id, &context);
    assert_string_equal(buf_text(&key_id), KEY);
    assert_string_equal(buf_text(&context), "cluster=one;empty=;");
    assert_int_equal(
        support_api_v2_decrypt(lab->client, buf_span(&sealed), &plain, NULL),
        GRPC_CODE_OK);
    scripted_last(lab->kms, &key_id, &context);
    assert_string_equal(buf_text(&key_id), "");
    assert_string_equal(buf_text(&context), "cluster=one;empty=;");
    buf_reset(&key_id);
    buf_reset(&context);
    buf_reset(&sealed);
    buf_reset(&plain);
}

static void
data_without_version_is_read_by_v1_alone(void **state)
{
    struct lab *lab = *state;
    static const uint8_t old[] = { 1, (uint8_t) ~'o' };
    struct buf plain = { 0 }, details = { 0 };
    assert_int_equal(support_api_v1_decrypt(
                         lab->client, span_of(old, sizeof(old)), &plain, NULL),
        GRPC_CODE_OK);
    assert_span_text(buf_span(&plain), "o");
    unsigned before = scripted_started(lab->kms, KMS_DECRYPT, KMS_LANE_TRAFFIC);
    assert_int_equal(support_api_v2_decrypt(
                         lab->client, SPAN_LITERAL("2abc"), NULL, &details),
        GRPC_CODE_INVALID_ARGUMENT);
    assert_string_equal(
        buf_text(&details), "version 2 in Ciphertext doesn't match kmsplugin");
    buf_clear(&details);
    assert_int_equal(support_api_v2_decrypt(lab->client,
                         span_of(old, sizeof(old)), NULL, &details),
        GRPC_CODE_INVALID_ARGUMENT);
    assert_string_equal(buf_text(&details),
        "version \\x01 in Ciphertext doesn't match kmsplugin");
    assert_int_equal(
        scripted_started(lab->kms, KMS_DECRYPT, KMS_LANE_TRAFFIC), before);
    buf_reset(&plain);
    buf_reset(&details);
}

static void
an_empty_ciphertext_is_refused_by_both(void **state)
{
    struct lab *lab = *state;
    struct buf details = { 0 };
    assert_int_equal(support_api_v1_decrypt(
                         lab->client, (struct span){ NULL, 0 }, NULL, &details),
        GRPC_CODE_INVALID_ARGUMENT);
    assert_string_equal(buf_text(&details), "invalid empty ciphertext");
    buf_clear(&details);
    assert_int_equal(support_api_v2_decrypt(
                         lab->client, (struct span){ NULL, 0 }, NULL, &details),
        GRPC_CODE_INVALID_ARGUMENT);
    assert_string_equal(buf_text(&details), "invalid empty ciphertext");
    assert_int_equal(
        scripted_started(lab->kms, KMS_DECRYPT, KMS_LANE_TRAFFIC), 0);
    buf_reset(&details);
}

static void
bytes_that_are_no_message_are_refused(void **state)
{
    struct lab *lab = *state;
    static const char *const methods[] = { V1 "Version", V1 "Encrypt",
        V1 "Decrypt", V2 "Encrypt", V2 "Decrypt" };
    for (size_t i = 0; i < ARRAY_LEN(methods); i++)
        assert_int_equal(support_rpc_call(lab->client, methods[i],
                             SPAN_LITERAL("\x0a\xff"), NULL, NULL),
            GRPC_CODE_INVALID_ARGUMENT);
    assert_int_equal(
        scripted_started(lab->kms, KMS_ENCRYPT, KMS_LANE_TRAFFIC), 0);
}

static void
a_failure_names_operation_key_request_and_what_to_do(void **state)
{
    struct lab *lab = *state;
    struct buf details = { 0 };
    scripted_set(lab->kms, KMS_ENCRYPT, KMS_LANE_TRAFFIC, disabled);
    assert_int_equal(
        support_api_v2_encrypt(lab->client, SPAN_LITERAL("x"), NULL, &details),
        GRPC_CODE_FAILED_PRECONDITION);
    assert_string_equal(buf_text(&details),
        "failed to encrypt with key " KEY ": DisabledException: the key is "
        "disabled. (KMS request req-1); enable the key, or cancel its "
        "deletion");
    buf_reset(&details);
}

static void
a_call_that_cannot_be_started_fails(void **state)
{
    struct lab *lab = *state;
    struct buf details = { 0 };
    scripted_refuse(lab->kms, true);
    assert_int_equal(
        support_api_v2_encrypt(lab->client, SPAN_LITERAL("x"), NULL, &details),
        GRPC_CODE_INTERNAL);
    assert_non_null(strstr(buf_text(&details), "out of memory"));
    scripted_refuse(lab->kms, false);
    buf_reset(&details);
}

/* ---- deadlines and cancelling ---- */

static struct support_rpc_call *
start_encrypt(struct lab *lab, int64_t timeout_ms)
{
    return support_rpc_start(
        lab->client, V2 "Encrypt", SPAN_LITERAL("\x0a\x01x"), timeout_ms);
}

static void
wait_started(struct lab *lab, unsigned count)
{
    struct clock clock = clock_monotonic();
    int64_t end_ms = clock_ms(&clock) + PATIENCE_MS;
    while (scripted_started(lab->kms, KMS_ENCRYPT, KMS_LANE_TRAFFIC) < count) {
        assert_true(clock_ms(&clock) < end_ms);
        (void)poll(NULL, 0, 1);
    }
}

static void
a_cancelled_call_ends_the_call_to_kms(void **state)
{
    struct lab *lab = *state;
    struct clock clock = clock_monotonic();
    struct support_rpc_call *encrypt = start_encrypt(lab, PATIENCE_MS);
    wait_started(lab, 1);
    support_rpc_cancel(encrypt);
    assert_int_equal(
        support_rpc_finish(encrypt, NULL, NULL), GRPC_CODE_CANCELLED);
    int64_t end_ms = clock_ms(&clock) + PATIENCE_MS;
    for (unsigned cancelled = 0; cancelled == 0;) {
        assert_true(clock_ms(&clock) < end_ms);
        monitor_lock(&lab->kms->monitor);
        cancelled = lab->kms->cancelled;
        monitor_unlock(&lab->kms->monitor);
    }
}

/* How long the call that hangs in KMS may still take. */
static int64_t
left_ms(struct lab *lab)
{
    struct clock clock = clock_monotonic();
    int64_t deadline_ms = 0;
    monitor_lock(&lab->kms->monitor);
    for (struct kms_call *c = lab->kms->calls; c != NULL; c = c->next)
        if (c->input.lane == KMS_LANE_TRAFFIC)
            deadline_ms = c->input.deadline_ms;
    monitor_unlock(&lab->kms->monitor);
    return deadline_ms - clock_ms(&clock);
}

static void
the_deadline_of_the_caller_bounds_the_call_to_kms(void **state)
{
    struct lab *lab = *state;
    struct buf details = { 0 };
    struct support_rpc_call *encrypt = start_encrypt(lab, 1000);
    wait_started(lab, 1);
    assert_true(left_ms(lab) < 1000);
    assert_int_equal(support_rpc_finish(encrypt, NULL, &details),
        GRPC_CODE_DEADLINE_EXCEEDED);
    buf_reset(&details);
}

static void
a_call_without_deadline_is_bounded_too(void **state)
{
    struct lab *lab = *state;
    struct support_rpc_call *encrypt = start_encrypt(lab, 0);
    wait_started(lab, 1);
    assert_in_range(left_ms(lab), 1, behaviour_of(BEHAVIOUR_NONE)->call_ms);
    support_rpc_cancel(encrypt);
    (void)support_rpc_finish(encrypt, NULL, NULL);
}

/* ---- Status ---- */

/* Asks until the answer is `code`: a probe may take longer than Status waits.
 */
static void
wait_status(struct lab *lab, enum grpc_code code, struct buf *text)
{
    struct clock clock = clock_monotonic();
    int64_t end_ms = clock_ms(&clock) + PATIENCE_MS;
    do {
        assert_true(clock_ms(&clock) < end_ms);
        buf_clear(text);
    } while (support_api_v2_status(lab->client, text, text) != code);
}

static void
status_is_ok_when_the_key_can_be_used(void **state)
{
    struct buf healthz = { 0 };
    wait_status(*state, GRPC_CODE_OK, &healthz);
    assert_string_equal(buf_text(&healthz), "ok");
    buf_reset(&healthz);
}

static void
status_fails_when_the_key_cannot_be_used_and_recovers(void **state)
{
    struct lab *lab = *state;
    struct buf text = { 0 };
    scripted_set_all(lab->kms, disabled);
    wait_status(lab, GRPC_CODE_FAILED_PRECONDITION, &text);
    assert_non_null(strstr(buf_text(&text), "DisabledException"));
    scripted_set_all(lab->kms, unreachable);
    wait_status(lab, GRPC_CODE_UNAVAILABLE, &text);
    scripted_set_all(lab->kms, answers);
    wait_status(lab, GRPC_CODE_OK, &text);
    buf_reset(&text);
}

static void
status_can_be_told_to_say_err(void **state)
{
    struct lab *lab = *state;
    struct buf healthz = { 0 };
    assert_int_equal(
        support_api_v2_status(lab->client, &healthz, NULL), GRPC_CODE_OK);
    assert_string_equal(buf_text(&healthz), "err");
    buf_reset(&healthz);
}

static void
status_is_quick_while_kms_is_silent_and_encrypts_hang(void **state)
{
    struct lab *lab = *state;
    static struct support_rpc_call *encrypts[200];
    struct clock clock = clock_monotonic();
    for (size_t i = 0; i < ARRAY_LEN(encrypts); i++)
        encrypts[i] = start_encrypt(lab, PATIENCE_MS);
    wait_started(lab, ARRAY_LEN(encrypts));
    int64_t best_ms = PATIENCE_MS;
    for (int i = 0; i < 5; i++) { /* the machine may be busy with others */
        int64_t start_ms = clock_ms(&clock);
        assert_int_not_equal(
            support_api_v2_status(lab->client, NULL, NULL), GRPC_CODE_OK);
        int64_t took_ms = clock_ms(&clock) - start_ms;
        best_ms = took_ms < best_ms ? took_ms : best_ms;
    }
    assert_true(best_ms <= STATUS_LIMIT_MS);
    for (size_t i = 0; i < ARRAY_LEN(encrypts); i++) {
        support_rpc_cancel(encrypts[i]);
        assert_int_equal(
            support_rpc_finish(encrypts[i], NULL, NULL), GRPC_CODE_CANCELLED);
    }
}

static void
stopping_with_calls_in_flight_ends_them(void **state)
{
    struct lab *lab = *state;
    struct support_rpc_call *encrypt = start_encrypt(lab, PATIENCE_MS);
    wait_started(lab, 1);
    instance_refuse(lab->instance);
    assert_ok(instance_stop(lab->instance, 200, GRACE_MS));
    assert_int_not_equal(support_rpc_finish(encrypt, NULL, NULL), GRPC_CODE_OK);
    support_rpc_free(lab->client);
    support_lab_free(lab);
}

#define GOOD(test)                                                             \
    cmocka_unit_test_setup_teardown(test, open_good_lab, close_lab)
#define SILENT(test)                                                           \
    cmocka_unit_test_setup_teardown(test, open_silent_lab, close_lab)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        GOOD(version_names_the_api_and_the_runtime),
        GOOD(a_ciphertext_is_the_version_and_the_blob_of_kms),
        GOOD(what_one_api_encrypts_both_decrypt),
        GOOD(encrypt_names_the_key_and_decrypt_does_not),
        GOOD(data_without_version_is_read_by_v1_alone),
        GOOD(an_empty_ciphertext_is_refused_by_both),
        GOOD(bytes_that_are_no_message_are_refused),
        GOOD(a_failure_names_operation_key_request_and_what_to_do),
        GOOD(a_call_that_cannot_be_started_fails),
        SILENT(a_cancelled_call_ends_the_call_to_kms),
        SILENT(the_deadline_of_the_caller_bounds_the_call_to_kms),
        SILENT(a_call_without_deadline_is_bounded_too),
        GOOD(status_is_ok_when_the_key_can_be_used),
        GOOD(status_fails_when_the_key_cannot_be_used_and_recovers),
        cmocka_unit_test_setup_teardown(
            status_can_be_told_to_say_err, open_healthz_lab, close_lab),
        SILENT(status_is_quick_while_kms_is_silent_and_encrypts_hang),
        cmocka_unit_test_setup(
            stopping_with_calls_in_flight_ends_them, open_silent_lab),
    };
    if (support_rpc_skipped())
        return 0;
    log_init("test_service", LOG_ERROR, LOG_TEXT);
    return cmocka_run_group_tests_name("service", tests, NULL, NULL);
}
