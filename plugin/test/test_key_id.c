/* SPDX-License-Identifier: Apache-2.0 */
/* What v2 calls the key, over a real socket, with KMS played by a script. */
#include "base/log.h"
#include "scripted_kms.h"
#include "support_lab.h"

#include <poll.h>
#include <stdio.h>

enum { PATIENCE_MS = 20000 };

#define OTHER_ARN "arn:aws:kms:eu-west-1:111122223333:key/other"

static const struct scripted_reply hangs = { .mode = SCRIPTED_HANG };
static const struct scripted_reply moved = { .arn = OTHER_ARN };
static const struct scripted_reply by_m1 = { .material = "m1" };
static const struct scripted_reply by_m2 = { .material = "m2" };
static const struct scripted_reply denied = { SCRIPTED_FAIL, KMS_FAILURE_ANSWER,
    400, "AccessDeniedException", "no kms:Decrypt", NULL, NULL };
static const struct scripted_reply unreachable = { SCRIPTED_FAIL,
    KMS_FAILURE_TRANSPORT, 0, "", "Connection refused", NULL, NULL };

static struct lab *
open_lab(enum identity_mode mode, enum service_status_failure how,
    struct scripted_reply reply)
{
    struct kms_client *kms = NULL;
    const struct instance_options options = {
        .crypt = { .key_id = SPAN_LITERAL("alias/unit") },
        .key_id = mode,
        .coalesce_decrypts = true,
        .status_failure = how,
        .health_cache_ms = 0, /* each Status asks KMS */
    };
    assert_ok(kms_client_new(NULL, &kms));
    scripted_set_all(kms, reply);
    return support_lab_open(kms, &options);
}

/* An Encrypt that must give this key_id. */
static void
encrypt_is(struct lab *lab, const char *wanted)
{
    struct buf sealed = { 0 }, key_id = { 0 };
    assert_int_equal(support_api_v2_encrypt_as(lab->client,
                         SPAN_LITERAL("seed"), &sealed, &key_id, NULL),
        GRPC_CODE_OK);
    assert_string_equal(buf_text(&key_id), wanted);
    buf_reset(&sealed);
    buf_reset(&key_id);
}

static void
encrypt_fails(struct lab *lab, enum grpc_code code, const char *words)
{
    struct buf details = { 0 };
    assert_int_equal(support_api_v2_encrypt_as(lab->client,
                         SPAN_LITERAL("seed"), NULL, NULL, &details),
        code);
    assert_non_null(strstr(buf_text(&details), words));
    buf_reset(&details);
}

/* Asks until Status is good and says this key_id; until then it may only say
 * `before`. */
static void
wait_status(struct lab *lab, const char *before, const char *wanted)
{
    struct clock clock = clock_monotonic();
    int64_t end_ms = clock_ms(&clock) + PATIENCE_MS;
    struct buf healthz = { 0 }, key_id = { 0 };
    buf_say(&key_id, "%s", before);
    while (strcmp(buf_text(&key_id), wanted) != 0) {
        assert_true(clock_ms(&clock) < end_ms);
        assert_true(strcmp(buf_text(&key_id), before) == 0);
        buf_clear(&healthz);
        buf_clear(&key_id);
        if (support_api_v2_status_as(lab->client, &healthz, &key_id, NULL) !=
            GRPC_CODE_OK)
            buf_say(&key_id, "%s", before);
    }
    assert_string_equal(buf_text(&healthz), "ok");
    buf_reset(&healthz);
    buf_reset(&key_id);
}

static void
assert_metric(struct lab *lab, const char *line)
{
    struct buf text = { 0 };
    assert_ok(metrics_render(lab->metrics, METRICS_TEXT, &text));
    assert_non_null(strstr(buf_text(&text), line));
    buf_reset(&text);
}

static unsigned
encrypts(struct lab *lab)
{
    return scripted_started(lab->kms, KMS_ENCRYPT, KMS_LANE_TRAFFIC);
}

