/* SPDX-License-Identifier: Apache-2.0 */
/* A KMS client for tests, and calls that a test can wait for. */
#ifndef TEST_SUPPORT_KMS_CALLS_H
#define TEST_SUPPORT_KMS_CALLS_H

#include "kms/credentials.h"
#include "kms/kms.h"

#include <pthread.h>

#define TEST_ACCESS_KEY "AKIDEXAMPLE"
#define TEST_SECRET_KEY "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
#define TEST_TOKEN "token/of+a=session"
#define TEST_REGION "eu-central-1"

/* Static credentials with a token; freed by credentials_free. */
struct credentials *test_credentials(void);

/* A client for the URL with the credentials and otherwise defaults. */
struct kms_client *test_client(
    const char *url, struct credentials *credentials);

/* What a call came to; copied out of its result. */
struct test_call {
    pthread_mutex_t lock;
    pthread_cond_t ended;
    unsigned done; /* how often done was called */
    struct kms_call *call;
    enum kms_failure failure;
    unsigned http_status;
    char error_type[64], message[256], request_id[64];
    struct buf bytes, key_arn;
};
void test_call_init(struct test_call *call);
void test_call_reset(struct test_call *call);

/* Starts an Encrypt of the text, or another call. */
void test_encrypt(struct kms_client *client, struct test_call *call,
    enum kms_lane lane, const char *text, int64_t timeout_ms);
void test_start(struct kms_client *client, struct test_call *call,
    const struct kms_input *input);

/* Milliseconds of the monotonic clock. */
int64_t test_now_ms(void);

/* Waits until done was called; fails the test after 20 s. */
void test_wait(struct test_call *call);

#endif
