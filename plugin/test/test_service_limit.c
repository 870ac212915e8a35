/* SPDX-License-Identifier: Apache-2.0 */
/* More calls than the plugin has wait for KMS. */
#include "base/log.h"
#include "scripted_kms.h"
#include "support_lab.h"

#include <poll.h>

enum {
    PATIENCE_MS = 20000,
    CROWDS = SERVICE_IN_FLIGHT_MAX / RPC_STREAMS_MAX, /* full connections */
};

#define SEED_REQUEST SPAN_LITERAL("\x0a\x01x")

static struct lab *
open_lab(void)
{
    struct kms_client *kms = NULL;
    const struct instance_options options = { .crypt.key_id =
                                                  span_text(SUPPORT_API_KEY) };
    assert_ok(kms_client_new(NULL, &kms));
    return support_lab_open(kms, &options);
}

static void
wait_started(struct lab *lab, unsigned count)
{
    struct clock clock = clock_monotonic();
    int64_t end_ms = clock_ms(&clock) + PATIENCE_MS;
    while (scripted_started(lab->kms, KMS_ENCRYPT, KMS_LANE_TRAFFIC) < count) {
        assert_true(clock_ms(&clock) < end_ms);
        (void)poll(NULL, 0, 5);
    }
}

static void
one_call_too_many_is_refused_and_the_others_are_served(void **state)
{
    (void)state;
    static struct support_rpc_call *calls[SERVICE_IN_FLIGHT_MAX];
    const struct scripted_reply answers = { .mode = SCRIPTED_ANSWER };
    const struct scripted_reply hangs = { .mode = SCRIPTED_HANG };
    struct buf details = { 0 }, healthz = { 0 }, sealed = { 0 };
    struct support_rpc *crowds[CROWDS]; /* each has a connection */
    struct lab *lab = open_lab();
    for (size_t i = 0; i < CROWDS; i++)
        crowds[i] = support_rpc_new(lab->path);
    scripted_set(lab->kms, KMS_ENCRYPT, KMS_LANE_TRAFFIC, hangs);
    for (size_t i = 0; i < ARRAY_LEN(calls); i++)
        calls[i] = support_rpc_start(crowds[i % CROWDS],
            "/v2.KeyManagementService/Encrypt", SEED_REQUEST, 2 * PATIENCE_MS);
    wait_started(lab, ARRAY_LEN(calls));
    assert_int_equal(
        support_api_v2_encrypt(lab->client, SPAN_LITERAL("x"), NULL, &details),
        GRPC_CODE_RESOURCE_EXHAUSTED);
    assert_non_null(strstr(buf_text(&details), "too many calls"));
    /* Status is not one of those that are counted. */
    assert_int_equal(
        support_api_v2_status(lab->client, &healthz, NULL), GRPC_CODE_OK);
    assert_string_equal(buf_text(&healthz), "ok");
    scripted_set(lab->kms, KMS_ENCRYPT, KMS_LANE_TRAFFIC, answers);
    for (size_t i = 0; i < ARRAY_LEN(calls); i++)
        assert_int_equal(
            support_rpc_finish(calls[i], NULL, NULL), GRPC_CODE_OK);
    assert_int_equal(
        support_api_v2_encrypt(lab->client, SPAN_LITERAL("x"), &sealed, NULL),
        GRPC_CODE_OK);
    buf_reset(&details);
    buf_reset(&healthz);
    buf_reset(&sealed);
    for (size_t i = 0; i < CROWDS; i++)
        support_rpc_free(crowds[i]);
    support_lab_close(lab);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            one_call_too_many_is_refused_and_the_others_are_served),
    };
    log_init("test_service_limit", LOG_ERROR, LOG_TEXT);
    if (support_rpc_skipped())
        return 0;
    return cmocka_run_group_tests_name("service_limit", tests, NULL, NULL);
}
