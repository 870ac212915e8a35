/* SPDX-License-Identifier: Apache-2.0 */
/* Health over a KMS that is played by a script. */
#include "health/health.h"

#include "base/log.h"
#include "health/aep_health.h"
#include "scripted_kms.h"
#include "test/check.h"

#include <poll.h>

enum { PATIENCE_MS = 20000, AGES_MS = 60000 };

struct lab {
    struct kms_client *kms;
    struct metrics *metrics;
    struct crypt crypt;
    struct identity *identity;
    struct health *health;
    struct aep_health *aep;
    enum metrics_version version; /* asked about */
    struct monitor monitor;
    unsigned told;
    enum health_state state; /* as told last */
    enum grpc_code code;
    struct buf text;
};

static const struct scripted_reply answers = { .mode = SCRIPTED_ANSWER };
static const struct scripted_reply hangs = { .mode = SCRIPTED_HANG };
static const struct scripted_reply denied = { SCRIPTED_FAIL, KMS_FAILURE_ANSWER,
    400, "AccessDeniedException", "no", NULL, NULL };

/* Both are NULL but where the lab is to be like aws-encryption-provider, or
 * beside another one that is. */
static struct lab *
open_lab_of(
    struct scripted_reply reply, int64_t max_age_ms, struct aep_health *aep)
{
    struct lab *lab = calloc(1, sizeof(*lab));
    assert_non_null(lab);
    lab->aep = aep;
    lab->version = METRICS_V2;
    assert_ok(monitor_init(&lab->monitor));
    assert_ok(kms_client_new(NULL, &lab->kms));
    scripted_set_all(lab->kms, reply);
    assert_ok(metrics_new(&lab->metrics));
    lab->crypt =
        (struct crypt){ .kms = lab->kms, .key_id = SPAN_LITERAL("alias/h") };
    assert_ok(
        metrics_add_key(lab->metrics, lab->crypt.key_id, &lab->crypt.metrics));
    const struct identity_options identity = { IDENTITY_FLAG, lab->crypt.key_id,
        clock_monotonic(), NULL };
    assert_ok(identity_new(&identity, &lab->identity));
    lab->crypt.identity = lab->identity;
    const struct health_options options = { &lab->crypt, max_age_ms, lab->aep };
    assert_ok(health_new(&options, &lab->health));
    return lab;
}

static struct lab *
open_lab(struct scripted_reply reply, int64_t max_age_ms)
{
    return open_lab_of(reply, max_age_ms, NULL);
}

static struct lab *
start_lab(struct scripted_reply reply, int64_t max_age_ms)
{
    struct lab *lab = open_lab(reply, max_age_ms);
    assert_ok(health_start(lab->health));
    return lab;
}

static void
close_lab(struct lab *lab)
{
    health_stop(lab->health);
    kms_client_free(lab->kms);
    health_free(lab->health);
    metrics_free(lab->metrics);
    identity_free(lab->identity);
    monitor_reset(&lab->monitor);
    buf_reset(&lab->text);
    free(lab);
}

static void
note_told(void *context, const struct health_view *view)
{
    struct lab *lab = context;
    monitor_lock(&lab->monitor);
    lab->told++;
    lab->state = view->state;
    lab->code = view->failure.code;
    buf_clear(&lab->text);
    buf_say(&lab->text, "%.*s", SPAN_ARG(view->text));
    monitor_signal(&lab->monitor);
    monitor_unlock(&lab->monitor);
}

static void
wait_told(struct lab *lab, unsigned count)
{
    struct clock clock = clock_monotonic();
    int64_t end_ms = clock_ms(&clock) + PATIENCE_MS;
    monitor_lock(&lab->monitor);
    while (lab->told < count && monitor_wait(&lab->monitor, end_ms))
        ;
    assert_int_equal(lab->told, count);
    monitor_unlock(&lab->monitor);
}

/* Asks once, waits for what is told, and gives it. */
static enum health_state
ask(struct lab *lab, int64_t wait_ms)
{
    unsigned before = lab->told;
    assert_ok(health_ask(lab->health, lab->version, wait_ms, note_told, lab));
    wait_told(lab, before + 1);
    return lab->state;
}

