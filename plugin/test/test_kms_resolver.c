/* SPDX-License-Identifier: Apache-2.0 */
/* A name server that is silent holds up nobody: here it is this program's own
 * getaddrinfo, which libcurl's threads call. */
#include "kms/lookups.h"
#include "support_kms_calls.h"
#include "test/check.h"

#include <netdb.h>
#include <time.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static unsigned asked, answered;
static bool released;

int
getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
    struct addrinfo **out)
{
    (void)name;
    (void)service;
    (void)hints;
    (void)out;
    (void)pthread_mutex_lock(&lock);
    asked++;
    (void)pthread_cond_broadcast(&changed);
    while (!released)
        (void)pthread_cond_wait(&changed, &lock);
    answered++;
    (void)pthread_cond_broadcast(&changed);
    (void)pthread_mutex_unlock(&lock);
    return EAI_AGAIN;
}

static void
wait_until_asked(unsigned count)
{
    (void)pthread_mutex_lock(&lock);
    while (asked < count)
        (void)pthread_cond_wait(&changed, &lock);
    (void)pthread_mutex_unlock(&lock);
}

/* The threads that wait in it end, so that nothing is left of them. */
static void
release_all(void)
{
    const struct timespec pause = { 0, 100 * 1000 * 1000 };
    (void)pthread_mutex_lock(&lock);
    released = true;
    (void)pthread_cond_broadcast(&changed);
    while (answered < asked)
        (void)pthread_cond_wait(&changed, &lock);
    (void)pthread_mutex_unlock(&lock);
    (void)nanosleep(&pause, NULL);
}

static void
a_silent_resolver_holds_up_nobody(void **state)
{
    (void)state;
    struct credentials *credentials = test_credentials();
    struct kms_client *client =
        test_client("http://kms.invalid:9", credentials);
    struct test_call calls[3];
    for (size_t i = 0; i < ARRAY_LEN(calls); i++)
        test_call_init(&calls[i]);

    test_encrypt(client, &calls[0], KMS_LANE_TRAFFIC, "seed", 100);
    test_wait(&calls[0]);
    assert_int_equal(calls[0].failure, KMS_FAILURE_TIMEOUT);

    test_encrypt(client, &calls[1], KMS_LANE_HEALTH, "seed", TEST_LONG_MS);
    wait_until_asked(2);
    kms_cancel(client, calls[1].call);
    test_wait(&calls[1]);
    assert_int_equal(calls[1].failure, KMS_FAILURE_CANCELLED);

    test_encrypt(client, &calls[2], KMS_LANE_TRAFFIC, "seed", TEST_LONG_MS);
    wait_until_asked(3);
    kms_client_free(client);
    assert_int_equal(calls[2].failure, KMS_FAILURE_CANCELLED);

    release_all();
    credentials_free(credentials);
    for (size_t i = 0; i < ARRAY_LEN(calls); i++)
        test_call_reset(&calls[i]);
}

static void
lookups_without_an_answer_begin_now_and_then(void **state)
{
    (void)state;
    struct lookups lookups = { 0 };
    for (int i = 0; i < 100; i++)
        assert_true(lookups_begin(&lookups, 0));
    lookups_end(&lookups, 0, LOOKUPS_PATIENCE_MS - 1, false);
    assert_true(lookups_begin(&lookups, 1000)); /* given up too soon to tell */
    lookups_end(&lookups, 500, 1000, false);
    assert_true(lookups_begin(&lookups, 1000));
    assert_false(lookups_begin(&lookups, 1000));
    assert_false(lookups_begin(&lookups, 1000 + LOOKUPS_EVERY_MS - 1));
    assert_true(lookups_begin(&lookups, 1000 + LOOKUPS_EVERY_MS));
    lookups_end(&lookups, 0, 1300, false); /* no reason for one more */
    assert_false(lookups_begin(&lookups, 1300));
    lookups_end(&lookups, 1250, 1300, true);
    assert_true(lookups_begin(&lookups, 1300));
    assert_true(lookups_begin(&lookups, 1300));
}

/* However many want one: with thirty callers it would be thirty each time. */
static void
a_silent_resolver_holds_few_threads(void **state)
{
    enum { CALLERS = 30, ROUNDS = 3, ROUND_MS = 600, MOST = 1 + CALLERS + 10 };
    (void)state;
    struct credentials *credentials = test_credentials();
    struct kms_client *client =
        test_client("http://kms.invalid:9", credentials);
    static struct test_call calls[ROUNDS][CALLERS];

    asked = answered = 0;
    released = false;
    for (size_t round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < CALLERS; i++) {
            test_call_init(&calls[round][i]);
            test_encrypt(
                client, &calls[round][i], KMS_LANE_TRAFFIC, "seed", ROUND_MS);
        }
        for (size_t i = 0; i < CALLERS; i++) {
            test_wait(&calls[round][i]);
            assert_int_not_equal(calls[round][i].failure, KMS_FAILURE_NONE);
        }
    }
    (void)pthread_mutex_lock(&lock);
    assert_in_range(asked, CALLERS, MOST);
    (void)pthread_mutex_unlock(&lock);

    kms_client_free(client);
    release_all();
    credentials_free(credentials);
    for (size_t round = 0; round < ROUNDS; round++)
        for (size_t i = 0; i < CALLERS; i++)
            test_call_reset(&calls[round][i]);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_silent_resolver_holds_up_nobody),
        cmocka_unit_test(lookups_without_an_answer_begin_now_and_then),
        cmocka_unit_test(a_silent_resolver_holds_few_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
