/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* accept4 */
#include "socket/acceptor.h"

#include "base/log.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { NO_ROOM_PAUSE_MS = 100 };

struct acceptor {
    int listen_fd;
    int stop_fd;
    acceptor_take_fn *take;
    void *context;
    pthread_t thread;
};

/* Once for each time that it begins and ends, not for each try. */
static void
tell_of_room(bool had_room, int error)
{
    if (error == 0 && !had_room)
        log_message(LOG_INFO, "connections are accepted again");
    if (error != 0 && had_room)
        log_event(LOG_WARN, "cannot accept connections; clients wait",
            log_text("cause", status_text(status_from_errno(error))),
            log_number("errno", error));
}

/* 0, or an errno where no descriptor or memory is left: trying again at once
 * would only burn the processor. */
static int
accept_all(const struct acceptor *a)
{
    for (;;) {
        int fd =
            accept4(a->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (fd >= 0) {
            a->take(a->context, fd);
            continue;
        }
        if (errno == EAGAIN)
            return 0;
        if (errno == EINTR || errno == ECONNABORTED)
            continue;
        return errno;
    }
}

static void *
accept_until_stopped(void *context)
{
    const struct acceptor *a = context;
    bool room = true;
    for (;;) {
        /* The descriptor to stop comes first: it alone is watched in a pause.
         */
        struct pollfd fds[2] = { { .fd = a->stop_fd, .events = POLLIN },
            { .fd = a->listen_fd, .events = POLLIN } };
        int ready = poll(fds, room ? 2 : 1, room ? -1 : NO_ROOM_PAUSE_MS);
        if (ready < 0 && errno != EINTR)
            return NULL;
        if (ready > 0 && fds[0].revents != 0) {
            (void)accept_all(a); /* who came before is still served */
            return NULL;
        }
        int error = accept_all(a);
        tell_of_room(room, error);
        room = error == 0;
    }
}

enum status
acceptor_new(
    int listen_fd, acceptor_take_fn *take, void *context, struct acceptor **out)
{
    struct acceptor *a = calloc(1, sizeof(*a));
    if (a == NULL)
        return STATUS_NO_MEMORY;
    *a = (struct acceptor){ .listen_fd = listen_fd,
        .stop_fd = eventfd(0, EFD_CLOEXEC),
        .take = take,
        .context = context };
    if (a->stop_fd >= 0 &&
        pthread_create(&a->thread, NULL, accept_until_stopped, a) == 0) {
        *out = a;
        return STATUS_OK;
    }
    if (a->stop_fd >= 0)
        (void)close(a->stop_fd);
    free(a);
    return STATUS_NO_MEMORY; /* of the kernel, or too many threads or files */
}

void
acceptor_free(struct acceptor *a)
{
    if (a == NULL)
        return;
    const uint64_t one = 1;
    /* An eventfd at zero always takes a one. */
    while (write(a->stop_fd, &one, sizeof(one)) < 0 && errno == EINTR)
        ;
    (void)pthread_join(a->thread, NULL);
    (void)close(a->stop_fd);
    free(a);
}
