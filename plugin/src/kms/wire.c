/* SPDX-License-Identifier: Apache-2.0 */
#include "kms/wire.h"

#include "base/clock.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { EVENTS_AT_ONCE = 64 };

struct wire {
    CURLM *multi;
    int epoll, wake; /* -1: none */
    struct clock clock;
    int64_t timer_ms; /* when libcurl wants to be called; INT64_MAX: not */
};

/* libcurl says which socket it waits for, and for what. */
static int
watch_socket(
    CURL *easy, curl_socket_t fd, int what, void *context, void *is_watched)
{
    struct wire *wire = context;
    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        (void)epoll_ctl(wire->epoll, EPOLL_CTL_DEL, fd, NULL);
        return 0;
    }
    struct epoll_event event = { .data.fd = fd };
    if ((what & CURL_POLL_IN) != 0)
        event.events |= EPOLLIN;
    if ((what & CURL_POLL_OUT) != 0)
        event.events |= EPOLLOUT;
    int change = is_watched == NULL ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
    if (epoll_ctl(wire->epoll, change, fd, &event) != 0)
        return -1;
    if (is_watched == NULL)
        (void)curl_multi_assign(wire->multi, fd, wire);
    return 0;
}

static int
set_timer(CURLM *multi, long timeout_ms, void *context)
{
    struct wire *wire = context;
    (void)multi;
    wire->timer_ms =
        timeout_ms < 0 ? INT64_MAX : clock_ms(&wire->clock) + timeout_ms;
    return 0;
}

static enum status
set_up(struct wire *wire, size_t connections)
{
    struct epoll_event event = { .events = EPOLLIN };
    if (wire->multi == NULL)
        return STATUS_NO_MEMORY;
    if (wire->epoll < 0 || wire->wake < 0)
        return STATUS_IO;
    event.data.fd = wire->wake;
    if (epoll_ctl(wire->epoll, EPOLL_CTL_ADD, wire->wake, &event) != 0)
        return STATUS_IO;
    CURLM *m = wire->multi;
    if (curl_multi_setopt(m, CURLMOPT_SOCKETFUNCTION, watch_socket) != 0 ||
        curl_multi_setopt(m, CURLMOPT_SOCKETDATA, wire) != 0 ||
        curl_multi_setopt(m, CURLMOPT_TIMERFUNCTION, set_timer) != 0 ||
        curl_multi_setopt(m, CURLMOPT_TIMERDATA, wire) != 0 ||
        curl_multi_setopt(m, CURLMOPT_PIPELINING, CURLPIPE_NOTHING) != 0 ||
        curl_multi_setopt(m, CURLMOPT_MAXCONNECTS, (long)connections) != 0)
        return STATUS_INTERNAL;
    return STATUS_OK;
}

enum status
wire_new(size_t connections, struct wire **out)
{
    struct wire *wire = calloc(1, sizeof(*wire));
    if (wire == NULL)
        return STATUS_NO_MEMORY;
    wire->clock = clock_monotonic();
    wire->timer_ms = INT64_MAX;
    wire->multi = curl_multi_init();
    wire->epoll = epoll_create1(EPOLL_CLOEXEC);
    wire->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    enum status st = set_up(wire, connections);
    if (st != STATUS_OK) {
        wire_free(wire);
        return st;
    }
    *out = wire;
    return STATUS_OK;
}

void
wire_free(struct wire *wire)
{
    if (wire == NULL)
        return;
    (void)curl_multi_cleanup(wire->multi);
    if (wire->epoll >= 0)
        (void)close(wire->epoll);
    if (wire->wake >= 0)
        (void)close(wire->wake);
    free(wire);
}

enum status
wire_add(struct wire *wire, CURL *easy)
{
    CURLMcode code = curl_multi_add_handle(wire->multi, easy);
    if (code == CURLM_OUT_OF_MEMORY)
        return STATUS_NO_MEMORY;
    return code == CURLM_OK ? STATUS_OK : STATUS_INTERNAL;
}

void
wire_remove(struct wire *wire, CURL *easy)
{
    (void)curl_multi_remove_handle(wire->multi, easy);
}

void
wire_wake(struct wire *wire)
{
    (void)eventfd_write(wire->wake, 1);
}

static void
run_timer(struct wire *wire)
{
    int running;
    if (wire->timer_ms > clock_ms(&wire->clock))
        return;
    wire->timer_ms = INT64_MAX; /* libcurl sets it again if it needs it */
    (void)curl_multi_socket_action(
        wire->multi, CURL_SOCKET_TIMEOUT, 0, &running);
}

static void
run_event(struct wire *wire, const struct epoll_event *event)
{
    int running, what = 0;
    eventfd_t count;
    if (event->data.fd == wire->wake) {
        (void)eventfd_read(wire->wake, &count);
        return;
    }
    if ((event->events & (EPOLLIN | EPOLLHUP)) != 0)
        what |= CURL_CSELECT_IN;
    if ((event->events & EPOLLOUT) != 0)
        what |= CURL_CSELECT_OUT;
    if ((event->events & EPOLLERR) != 0)
        what |= CURL_CSELECT_ERR;
    (void)curl_multi_socket_action(wire->multi, event->data.fd, what, &running);
}

/* Whether there were any. */
static bool
report_finished(struct wire *wire, wire_finished_fn *finished, void *context)
{
    int left;
    for (bool any = false;; any = true) {
        CURLMsg *message = curl_multi_info_read(wire->multi, &left);
        if (message == NULL)
            return any;
        CURL *easy = message->easy_handle;
        CURLcode code = message->data.result;
        wire_remove(wire, easy); /* frees the message */
        finished(context, easy, code);
    }
}

static int
timeout_until(const struct wire *wire, int64_t until_ms)
{
    int64_t now_ms = clock_ms(&wire->clock);
    if (wire->timer_ms < until_ms)
        until_ms = wire->timer_ms;
    if (until_ms == INT64_MAX)
        return -1;
    if (until_ms <= now_ms)
        return 0;
    return until_ms - now_ms > INT_MAX ? INT_MAX : (int)(until_ms - now_ms);
}

bool
wire_send(struct wire *wire, wire_finished_fn *finished, void *context)
{
    run_timer(wire);
    return report_finished(wire, finished, context);
}

void
wire_turn(struct wire *wire, int64_t until_ms, wire_finished_fn *finished,
    void *context)
{
    struct epoll_event events[EVENTS_AT_ONCE];
    int count = epoll_wait(
        wire->epoll, events, EVENTS_AT_ONCE, timeout_until(wire, until_ms));
    for (int i = 0; i < count; i++)
        run_event(wire, &events[i]);
    run_timer(wire);
    (void)report_finished(wire, finished, context);
}
