/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The floor under the emulator: its own net/ and http/ with a fixed answer of
 * the size of Encrypt's, and nothing behind them. Prints its port, serves
 * until SIGTERM.
 */
#include "http/server.h"
#include "net/listener.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static const char fixed[] =
    "{\"CiphertextBlob\":\"AQICAHhSsKPMVGGJIAmyUfl5T7pGvqpQX1nAVaQmnVYnB7wAAAAB"
    "5mhE2FgcGdBqKVD5hXKZAAAAvjCBuwYJKoZIhvcNAQcGoIGtMIGqAgEAMIGkBgkqhkiG9w0B"
    "BwEwHgYJYIZIAWUDBAEuMBEEDJpZrP1fZm3nNXhVQAIBEIB3fixedfixedfixedfixed\","
    "\"EncryptionAlgorithm\":\"SYMMETRIC_DEFAULT\",\"KeyId\":\"arn:aws:kms:"
    "us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab\"}";

static void
answer_fixed(void *context, const struct service_request *request,
    service_done_fn *done, void *done_context)
{
    struct service_answer answer = {
        .http_status = 200,
        .content_type = "application/x-amz-json-1.1",
        .operation = "Fixed",
    };
    (void)context;
    (void)request;
    if (buf_append_text(&answer.body, fixed) != STATUS_OK)
        answer.http_status = 500;
    done(done_context, &answer);
    buf_reset(&answer.body);
}

static enum status
serve(struct net_loop *loop, struct http_server **server,
    struct net_listener **listener)
{
    static struct http_metrics metrics;
    const struct http_options options = {
        .handler = answer_fixed,
        .metrics = &metrics,
        .random = random_system(),
        .limits = &http_limits_default,
        .threads = 2,
    };
    struct net_address address;
    enum status st = net_address_parse(SPAN_LITERAL("127.0.0.1:0"), &address);

    if (st == STATUS_OK)
        st = http_server_new(&options, loop, server);
    if (st == STATUS_OK)
        st = net_listener_new(
            loop, &address, http_server_take, *server, listener);
    if (st == STATUS_OK)
        st = net_loop_start(loop);
    return st;
}

int
main(void)
{
    struct net_loop *loop = NULL;
    struct http_server *server = NULL;
    struct net_listener *listener = NULL;
    sigset_t stop;
    int signal_number;

    (void)sigemptyset(&stop);
    (void)sigaddset(&stop, SIGTERM);
    (void)pthread_sigmask(SIG_BLOCK, &stop, NULL);
    enum status st = net_loop_new(&loop);

    if (st == STATUS_OK)
        st = serve(loop, &server, &listener);
    if (st != STATUS_OK) {
        fprintf(stderr, "floor_http: %s\n", status_text(st));
        return EXIT_FAILURE;
    }
    printf("%u\n",
        (unsigned)ntohs(net_listener_address(listener)->socket.v4.sin_port));
    (void)fflush(stdout);
    (void)sigwait(&stop, &signal_number);
    net_listener_free(listener);
    net_loop_stop(loop);
    http_server_free(server);
    net_loop_free(loop);
    return 0;
}