static void
note(struct lab *lab, enum metrics_version version,
    enum kms_operation operation, const struct failure *failure)
{
    const struct health_news news = { version, operation, failure,
        failure->kind == FAILURE_NONE ? (struct span){ NULL, 0 }
                                      : SPAN_LITERAL("it failed") };
    health_note(lab->health, &news);
}

static unsigned
probes(struct lab *lab)
{
    return scripted_started(lab->kms, KMS_ENCRYPT, KMS_LANE_HEALTH);
}

static void
the_first_probe_needs_no_question(void **state)
{
    (void)state;
    struct lab *lab = start_lab(answers, AGES_MS);
    struct clock clock = clock_monotonic();
    int64_t end_ms = clock_ms(&clock) + PATIENCE_MS;
    while (scripted_started(lab->kms, KMS_DECRYPT, KMS_LANE_HEALTH) == 0) {
        assert_true(clock_ms(&clock) < end_ms);
        (void)poll(NULL, 0, 1);
    }
    assert_int_equal(ask(lab, PATIENCE_MS), HEALTH_GOOD);
    assert_int_equal(lab->text.len, 0);
    close_lab(lab);
}

static void
a_good_result_is_not_asked_for_again(void **state)
{
    (void)state;
    struct lab *lab = start_lab(answers, AGES_MS);
    assert_int_equal(ask(lab, PATIENCE_MS), HEALTH_GOOD);
    scripted_set_all(lab->kms, denied);
    for (int i = 0; i < 10; i++)
        assert_int_equal(ask(lab, PATIENCE_MS), HEALTH_GOOD);
    assert_int_equal(probes(lab), 1);
    close_lab(lab);
}

static void
a_probe_that_fails_is_told_with_its_words(void **state)
{
    (void)state;
    struct lab *lab = start_lab(denied, AGES_MS);
    assert_int_equal(ask(lab, PATIENCE_MS), HEALTH_BAD);
    assert_int_equal(lab->code, GRPC_CODE_PERMISSION_DENIED);
    assert_non_null(strstr(buf_text(&lab->text), "failed to encrypt"));
    assert_non_null(strstr(buf_text(&lab->text), "alias/h"));
    close_lab(lab);
}

static void
decrypt_is_tried_too(void **state)
{
    (void)state;
    struct lab *lab = open_lab(answers, AGES_MS);
    scripted_set(lab->kms, KMS_DECRYPT, KMS_LANE_HEALTH, denied);
    assert_ok(health_start(lab->health));
    assert_int_equal(ask(lab, PATIENCE_MS), HEALTH_BAD);
    assert_non_null(strstr(buf_text(&lab->text), "failed to decrypt"));
    close_lab(lab);
}

static void
a_decrypt_that_gives_other_bytes_is_bad(void **state)
{
    (void)state;
    struct lab *lab = open_lab(answers, AGES_MS);
    lab->kms->wrong_plaintext = true;
    assert_ok(health_start(lab->health));
    assert_int_equal(ask(lab, PATIENCE_MS), HEALTH_BAD);
    assert_int_equal(lab->code, GRPC_CODE_INTERNAL);
    close_lab(lab);
}

static void
a_probe_that_cannot_be_started_is_bad(void **state)
{
    (void)state;
    struct lab *lab = open_lab(answers, AGES_MS);
    scripted_refuse(lab->kms, true);
    assert_ok(health_start(lab->health));
    assert_int_equal(ask(lab, PATIENCE_MS), HEALTH_BAD);
    scripted_refuse(lab->kms, false);
    assert_int_equal(ask(lab, PATIENCE_MS), HEALTH_GOOD);
    close_lab(lab);
}

static void
who_asks_of_a_silent_kms_is_told_when_his_time_is_up(void **state)
{
    (void)state;
    struct lab *lab = start_lab(hangs, AGES_MS);
    struct clock clock = clock_monotonic();
    int64_t start_ms = clock_ms(&clock);
    assert_int_equal(ask(lab, 20), HEALTH_UNKNOWN);
    assert_int_equal(lab->code, GRPC_CODE_UNAVAILABLE);
    assert_true(clock_ms(&clock) - start_ms < HEALTH_PROBE_MS);
    close_lab(lab);
}

static void
probes_never_run_two_at_once(void **state)
{
    (void)state;
    struct lab *lab = start_lab(hangs, 0);
    for (unsigned i = 0; i < 50; i++)
        assert_ok(health_ask(lab->health, METRICS_V2, 5, note_told, lab));
    wait_told(lab, 50);
    assert_int_equal(probes(lab), 1);
    close_lab(lab);
}

