/* SPDX-License-Identifier: Apache-2.0 */
/* Each fault of KMS and of the way to it: its failure, nothing left behind,
 * and the next good call works. Names are resolved by this program. */
#define _GNU_SOURCE /* RTLD_NEXT */
#include "crypt/failure.h"
#include "support_kms_calls.h"
#include "support_kms_server.h"
#include "test/check.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <dlfcn.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define KEY "arn:aws:kms:eu-central-1:111122223333:key/k"
/* Or the next request may go to a connection that is about to close. */
#define CLOSE "Connection: close\r\n"
#define JSON "Content-Type: application/x-amz-json-1.1\r\n"

/* "kms.test" is this machine; "nowhere.test" is not known. */
int
getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
    struct addrinfo **out)
{
    int (*real)(const char *, const char *, const struct addrinfo *,
        struct addrinfo **);
    if (strcmp(name, "nowhere.test") == 0)
        return EAI_NONAME;
    *(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
    return real(strcmp(name, "kms.test") == 0 ? "127.0.0.1" : name, service,
        hints, out);
}

/* ---- what is left behind ---- */

static unsigned
count_entries(const char *path)
{
    unsigned count = 0;
    DIR *folder = opendir(path);
    assert_non_null(folder);
    while (readdir(folder) != NULL)
        count++;
    (void)closedir(folder);
    return count;
}

struct resources {
    unsigned descriptors, threads;
};

static struct resources
count_resources(void)
{
    return (struct resources){ count_entries("/proc/self/fd"),
        count_entries("/proc/self/task") };
}

/* Connections of the server end a little after the client's. */
static void
assert_nothing_left(struct resources before)
{
    const struct timespec pause = { 0, 5 * 1000000 };
    int64_t limit_ms = test_now_ms() + TEST_LONG_MS;
    for (;;) {
        struct resources now = count_resources();
        if (now.descriptors <= before.descriptors &&
            now.threads <= before.threads)
            return;
        if (test_now_ms() >= limit_ms)
            fail_msg("%u descriptors, %u threads; before %u, %u",
                now.descriptors, now.threads, before.descriptors,
                before.threads);
        (void)nanosleep(&pause, NULL);
    }
}

/* ---- faults of answers ---- */

enum way { WAY_SEND, WAY_RESET, WAY_HANG, WAY_DRIP };

static const struct fault {
    const char *name;
    enum way way;
    struct span raw; /* what is sent before the way is taken */
    enum kms_failure failure;
    unsigned attempts;
    enum grpc_code code;
    int64_t timeout_ms; /* 0: long */
} faults[] = {
    { "reset", WAY_RESET, { NULL, 0 }, KMS_FAILURE_TRANSPORT, 3,
        GRPC_CODE_UNAVAILABLE, 0 },
    { "closed", WAY_SEND, { NULL, 0 }, KMS_FAILURE_TRANSPORT, 3,
        GRPC_CODE_UNAVAILABLE, 0 },
    { "silent", WAY_HANG, { NULL, 0 }, KMS_FAILURE_TIMEOUT, 1,
        GRPC_CODE_DEADLINE_EXCEEDED, 150 },
    { "silent within the header", WAY_HANG, SPAN_INIT("HTTP/1.1 200 OK\r\n"),
        KMS_FAILURE_TIMEOUT, 1, GRPC_CODE_DEADLINE_EXCEEDED, 150 },
    { "silent within the body", WAY_HANG,
        SPAN_INIT("HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{\"Ciph"),
        KMS_FAILURE_TIMEOUT, 1, GRPC_CODE_DEADLINE_EXCEEDED, 150 },
    { "a byte now and then", WAY_DRIP, SPAN_INIT("HTTP/1.1 200 OK\r\n"),
        KMS_FAILURE_TIMEOUT, 1, GRPC_CODE_DEADLINE_EXCEEDED, 200 },
    { "torn header", WAY_SEND, SPAN_INIT("HTTP/1.1 200 OK\r\nContent-Le"),
        KMS_FAILURE_TRANSPORT, 3, GRPC_CODE_UNAVAILABLE, 0 },
    { "torn body", WAY_SEND,
        SPAN_INIT("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"Ci"),
        KMS_FAILURE_TRANSPORT, 3, GRPC_CODE_UNAVAILABLE, 0 },
    { "torn body, then a reset", WAY_RESET,
        SPAN_INIT("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"Ci"),
        KMS_FAILURE_TRANSPORT, 3, GRPC_CODE_UNAVAILABLE, 0 },
    { "HTML instead of JSON", WAY_SEND,
        SPAN_INIT("HTTP/1.1 200 OK\r\n" CLOSE "Content-Type: text/html\r\n"
                  "Content-Length: 6\r\n\r\n<html>"),
        KMS_FAILURE_BAD_ANSWER, 1, GRPC_CODE_INTERNAL, 0 },
    { "HTML from a proxy", WAY_SEND,
        SPAN_INIT("HTTP/1.1 502 Bad\r\n" CLOSE "Content-Type: text/html\r\n"
                  "Content-Length: 6\r\n\r\n<html>"),
        KMS_FAILURE_BAD_ANSWER, 3, GRPC_CODE_UNAVAILABLE, 0 },
    { "empty 500", WAY_SEND,
        SPAN_INIT("HTTP/1.1 500 Oh\r\n" CLOSE "Content-Length: 0\r\n\r\n"),
        KMS_FAILURE_BAD_ANSWER, 3, GRPC_CODE_UNAVAILABLE, 0 },
    { "wrong content type", WAY_SEND,
        SPAN_INIT("HTTP/1.1 200 OK\r\n" CLOSE "Content-Type: text/plain\r\n"
                  "Content-Length: 43\r\n\r\n"
                  "{\"CiphertextBlob\":\"c2VhbGVk\",\"KeyId\":\"key\"}"),
        KMS_FAILURE_BAD_ANSWER, 1, GRPC_CODE_INTERNAL, 0 },
    { "another key", WAY_SEND,
        SPAN_INIT("HTTP/1.1 200 OK\r\n" JSON "\r\n"
                  "{\"CiphertextBlob\":\"c2VhbGVk\",\"KeyId\":\"arn:aws:kms:"
                  "eu-central-1:111122223333:key/2\"}"),
        KMS_FAILURE_BAD_ANSWER, 1, GRPC_CODE_INTERNAL, 0 },
    { "empty ciphertext", WAY_SEND,
        SPAN_INIT("HTTP/1.1 200 OK\r\n" JSON "\r\n"
                  "{\"CiphertextBlob\":\"\",\"KeyId\":\"arn:aws:kms:"
                  "eu-central-1:111122223333:key/k\"}"),
        KMS_FAILURE_BAD_ANSWER, 1, GRPC_CODE_INTERNAL, 0 },
    { "no HTTP at all", WAY_SEND, SPAN_INIT("220 smtp.example ESMTP\r\n"),
        KMS_FAILURE_BAD_ANSWER, 1, GRPC_CODE_INTERNAL, 0 },
};

static bool
drip(const struct server_request *request)
{
    const struct timespec pause = { 0, 20 * 1000000 };
    for (int i = 0; i < 100; i++) {
        server_send(request, SPAN_LITERAL("X-A: b\r\n"));
        (void)nanosleep(&pause, NULL);
    }
    return false;
}

struct shown {
    const struct fault *_Atomic fault; /* NULL: none */
};

static bool
show(void *context, const struct server_request *request)
{
    struct shown *shown = context;
    const struct fault *fault = shown->fault;
    if (fault == NULL) {
        server_answer(request, 200, TEST_ANSWER);
        return true;
    }
    server_send(request, fault->raw);
    if (fault->way == WAY_RESET)
        server_reset(request);
    if (fault->way == WAY_DRIP)
        return drip(request);
    if (fault->way == WAY_HANG)
        (void)server_hang(request);
    return false;
}

static void
encrypt(struct kms_client *client, struct test_call *call, int64_t timeout_ms)
{
    test_call_init(call);
    test_start(client, call,
        &(struct kms_input){ .operation = KMS_ENCRYPT,
            .lane = KMS_LANE_TRAFFIC,
            .key_id = SPAN_LITERAL(KEY),
            .bytes = SPAN_LITERAL("seed"),
            .deadline_ms = test_now_ms() + timeout_ms });
    test_wait(call);
    assert_int_equal(call->done, 1);
}

static void
meet(struct kms_client *client, const struct fault *fault)
{
    struct test_call call;
    encrypt(client, &call,
        fault->timeout_ms == 0 ? TEST_LONG_MS : fault->timeout_ms);
    const struct kms_result result = { .failure = call.failure,
        .http_status = call.http_status,
        .error_type = span_text(call.error_type),
        .message = span_text(call.message) };
    struct failure failure = failure_of(&result);
    if (call.failure != fault->failure || call.attempts != fault->attempts ||
        failure.code != fault->code || failure.kind != FAILURE_OTHER)
        fail_msg("%s: failure %d, %u attempts, code %d: %s", fault->name,
            (int)call.failure, call.attempts, (int)failure.code, call.message);
    assert_true(call.message[0] != 0);
    assert_null(call.bytes.ptr);
    assert_null(call.key_arn.ptr);
    test_call_reset(&call);
}

static void
each_fault_has_its_failure_and_leaves_nothing(void **state)
{
    (void)state;
    enum { TIMES = 3 };
    struct shown shown = { NULL };
    struct fixture f;
    fixture_init(&f, show, &shown);
    fixture_works(&f);
    struct resources before = count_resources();
    for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
        for (int n = 0; n < TIMES; n++) {
            shown.fault = &faults[i];
            meet(f.client, &faults[i]);
        }
        shown.fault = NULL;
        fixture_works(&f);
        assert_nothing_left(before);
    }
    fixture_reset(&f);
}

/* ---- the way there ---- */

static void
names_that_are_not_known_leave_nothing(void **state)
{
    (void)state;
    struct fixture f;
    char url[64];
    struct shown shown = { NULL };
    fixture_init(&f, show, &shown);
    fixture_works(&f);
    struct resources before = count_resources();
    fixture_client(&f, (struct kms_options){
                           .endpoint = SPAN_LITERAL("http://nowhere.test:1") });
    for (int i = 0; i < 3; i++)
        fixture_fails(&f, KMS_FAILURE_TRANSPORT, TEST_LONG_MS);
    (void)snprintf(url, sizeof(url), "http://kms.test%s",
        strrchr(server_url(f.server), ':'));
    fixture_client(&f, (struct kms_options){ .endpoint = span_text(url) });
    fixture_works(&f);
    assert_nothing_left(before);
    fixture_reset(&f);
}

static void
a_refused_connection_leaves_nothing(void **state)
{
    (void)state;
    struct fixture f;
    struct test_call call;
    struct shown shown = { NULL };
    fixture_init(&f, show, &shown);
    fixture_works(&f);
    struct resources before = count_resources();
    fixture_client(&f,
        (struct kms_options){ .endpoint = SPAN_LITERAL("http://127.0.0.1:1") });
    for (int i = 0; i < 3; i++) {
        fixture_encrypt(&f, &call, TEST_LONG_MS);
        assert_int_equal(call.failure, KMS_FAILURE_TRANSPORT);
        assert_int_equal(call.attempts, 3);
        assert_int_equal(call.http_status, 0);
        test_call_reset(&call);
    }
    fixture_client(&f, (struct kms_options){ 0 });
    fixture_works(&f);
    assert_nothing_left(before);
    fixture_reset(&f);
}

/* A listener whose queue is full answers no more connections. */
struct silent {
    int listener, fillers[3];
    char url[64];
};

static void
silent_init(struct silent *silent)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof(address);
    silent->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(
        bind(silent->listener, (struct sockaddr *)&address, len), 0);
    assert_int_equal(listen(silent->listener, 0), 0);
    assert_int_equal(
        getsockname(silent->listener, (struct sockaddr *)&address, &len), 0);
    for (size_t i = 0; i < ARRAY_LEN(silent->fillers); i++) {
        silent->fillers[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        (void)connect(
            silent->fillers[i], (struct sockaddr *)&address, sizeof(address));
    }
    (void)snprintf(silent->url, sizeof(silent->url), "http://127.0.0.1:%u",
        ntohs(address.sin_port));
}

static void
silent_reset(struct silent *silent)
{
    for (size_t i = 0; i < ARRAY_LEN(silent->fillers); i++)
        (void)close(silent->fillers[i]);
    (void)close(silent->listener);
}

static void
a_silent_address_costs_a_part_of_the_time(void **state)
{
    (void)state;
    struct fixture f;
    struct silent silent;
    struct test_call call;
    struct shown shown = { NULL };
    fixture_init(&f, show, &shown);
    fixture_works(&f);
    struct resources before = count_resources();
    silent_init(&silent);
    fixture_client(&f, (struct kms_options){ .endpoint = span_text(silent.url),
                           .retry_max_attempts = 2 });
    fixture_encrypt(&f, &call, 1900);
    assert_int_equal(call.failure, KMS_FAILURE_TIMEOUT);
    assert_int_equal(call.attempts, 2);
    test_call_reset(&call);
    /* The retry took ten tokens: there are not enough for another, so it gets
     * all that is left. */
    fixture_client(&f, (struct kms_options){ .endpoint = span_text(silent.url),
                           .retry_tokens = 15 });
    fixture_encrypt(&f, &call, 2900);
    assert_int_equal(call.failure, KMS_FAILURE_TIMEOUT);
    assert_int_equal(call.attempts, 2);
    test_call_reset(&call);
    silent_reset(&silent);
    fixture_client(&f, (struct kms_options){ 0 });
    fixture_works(&f);
    assert_nothing_left(before);
    fixture_reset(&f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fault_has_its_failure_and_leaves_nothing),
        cmocka_unit_test(names_that_are_not_known_leave_nothing),
        cmocka_unit_test(a_refused_connection_leaves_nothing),
        cmocka_unit_test(a_silent_address_costs_a_part_of_the_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