static void
an_alias_that_points_elsewhere_is_seen_by_status(void **state)
{
    (void)state;
    struct lab *lab = open_lab(
        IDENTITY_ARN, SERVICE_STATUS_ERROR, (struct scripted_reply){ 0 });
    wait_status(lab, "", SCRIPTED_ARN);
    encrypt_is(lab, SCRIPTED_ARN);
    scripted_set_all(lab->kms, moved);
    wait_status(lab, SCRIPTED_ARN, OTHER_ARN);
    encrypt_is(lab, OTHER_ARN);
    assert_metric(
        lab, "aws_kms_plugin_key_id_changes_total{key=\"alias/unit\"} 1\n");
    assert_metric(
        lab, "aws_kms_plugin_key_id_fallbacks_total{key=\"alias/unit\"} 0\n");
    support_lab_close(lab);
}

static void
what_an_encrypt_answers_is_what_status_says_from_then_on(void **state)
{
    (void)state;
    struct lab *lab =
        open_lab(IDENTITY_MATERIAL, SERVICE_STATUS_HEALTHZ, by_m1);
    wait_status(lab, "", SCRIPTED_ARN "#m1");
    /* No probe can tell it first. */
    scripted_set(lab->kms, KMS_ENCRYPT, KMS_LANE_HEALTH, unreachable);
    scripted_set(lab->kms, KMS_DECRYPT, KMS_LANE_TRAFFIC, by_m2);
    encrypt_is(lab, SCRIPTED_ARN "#m2");
    struct buf healthz = { 0 }, key_id = { 0 };
    assert_int_equal(
        support_api_v2_status_as(lab->client, &healthz, &key_id, NULL),
        GRPC_CODE_OK);
    assert_string_equal(buf_text(&key_id), SCRIPTED_ARN "#m2");
    buf_reset(&healthz);
    buf_reset(&key_id);
    support_lab_close(lab);
}

static void
a_rotation_is_seen_by_status(void **state)
{
    (void)state;
    struct lab *lab = open_lab(IDENTITY_MATERIAL, SERVICE_STATUS_ERROR, by_m1);
    wait_status(lab, "", SCRIPTED_ARN "#m1");
    scripted_set_all(lab->kms, by_m2);
    wait_status(lab, SCRIPTED_ARN "#m1", SCRIPTED_ARN "#m2");
    encrypt_is(lab, SCRIPTED_ARN "#m2");
    support_lab_close(lab);
}

static void
material_that_cannot_be_learnt_leaves_the_arn(void **state)
{
    (void)state;
    const struct scripted_reply reasons[] = { denied, unreachable,
        { .mode = SCRIPTED_ANSWER } /* without the field */ };
    for (size_t i = 0; i < ARRAY_LEN(reasons); i++) {
        struct lab *lab =
            open_lab(IDENTITY_MATERIAL, SERVICE_STATUS_ERROR, reasons[i]);
        scripted_set(lab->kms, KMS_ENCRYPT, KMS_LANE_TRAFFIC, by_m1);
        encrypt_is(lab, SCRIPTED_ARN);
        /* It is learnt as soon as it can be. */
        scripted_set_all(lab->kms, by_m1);
        wait_status(lab, SCRIPTED_ARN, SCRIPTED_ARN "#m1");
        /* And not forgotten while it cannot. */
        scripted_set(lab->kms, KMS_DECRYPT, KMS_LANE_TRAFFIC, reasons[i]);
        encrypt_is(lab, SCRIPTED_ARN "#m1");
        support_lab_close(lab);
    }
}

static void
each_time_that_the_material_is_not_learnt_is_counted(void **state)
{
    (void)state;
    struct lab *lab = open_lab(IDENTITY_MATERIAL, SERVICE_STATUS_ERROR, by_m1);
    wait_status(lab, "", SCRIPTED_ARN "#m1");
    scripted_set(lab->kms, KMS_DECRYPT, KMS_LANE_TRAFFIC, unreachable);
    encrypt_is(lab, SCRIPTED_ARN "#m1");
    encrypt_is(lab, SCRIPTED_ARN "#m1");
    assert_metric(
        lab, "aws_kms_plugin_key_id_fallbacks_total{key=\"alias/unit\"} 2\n");
    assert_metric(
        lab, "aws_kms_plugin_key_id_changes_total{key=\"alias/unit\"} 0\n");
    support_lab_close(lab);
}