static void
what_was_good_is_told_while_a_probe_hangs(void **state)
{
    (void)state;
    struct lab *lab = start_lab(answers, 0);
    assert_int_equal(ask(lab, PATIENCE_MS), HEALTH_GOOD);
    scripted_set_all(lab->kms, hangs);
    assert_int_equal(ask(lab, 20), HEALTH_GOOD);
    /* Until the probe's own deadline. */
    assert_int_equal(ask(lab, PATIENCE_MS), HEALTH_BAD);
    assert_int_equal(lab->code, GRPC_CODE_DEADLINE_EXCEEDED);
    close_lab(lab);
}

static void
a_bad_key_is_probed_again_without_a_question(void **state)
{
    (void)state;
    struct lab *lab = start_lab(denied, AGES_MS);
    assert_int_equal(ask(lab, PATIENCE_MS), HEALTH_BAD);
    unsigned before = probes(lab);
    scripted_set_all(lab->kms, answers);
    struct clock clock = clock_monotonic();
    int64_t end_ms = clock_ms(&clock) + PATIENCE_MS;
    while (probes(lab) == before) {
        assert_true(clock_ms(&clock) < end_ms);
        (void)poll(NULL, 0, 5);
    }
    assert_int_equal(ask(lab, PATIENCE_MS), HEALTH_GOOD);
    close_lab(lab);
}

static void
a_real_failure_starts_a_probe_that_decides(void **state)
{
    (void)state;
    struct lab *lab = start_lab(answers, AGES_MS);
    const struct failure failure = { FAILURE_OTHER, GRPC_CODE_UNAVAILABLE, "" };
    assert_int_equal(ask(lab, PATIENCE_MS), HEALTH_GOOD);
    note(lab, METRICS_V2, KMS_DECRYPT, &failure);
    assert_int_equal(ask(lab, PATIENCE_MS), HEALTH_GOOD);
    assert_int_equal(probes(lab), 2);
    close_lab(lab);
}

static void
a_real_success_is_news_of_a_bad_key(void **state)
{
    (void)state;
    struct lab *lab = open_lab(answers, AGES_MS);
    scripted_set(lab->kms, KMS_DECRYPT, KMS_LANE_HEALTH, denied);
    assert_ok(health_start(lab->health));
    const struct failure none = { FAILURE_NONE, GRPC_CODE_OK, "" };
    assert_int_equal(ask(lab, PATIENCE_MS), HEALTH_BAD);
    note(lab, METRICS_V2, KMS_DECRYPT, &none);
    assert_int_equal(ask(lab, PATIENCE_MS), HEALTH_GOOD);
    close_lab(lab);
}

static const struct failure broken = { FAILURE_OTHER, GRPC_CODE_UNAVAILABLE,
    "" };
static const struct failure corrupt = { FAILURE_CORRUPTION,
    GRPC_CODE_INVALID_ARGUMENT, "" };
static const struct failure good = { FAILURE_NONE, GRPC_CODE_OK, "" };

static void
each_api_has_a_state_of_its_own(void **state)
{
    (void)state;
    struct lab *lab = start_lab(answers, AGES_MS);
    assert_int_equal(ask(lab, PATIENCE_MS), HEALTH_GOOD);
    scripted_set_all(lab->kms, denied);
    lab->version = METRICS_V1;
    assert_int_equal(ask(lab, PATIENCE_MS), HEALTH_BAD);
    lab->version = METRICS_V2;
    assert_int_equal(ask(lab, PATIENCE_MS), HEALTH_GOOD);
    note(lab, METRICS_V1, KMS_ENCRYPT, &good);
    note(lab, METRICS_V1, KMS_DECRYPT, &good);
    note(lab, METRICS_V2, KMS_DECRYPT, &broken);
    assert_int_equal(ask(lab, PATIENCE_MS), HEALTH_BAD);
    lab->version = METRICS_V1;
    assert_int_equal(ask(lab, PATIENCE_MS), HEALTH_GOOD);
    close_lab(lab);
}

