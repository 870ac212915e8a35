/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a request pays for faults while no rule is armed: instructions, counted
 * by callgrind, which counts the same on every run. The program runs itself
 * under it, with faults and without, and compares.
 */
#include "faults/faults.h"
#include "net/transport.h"
#include "support_api.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { REQUESTS = 2000, LIMIT = 200, COMMAND_MAX = 512, LINE_MAX_LEN = 512 };

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define IS_SANITIZED 1
#endif
#endif
#ifndef IS_SANITIZED
#define IS_SANITIZED 0
#endif

static unsigned answered;

static void
on_done(void *context, struct service_answer *answer)
{
    (void)context;
    answered += answer->http_status == 200;
}

/* As http/ asks: before a request, and when it is answered. */
static void
ask_hooks(const struct http_hooks *hooks, struct net_raws *raws,
    const struct service_request *request)
{
    struct service_answer answer = { .operation = "" };
    struct net_raw_plan plan = { .piece = 0 };
    if (hooks == NULL)
        return;
    uint64_t moment = net_raws_moment(raws);
    if (hooks->on_head(hooks->context, request, &plan))
        answered = 0;
    moment += net_raws_moment(raws);
    if (hooks->on_answer(hooks->context, request, &answer, &plan))
        answered = (unsigned)moment;
}

/* What is counted: not inlined, since callgrind is told its name. */
void serve_counted(struct service *service, const struct http_hooks *hooks,
    struct net_raws *raws, const struct service_request *request);
__attribute__((noinline)) void
serve_counted(struct service *service, const struct http_hooks *hooks,
    struct net_raws *raws, const struct service_request *request)
{
    ask_hooks(hooks, raws, request);
    service_handle(service, request, on_done, NULL);
}

static void
serve_all(struct service *service, const struct http_hooks *hooks,
    struct net_raws *raws)
{
    static const struct sigv4_header headers[] = {
        { SPAN_INIT("host"), SPAN_INIT("kms") },
        { SPAN_INIT("content-type"), SPAN_INIT("application/x-amz-json-1.1") },
        { SPAN_INIT("x-amz-target"), SPAN_INIT("TrentService.ListKeys") },
        { SPAN_INIT("x-amz-date"), SPAN_INIT("20261118T120000Z") },
        { SPAN_INIT("authorization"),
            SPAN_INIT("AWS4-HMAC-SHA256 Credential=" API_ACCOUNT
                      "/20261118/" API_REGION "/kms/aws4_request, "
                      "SignedHeaders=host;x-amz-date, Signature=00") },
    };
    const struct service_request request = {
        .wire = { .method = SPAN_LITERAL("POST"),
            .path = SPAN_LITERAL("/"),
            .headers = headers,
            .header_count = ARRAY_LEN(headers) },
        .body = SPAN_LITERAL("{}"),
        .request_id = SPAN_LITERAL("id"),
    };
    for (int i = 0; i < REQUESTS; i++)
        serve_counted(service, hooks, raws, &request);
}

/* The part that callgrind looks at. */
static int
serve(bool with_faults)
{
    struct api api;
    struct faults *faults = NULL;
    struct net_transport *transport = NULL;
    api_start(&api, NULL);
    const struct faults_options options = { .seed = 1 };
    assert_ok(faults_new(&options, &faults));
    assert_ok(net_transport_new(&net_relays_default, &transport));
    api.hooks = with_faults ? faults_service_hooks(faults) : NULL;
    api_restart(&api);
    serve_all(api.service, with_faults ? faults_http_hooks(faults) : NULL,
        net_transport_raws(transport));
    faults_stop(faults);
    api_stop(&api);
    net_transport_free(transport);
    faults_free(faults);
    return answered == REQUESTS ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* Instructions; 0 where valgrind did not run or the program failed. */
static uint64_t
count(const char *self, const char *mode)
{
    char command[COMMAND_MAX], line[LINE_MAX_LEN];
    const char *place;
    uint64_t collected = 0;
    (void)snprintf(command, sizeof(command),
        "valgrind --tool=callgrind --callgrind-out-file=/dev/null "
        "--toggle-collect=serve_counted '%s' %s 2>&1",
        self, mode);
    FILE *output = popen(command, "r");
    if (output == NULL)
        return 0;
    while (fgets(line, sizeof(line), output) != NULL)
        if ((place = strstr(line, "Collected : ")) != NULL)
            collected = strtoull(place + strlen("Collected : "), NULL, 10);
    return pclose(output) == 0 ? collected : 0;
}

static int
skip_all(const char *reason)
{
    (void)printf("1..0 # SKIP %s\n", reason);
    return EXIT_SUCCESS;
}

int
main(int argc, char **argv)
{
    if (argc == 2)
        return serve(strcmp(argv[1], "with") == 0);
    if (IS_SANITIZED)
        return skip_all("valgrind does not run what a sanitizer is in");
    if (system("valgrind --version >/dev/null 2>&1") != 0)
        return skip_all("valgrind is not installed");
    uint64_t without = count(argv[0], "without");
    uint64_t with = count(argv[0], "with");
    int64_t each = ((int64_t)with - (int64_t)without) / REQUESTS;
    bool good = without > 0 && with > 0 && each <= LIMIT;
    (void)printf("1..1\n# %" PRId64 " instructions a request, %d allowed "
                 "(%" PRIu64 " without faults)\n%s 1 - no_rules_cost_next_to_"
                 "nothing\n",
        each, LIMIT, without / REQUESTS, good ? "ok" : "not ok");
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
