/* SPDX-License-Identifier: Apache-2.0 */
/* A KMS client for tests, and calls that a test can wait for. */
#ifndef TEST_SUPPORT_KMS_CALLS_H
#define TEST_SUPPORT_KMS_CALLS_H

#include "credentials/credentials.h"
#include "kms/kms.h"

#include "support_kms_server.h"

#include <pthread.h>

#define TEST_ACCESS_KEY "AKIDEXAMPLE"
#define TEST_SECRET_KEY "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
#define TEST_TOKEN "token/of+a=session"
#define TEST_REGION "eu-central-1"

enum { TEST_LONG_MS = 15000 }; /* for what ends sooner by itself */

/* An answer to Encrypt ("sealed") and Decrypt ("open") alike. */
#define TEST_ANSWER                                                            \
    "{\"CiphertextBlob\":\"c2VhbGVk\",\"Plaintext\":\"b3Blbg==\","             \
    "\"KeyId\":\"arn:aws:kms:eu-central-1:111122223333:key/k\"}"

/* Static credentials with a token; freed by credentials_free. */
struct credentials *test_credentials(void);

/* Retries without a pause: all its bytes are zero. */
struct random test_no_pause(void);

/* A client for the URL with the credentials, which retries without a pause,
 * and otherwise defaults. */
struct kms_client *test_client(
    const char *url, struct credentials *credentials);

/* A server, and a client for it, for the length of a test. */
struct fixture {
    struct server *server;
    struct credentials *credentials;
    struct kms_client *client;
};
void fixture_init(struct fixture *f, server_handler *handler, void *context);
/* Instead of its client, one with these options; the endpoint, Region,
 * credentials and randomness are the fixture's where they are not given. */
void fixture_client(struct fixture *f, struct kms_options options);
void fixture_reset(struct fixture *f);

/* What a call came to; copied out of its result. */
struct test_call {
    pthread_mutex_t lock;
    pthread_cond_t ended;
    unsigned done; /* how often done was called */
    struct kms_call *call;
    enum kms_failure failure;
    unsigned http_status, attempts;
    char region[32];
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

/* One Encrypt to its end, within timeout_ms. */
void fixture_encrypt(
    struct fixture *f, struct test_call *call, int64_t timeout_ms);

/* Encrypts once: gives "sealed". */
void fixture_works(struct fixture *f);

/* Encrypts once: the failure, and nothing that looks like an answer. */
void fixture_fails(
    struct fixture *f, enum kms_failure failure, int64_t timeout_ms);

/* Milliseconds of the monotonic clock. */
int64_t test_now_ms(void);

/* Waits until done was called; fails the test after 20 s. */
void test_wait(struct test_call *call);

#endif