static void
an_api_that_nobody_asks_about_is_not_probed(void **state)
{
    (void)state;
    struct lab *lab = start_lab(answers, AGES_MS);
    assert_int_equal(ask(lab, PATIENCE_MS), HEALTH_GOOD);
    note(lab, METRICS_V1, KMS_ENCRYPT, &broken);
    assert_int_equal(ask(lab, PATIENCE_MS), HEALTH_GOOD);
    assert_int_equal(probes(lab), 1);
    lab->version = METRICS_V1;
    assert_int_equal(ask(lab, PATIENCE_MS), HEALTH_GOOD);
    assert_int_equal(probes(lab), 2);
    close_lab(lab);
}

static void
probes_are_counted_under_the_api_they_are_for(void **state)
{
    (void)state;
    struct lab *lab = start_lab(answers, AGES_MS);
    struct buf text = { 0 };
    assert_int_equal(ask(lab, PATIENCE_MS), HEALTH_GOOD);
    assert_ok(metrics_render(lab->metrics, METRICS_TEXT, &text));
    assert_non_null(strstr(buf_text(&text), "version=\"v2\""));
    assert_null(strstr(buf_text(&text), "version=\"v1\""));
    lab->version = METRICS_V1;
    assert_int_equal(ask(lab, PATIENCE_MS), HEALTH_GOOD);
    buf_clear(&text);
    assert_ok(metrics_render(lab->metrics, METRICS_TEXT, &text));
    assert_non_null(strstr(buf_text(&text), "version=\"v1\""));
    buf_reset(&text);
    close_lab(lab);
}

static void
who_asks_first_waits_for_the_first_probe(void **state)
{
    (void)state;
    struct lab *lab = open_lab(hangs, AGES_MS);
    assert_ok(health_start(lab->health));
    assert_ok(health_ask(lab->health, METRICS_V2, 0, note_told, lab));
    scripted_set_all(lab->kms, answers);
    wait_told(lab, 1);
    assert_int_equal(lab->state, HEALTH_GOOD);
    close_lab(lab);
}

/* ---- as aws-encryption-provider has it ---- */

static struct aep_health *
new_aep(void)
{
    struct aep_health *aep = NULL;
    assert_ok(aep_health_new(&aep));
    return aep;
}

static void
aep_probes_only_when_asked_and_v1_only_encrypts(void **state)
{
    (void)state;
    struct aep_health *aep = new_aep();
    struct lab *lab = open_lab_of(answers, 0, aep);
    scripted_set(lab->kms, KMS_DECRYPT, KMS_LANE_HEALTH, denied);
    assert_ok(health_start(lab->health));
    assert_int_equal(probes(lab), 0);
    lab->version = METRICS_V1;
    assert_int_equal(ask(lab, 0), HEALTH_GOOD);
    assert_int_equal(probes(lab), 1);
    /* One result for both APIs: what v1's probe says of Decrypt, v2 believes.
     */
    lab->version = METRICS_V2;
    assert_int_equal(ask(lab, 0), HEALTH_GOOD);
    assert_int_equal(probes(lab), 1);
    assert_int_equal(
        scripted_started(lab->kms, KMS_DECRYPT, KMS_LANE_HEALTH), 0);
    close_lab(lab);
    aep_health_free(aep);
}

static void
aep_has_one_result_for_all_keys(void **state)
{
    (void)state;
    struct aep_health *aep = new_aep();
    struct lab *one = open_lab_of(denied, 0, aep);
    struct lab *two = open_lab_of(answers, 0, aep);
    assert_ok(health_start(one->health));
    assert_ok(health_start(two->health));
    assert_int_equal(ask(one, 0), HEALTH_BAD);
    assert_int_equal(one->code, GRPC_CODE_PERMISSION_DENIED);
    assert_int_equal(ask(two, 0), HEALTH_BAD);
    assert_non_null(strstr(buf_text(&two->text), "failed to encrypt"));
    assert_int_equal(probes(two), 0);
    close_lab(one);
    close_lab(two);
    aep_health_free(aep);
}

