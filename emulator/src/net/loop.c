/* SPDX-License-Identifier: Apache-2.0 */
#include "net/loop.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct net_loop {
    struct net_source sources[NET_LOOP_SOURCES];
    size_t count;
    bool paused[NET_LOOP_SOURCES]; /* for one tick */
    int wake_fd;
    _Atomic bool stopping;
    bool started;
    pthread_t thread;
};

enum status
net_loop_new(struct net_loop **out)
{
    struct net_loop *loop = calloc(1, sizeof(*loop));
    if (loop == NULL)
        return STATUS_NO_MEMORY;
    loop->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (loop->wake_fd < 0) {
        enum status st = status_from_errno(errno);
        free(loop);
        return st;
    }
    *out = loop;
    return STATUS_OK;
}

enum status
net_loop_add(struct net_loop *loop, const struct net_source *source)
{
    if (loop->count == NET_LOOP_SOURCES)
        return STATUS_FULL;
    loop->sources[loop->count++] = *source;
    return STATUS_OK;
}

/* poll skips entries whose descriptor is negative. True: a pause must end. */
static bool
fill(struct net_loop *loop, struct pollfd *fds)
{
    bool paused = false;
    for (size_t i = 0; i < loop->count; i++) {
        const struct net_source *s = &loop->sources[i];
        bool skip = loop->paused[i] || (s->muted != NULL && *s->muted);
        fds[i] = (struct pollfd){ .fd = skip ? -1 : s->fd, .events = POLLIN };
        paused = paused || loop->paused[i];
        loop->paused[i] = false;
    }
    fds[loop->count] = (struct pollfd){ loop->wake_fd, POLLIN, 0 };
    return paused;
}

static bool
tick_all(const struct net_loop *loop)
{
    bool again = false;
    for (size_t i = 0; i < loop->count; i++) {
        const struct net_source *s = &loop->sources[i];
        if (s->tick != NULL && s->tick(s->context))
            again = true;
    }
    return again;
}

static void *
run(void *context)
{
    struct net_loop *loop = context;
    struct pollfd fds[NET_LOOP_SOURCES + 1];
    bool ticking = false;
    while (!loop->stopping) {
        bool timed = fill(loop, fds) || ticking;
        (void)poll(fds, loop->count + 1, timed ? NET_LOOP_TICK_MS : -1);
        uint64_t counter;
        if ((fds[loop->count].revents & POLLIN) != 0)
            (void)!read(loop->wake_fd, &counter, sizeof(counter));
        for (size_t i = 0; i < loop->count; i++)
            if (fds[i].revents != 0)
                loop->sources[i].ready(loop->sources[i].context);
        ticking = tick_all(loop);
    }
    return NULL;
}

enum status
net_loop_start(struct net_loop *loop)
{
    int error = pthread_create(&loop->thread, NULL, run, loop);
    if (error != 0)
        return status_from_errno(error);
    loop->started = true;
    return STATUS_OK;
}

void
net_loop_wake(struct net_loop *loop)
{
    const uint64_t one = 1;
    (void)!write(loop->wake_fd, &one, sizeof(one));
}

void
net_loop_pause(struct net_loop *loop, int fd)
{
    for (size_t i = 0; i < loop->count; i++)
        if (loop->sources[i].fd == fd)
            loop->paused[i] = true;
}

void
net_loop_stop(struct net_loop *loop)
{
    if (!loop->started)
        return;
    loop->stopping = true;
    net_loop_wake(loop);
    (void)pthread_join(loop->thread, NULL);
    loop->started = false;
}

void
net_loop_free(struct net_loop *loop)
{
    if (loop == NULL)
        return;
    net_loop_stop(loop);
    (void)close(loop->wake_fd);
    free(loop);
}