static void
status_says_no_key_id_that_is_not_known(void **state)
{
    (void)state;
    struct lab *lab =
        open_lab(IDENTITY_MATERIAL, SERVICE_STATUS_HEALTHZ, unreachable);
    struct buf details = { 0 };
    assert_int_equal(
        support_api_v2_status_as(lab->client, NULL, NULL, &details),
        GRPC_CODE_UNAVAILABLE);
    assert_true(details.len > 0);
    /* Nor one that only the Encrypt half of a probe has told. */
    scripted_set(lab->kms, KMS_ENCRYPT, KMS_LANE_HEALTH, by_m1);
    assert_int_equal(support_api_v2_status_as(lab->client, NULL, NULL, NULL),
        GRPC_CODE_UNAVAILABLE);
    scripted_set_all(lab->kms, by_m1);
    wait_status(lab, "", SCRIPTED_ARN "#m1");
    buf_reset(&details);
    support_lab_close(lab);
}

/* Not an error for ever: Encrypt works, and its answers name the ARN. */
static void
without_the_right_to_decrypt_status_says_the_arn(void **state)
{
    (void)state;
    struct lab *lab =
        open_lab(IDENTITY_MATERIAL, SERVICE_STATUS_HEALTHZ, denied);
    struct clock clock = clock_monotonic();
    int64_t end_ms = clock_ms(&clock) + PATIENCE_MS;
    struct buf healthz = { 0 }, key_id = { 0 };
    scripted_set(lab->kms, KMS_ENCRYPT, KMS_LANE_HEALTH, by_m1);
    while (support_api_v2_status_as(lab->client, &healthz, &key_id, NULL) !=
           GRPC_CODE_OK)
        assert_true(clock_ms(&clock) < end_ms);
    assert_string_equal(buf_text(&key_id), SCRIPTED_ARN);
    assert_string_equal(buf_text(&healthz), "err");
    buf_reset(&healthz);
    buf_reset(&key_id);
    support_lab_close(lab);
}

/* An Encrypt whose material is told only when Status has moved on. */
static void
an_encrypt_that_a_change_overtook_is_made_again(void **state)
{
    (void)state;
    struct lab *lab = open_lab(IDENTITY_MATERIAL, SERVICE_STATUS_ERROR, by_m1);
    wait_status(lab, "", SCRIPTED_ARN "#m1");
    scripted_set(lab->kms, KMS_DECRYPT, KMS_LANE_TRAFFIC, hangs);
    struct support_rpc_call *call =
        support_rpc_start(lab->client, "/v2.KeyManagementService/Encrypt",
            SPAN_LITERAL("\x0a\x01x"), PATIENCE_MS);
    struct clock clock = clock_monotonic();
    int64_t end_ms = clock_ms(&clock) + PATIENCE_MS;
    while (scripted_started(lab->kms, KMS_DECRYPT, KMS_LANE_TRAFFIC) == 0) {
        assert_true(clock_ms(&clock) < end_ms);
        (void)poll(NULL, 0, 1);
    }
    scripted_set(lab->kms, KMS_DECRYPT, KMS_LANE_HEALTH, by_m2);
    wait_status(lab, SCRIPTED_ARN "#m1", SCRIPTED_ARN "#m2");
    unsigned before = encrypts(lab);
    /* KMS still says "m1": it must not become the key_id, nor be called m2. */
    scripted_set(lab->kms, KMS_DECRYPT, KMS_LANE_TRAFFIC, by_m1);
    struct buf details = { 0 };
    assert_int_equal(
        support_rpc_finish(call, NULL, &details), GRPC_CODE_UNAVAILABLE);
    assert_non_null(strstr(buf_text(&details), "the key is being changed"));
    assert_int_equal(encrypts(lab), before + 2);
    scripted_set(lab->kms, KMS_DECRYPT, KMS_LANE_TRAFFIC, by_m2);
    encrypt_is(lab, SCRIPTED_ARN "#m2");
    buf_reset(&details);
    support_lab_close(lab);
}