static void
aep_believes_a_failed_call_and_no_good_one(void **state)
{
    (void)state;
    struct aep_health *aep = new_aep();
    struct lab *lab = open_lab_of(answers, 0, aep);
    assert_ok(health_start(lab->health));
    assert_int_equal(ask(lab, 0), HEALTH_GOOD);
    note(lab, METRICS_V2, KMS_DECRYPT, &corrupt);
    assert_int_equal(ask(lab, 0), HEALTH_GOOD);
    note(lab, METRICS_V1, KMS_DECRYPT, &broken);
    assert_int_equal(ask(lab, 0), HEALTH_BAD);
    assert_string_equal(buf_text(&lab->text), "it failed");
    note(lab, METRICS_V1, KMS_DECRYPT, &good);
    note(lab, METRICS_V1, KMS_ENCRYPT, &good);
    assert_int_equal(ask(lab, 0), HEALTH_BAD);
    assert_int_equal(probes(lab), 1);
    close_lab(lab);
    aep_health_free(aep);
}

static void
what_aep_knows_grows_old(void **state)
{
    (void)state;
    enum { NOW_MS = 5000000 };
    struct aep_health *aep = new_aep();
    struct buf text = { 0 };
    struct health_view view;
    assert_false(aep_health_is_fresh(aep, NOW_MS));
    assert_ok(aep_health_view(aep, &text, &view));
    assert_int_equal(view.state, HEALTH_UNKNOWN);
    aep_health_record(aep, &broken, SPAN_LITERAL("gone"), NOW_MS);
    assert_true(aep_health_is_fresh(aep, NOW_MS + AEP_HEALTH_AGE_MS - 1));
    assert_false(aep_health_is_fresh(aep, NOW_MS + AEP_HEALTH_AGE_MS));
    assert_ok(aep_health_view(aep, &text, &view));
    assert_int_equal(view.state, HEALTH_BAD);
    assert_span_text(view.text, "gone");
    buf_reset(&text);
    aep_health_free(aep);
}

static void
stopping_tells_all_who_wait(void **state)
{
    (void)state;
    struct lab *lab = start_lab(hangs, AGES_MS);
    for (unsigned i = 0; i < 10; i++)
        assert_ok(
            health_ask(lab->health, METRICS_V2, PATIENCE_MS, note_told, lab));
    health_stop(lab->health);
    assert_int_equal(lab->told, 10);
    assert_int_equal(ask(lab, PATIENCE_MS), HEALTH_UNKNOWN);
    health_stop(lab->health);
    close_lab(lab);
}

static void
what_never_started_can_be_stopped(void **state)
{
    (void)state;
    struct lab *lab = open_lab(answers, AGES_MS);
    assert_ok(health_ask(lab->health, METRICS_V2, PATIENCE_MS, note_told, lab));
    health_stop(lab->health);
    assert_int_equal(lab->told, 1);
    assert_int_equal(probes(lab), 0);
    close_lab(lab);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_probe_needs_no_question),
        cmocka_unit_test(a_good_result_is_not_asked_for_again),
        cmocka_unit_test(a_probe_that_fails_is_told_with_its_words),
        cmocka_unit_test(decrypt_is_tried_too),
        cmocka_unit_test(a_decrypt_that_gives_other_bytes_is_bad),
        cmocka_unit_test(a_probe_that_cannot_be_started_is_bad),
        cmocka_unit_test(who_asks_of_a_silent_kms_is_told_when_his_time_is_up),
        cmocka_unit_test(probes_never_run_two_at_once),
        cmocka_unit_test(what_was_good_is_told_while_a_probe_hangs),
        cmocka_unit_test(a_bad_key_is_probed_again_without_a_question),
        cmocka_unit_test(a_real_failure_starts_a_probe_that_decides),
        cmocka_unit_test(a_real_success_is_news_of_a_bad_key),
        cmocka_unit_test(each_api_has_a_state_of_its_own),
        cmocka_unit_test(an_api_that_nobody_asks_about_is_not_probed),
        cmocka_unit_test(probes_are_counted_under_the_api_they_are_for),
        cmocka_unit_test(who_asks_first_waits_for_the_first_probe),
        cmocka_unit_test(aep_probes_only_when_asked_and_v1_only_encrypts),
        cmocka_unit_test(aep_has_one_result_for_all_keys),
        cmocka_unit_test(aep_believes_a_failed_call_and_no_good_one),
        cmocka_unit_test(what_aep_knows_grows_old),
        cmocka_unit_test(stopping_tells_all_who_wait),
        cmocka_unit_test(what_never_started_can_be_stopped),
    };
    log_init("test_health", LOG_ERROR, LOG_TEXT);
    return cmocka_run_group_tests_name("health", tests, NULL, NULL);
}
