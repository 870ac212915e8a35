/* SPDX-License-Identifier: Apache-2.0 */
/* Health over a KMS that is played by a script. */
#include "health/health.h"

#include "base/log.h"
#include "scripted_kms.h"
#include "test/check.h"

#include <poll.h>

enum { PATIENCE_MS = 20000, AGES_MS = 60000 };

struct lab {
    struct kms_client *kms;
    struct metrics *metrics;
    struct crypt crypt;
    struct health *health;
    struct monitor monitor;
    unsigned told;
    enum health_state state; /* as told last */
    enum grpc_code code;
    struct buf text;
};

static const struct scripted_reply answers = { .mode = SCRIPTED_ANSWER };
static const struct scripted_reply hangs = { .mode = SCRIPTED_HANG };
static const struct scripted_reply denied = { SCRIPTED_FAIL, KMS_FAILURE_ANSWER,
    400, "AccessDeniedException", "no" };

static struct lab *
open_lab(struct scripted_reply reply, int64_t max_age_ms)
{
    struct lab *lab = calloc(1, sizeof(*lab));
    assert_non_null(lab);
    assert_ok(monitor_init(&lab->monitor));
    assert_ok(kms_client_new(NULL, &lab->kms));
    scripted_set_all(lab->kms, reply);
    assert_ok(metrics_new(&lab->metrics));
    lab->crypt =
        (struct crypt){ .kms = lab->kms, .key_id = SPAN_LITERAL("alias/h") };
    assert_ok(
        metrics_add_key(lab->metrics, lab->crypt.key_id, &lab->crypt.metrics));
    const struct health_options options = { &lab->crypt, METRICS_V2,
        max_age_ms };
    assert_ok(health_new(&options, &lab->health));
    return lab;
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
    assert_ok(health_ask(lab->health, wait_ms, note_told, lab));
    wait_told(lab, before + 1);
    return lab->state;
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
        assert_ok(health_ask(lab->health, 5, note_told, lab));
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
    health_note(lab->health, KMS_DECRYPT, &failure);
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
    health_note(lab->health, KMS_DECRYPT, &none);
    assert_int_equal(ask(lab, PATIENCE_MS), HEALTH_GOOD);
    close_lab(lab);
}

static void
stopping_tells_all_who_wait(void **state)
{
    (void)state;
    struct lab *lab = start_lab(hangs, AGES_MS);
    for (unsigned i = 0; i < 10; i++)
        assert_ok(health_ask(lab->health, PATIENCE_MS, note_told, lab));
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
    assert_ok(health_ask(lab->health, PATIENCE_MS, note_told, lab));
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
        cmocka_unit_test(stopping_tells_all_who_wait),
        cmocka_unit_test(what_never_started_can_be_stopped),
    };
    log_init("test_health", LOG_ERROR, LOG_TEXT);
    return cmocka_run_group_tests_name("health", tests, NULL, NULL);
}