static void
a_blob_that_does_not_open_is_not_given_out(void **state)
{
    (void)state;
    struct lab *lab = open_lab(IDENTITY_MATERIAL, SERVICE_STATUS_ERROR, by_m1);
    wait_status(lab, "", SCRIPTED_ARN "#m1");
    lab->kms->wrong_plaintext = true;
    encrypt_fails(lab, GRPC_CODE_INTERNAL, "other bytes");
    support_lab_close(lab);
}

static void
a_cancel_ends_the_second_call_too(void **state)
{
    (void)state;
    struct lab *lab = open_lab(IDENTITY_MATERIAL, SERVICE_STATUS_ERROR, by_m1);
    struct clock clock = clock_monotonic();
    scripted_set(lab->kms, KMS_DECRYPT, KMS_LANE_TRAFFIC, hangs);
    struct support_rpc_call *call =
        support_rpc_start(lab->client, "/v2.KeyManagementService/Encrypt",
            SPAN_LITERAL("\x0a\x01x"), PATIENCE_MS);
    int64_t end_ms = clock_ms(&clock) + PATIENCE_MS;
    while (scripted_started(lab->kms, KMS_DECRYPT, KMS_LANE_TRAFFIC) == 0) {
        assert_true(clock_ms(&clock) < end_ms);
        (void)poll(NULL, 0, 1);
    }
    support_rpc_cancel(call);
    assert_int_equal(support_rpc_finish(call, NULL, NULL), GRPC_CODE_CANCELLED);
    for (unsigned cancelled = 0; cancelled == 0;) {
        assert_true(clock_ms(&clock) < end_ms);
        monitor_lock(&lab->kms->monitor);
        cancelled = lab->kms->cancelled;
        monitor_unlock(&lab->kms->monitor);
    }
    support_lab_close(lab);
}

static void
v1_has_no_key_id_and_makes_one_call(void **state)
{
    (void)state;
    struct lab *lab = open_lab(IDENTITY_MATERIAL, SERVICE_STATUS_ERROR, by_m1);
    struct buf sealed = { 0 };
    assert_int_equal(
        support_api_v1_encrypt(lab->client, SPAN_LITERAL("x"), &sealed),
        GRPC_CODE_OK);
    assert_int_equal(encrypts(lab), 1);
    assert_int_equal(
        scripted_started(lab->kms, KMS_DECRYPT, KMS_LANE_TRAFFIC), 0);
    buf_reset(&sealed);
    support_lab_close(lab);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_alias_that_points_elsewhere_is_seen_by_status),
        cmocka_unit_test(
            what_an_encrypt_answers_is_what_status_says_from_then_on),
        cmocka_unit_test(a_rotation_is_seen_by_status),
        cmocka_unit_test(material_that_cannot_be_learnt_leaves_the_arn),
        cmocka_unit_test(each_time_that_the_material_is_not_learnt_is_counted),
        cmocka_unit_test(status_says_no_key_id_that_is_not_known),
        cmocka_unit_test(without_the_right_to_decrypt_status_says_the_arn),
        cmocka_unit_test(an_encrypt_that_a_change_overtook_is_made_again),
        cmocka_unit_test(a_blob_that_does_not_open_is_not_given_out),
        cmocka_unit_test(a_cancel_ends_the_second_call_too),
        cmocka_unit_test(v1_has_no_key_id_and_makes_one_call),
    };
    if (support_rpc_skipped())
        return 0;
    log_init("test_key_id", LOG_ERROR, LOG_TEXT);
    return cmocka_run_group_tests_name("key_id", tests, NULL, NULL);
}
