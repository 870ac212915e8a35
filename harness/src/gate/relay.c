/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/relay.h"

#include "base/random.h"
#include "gate/message.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { FLOOD_BYTES = 256 * 1024, LOOK_MS = 20 };

struct relay {
    struct relay_plan *plan;
    int client;
    _Atomic int *backend;
    struct buf request, answer;
};

/* The same number of the same seed gives the same. */
static unsigned
draw_percent(uint64_t seed, uint64_t number)
{
    struct random_seeded state = { seed ^ (number * 0x9e3779b97f4a7c15U) };
    struct random random = random_seeded(&state);
    uint32_t drawn = 0;
    (void)!random_fill(&random, (uint8_t *)&drawn, sizeof(drawn));
    return drawn % 100;
}

static enum gate_fault
draw(struct relay_plan *plan)
{
    uint64_t number = plan->drawn++;
    enum gate_fault fault = (enum gate_fault)plan->fault;
    if (draw_percent(plan->seed, number) >= plan->percent)
        fault = GATE_NONE;
    plan->counts[fault]++;
    return fault;
}

static int
connect_backend(uint16_t port)
{
    const struct sockaddr_in address = { .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (const struct sockaddr *)(const void *)&address,
                       sizeof(address)) == 0)
        return fd;
    if (fd >= 0)
        (void)close(fd);
    return -1;
}

static enum status
ask_backend(struct relay *r)
{
    if (*r->backend < 0)
        *r->backend = connect_backend(r->plan->backend_port);
    if (*r->backend < 0)
        return STATUS_UNAVAILABLE;
    enum status st = message_write(*r->backend, buf_span(&r->request));
    return st == STATUS_OK ? message_read(*r->backend, &r->answer) : st;
}

/* The client gets a reset, not an orderly end. */
static enum status
close_hard(struct relay *r)
{
    const struct linger linger = { .l_onoff = 1, .l_linger = 0 };
    (void)setsockopt(r->client, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
    return STATUS_CANCELLED;
}

/* Until the fault is another, or the client gives up. */
static enum status
hold(struct relay *r)
{
    struct pollfd client = { .fd = r->client, .events = POLLIN };
    while (r->plan->fault == GATE_SILENT && poll(&client, 1, LOOK_MS) == 0)
        ;
    return STATUS_CANCELLED;
}

static enum status
pass(struct relay *r, int64_t delay_ms)
{
    const struct timespec delay = { delay_ms / 1000,
        delay_ms % 1000 * 1000000 };
    enum status st = ask_backend(r);
    if (st == STATUS_OK && delay_ms > 0)
        (void)nanosleep(&delay, NULL);
    return st == STATUS_OK ? message_write(r->client, buf_span(&r->answer))
                           : st;
}

static enum status
pass_half(struct relay *r)
{
    enum status st = ask_backend(r);
    if (st == STATUS_OK)
        st = message_write(
            r->client, span_first(buf_span(&r->answer), r->answer.len - 20));
    return st == STATUS_OK ? STATUS_CANCELLED : st;
}

static enum status
answer_own(struct relay *r, const struct fault *fault)
{
    buf_clear(&r->answer);
    enum status st = buf_printf(&r->answer,
        "HTTP/1.1 %s\r\n%s%s%sContent-Length: %zu\r\n\r\n%s", fault->status,
        fault->type == NULL ? "" : "Content-Type: ",
        fault->type == NULL ? "" : fault->type,
        fault->type == NULL ? "" : "\r\n", strlen(fault->body), fault->body);
    return st == STATUS_OK ? message_write(r->client, buf_span(&r->answer))
                           : st;
}

/* The head of an answer of KMS and a string that does not end. */
static enum status
flood(struct relay *r)
{
    char part[1024];
    memset(part, 'A', sizeof(part));
    enum status st = message_write(r->client,
        SPAN_LITERAL("HTTP/1.1 200 OK\r\nContent-Type: "
                     "application/x-amz-json-1.1\r\nConnection: close\r\n\r\n"
                     "{\"CiphertextBlob\":\""));
    for (size_t sent = 0; sent < FLOOD_BYTES && st == STATUS_OK;
         sent += sizeof(part))
        st = message_write(r->client, span_of(part, sizeof(part)));
    return st == STATUS_OK ? STATUS_CANCELLED : st;
}

static enum status
serve(struct relay *r)
{
    const struct fault *fault = &gate_faults[draw(r->plan)];
    switch (fault->action) {
    case FAULT_PASS:
        return pass(r, 0);
    case FAULT_DELAY:
        return pass(r, FAULT_SLOW_MS);
    case FAULT_HALF:
        return pass_half(r);
    case FAULT_ANSWER:
        return answer_own(r, fault);
    case FAULT_FLOOD:
        return flood(r);
    case FAULT_HOLD:
        return hold(r);
    case FAULT_UNLISTEN:
    case FAULT_CLOSE_HARD:
        break;
    }
    return close_hard(r);
}

void
relay_run(struct relay_plan *plan, int client_fd, _Atomic int *backend_fd)
{
    struct relay r = {
        .plan = plan, .client = client_fd, .backend = backend_fd
    };
    enum status st = STATUS_OK;
    while (st == STATUS_OK) {
        st = message_read(client_fd, &r.request);
        if (st == STATUS_OK)
            st = serve(&r);
    }
    buf_reset(&r.request);
    buf_reset(&r.answer);
}
