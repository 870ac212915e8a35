/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* accept4 */
#include "proxy/loop.h"

#include "base/clock.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    WAKE,
    LISTEN,
    FIRST_LINK,
    FDS_MAX = FIRST_LINK + LOOP_LINKS_MAX * LINK_FDS,
    NO_ROOM_PAUSE_MS = 100,
    LONGEST_MS = 60 * 1000,
};

struct loop {
    struct loop_hooks hooks;
    int listen_fd, wake_fd;
    pthread_t thread;
    pthread_mutex_t lock; /* held while links are served, not while polling */
    bool stopping;
    int64_t accept_again_ms; /* no descriptors were left */
    uint64_t connections;
    size_t count;
    struct link *links[LOOP_LINKS_MAX];
    struct pollfd fds[FDS_MAX];
};

/* ---- connections ----------------------------------------------------------
 */

static void
add_link(struct loop *loop, int fd)
{
    void *context = loop->hooks.link.context;
    struct strike drop = { .kind = STRIKE_NONE };
    struct link *link = NULL;

    loop->connections++;
    if (loop->hooks.take != NULL) {
        loop->hooks.take(context, fd);
        return;
    }
    loop->hooks.connection(context, &drop);
    if (link_new(fd, &drop, &loop->hooks.link, &link) == STATUS_OK)
        loop->links[loop->count++] = link;
    strike_reset(&drop);
}

static void
accept_all(struct loop *loop, int64_t now)
{
    while (loop->count < LOOP_LINKS_MAX) {
        int fd =
            accept4(loop->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (fd >= 0) {
            add_link(loop, fd);
            continue;
        }
        if (errno == EINTR || errno == ECONNABORTED)
            continue;
        if (errno != EAGAIN)
            loop->accept_again_ms = now + NO_ROOM_PAUSE_MS;
        return;
    }
}

/* In the order in which they were polled; those that are over go last. */
static void
serve_links(struct loop *loop, int64_t now)
{
    size_t kept = 0;

    for (size_t i = 0; i < loop->count; i++) {
        struct link *link = loop->links[i];
        const struct pollfd *fds = &loop->fds[FIRST_LINK + i * LINK_FDS];

        if (link_serve(link, now, fds))
            loop->links[kept++] = link;
        else
            link_free(link);
    }
    loop->count = kept;
}

/* ---- the thread -----------------------------------------------------------
 */

/* With the lock held. Gives how many milliseconds there is nothing to do. */
static int
prepare(struct loop *loop, size_t *fd_count)
{
    int64_t now = clock_monotonic_ms(), next_ms = now + LONGEST_MS;
    bool accepts = loop->count < LOOP_LINKS_MAX && now >= loop->accept_again_ms;

    loop->fds[WAKE] = (struct pollfd){ loop->wake_fd, POLLIN, 0 };
    loop->fds[LISTEN] =
        (struct pollfd){ accepts ? loop->listen_fd : -1, POLLIN, 0 };
    if (!accepts && loop->accept_again_ms > now)
        next_ms = loop->accept_again_ms;
    for (size_t i = 0; i < loop->count; i++) {
        int64_t at_ms = link_prepare(
            loop->links[i], now, &loop->fds[FIRST_LINK + i * LINK_FDS]);
        if (at_ms < next_ms)
            next_ms = at_ms;
    }
    *fd_count = FIRST_LINK + loop->count * LINK_FDS;
    return next_ms <= now ? 0 : (int)(next_ms - now);
}

static void
read_wake(struct loop *loop)
{
    uint64_t value;

    if (loop->fds[WAKE].revents != 0)
        (void)!read(loop->wake_fd, &value, sizeof(value));
}

static void *
run(void *context)
{
    struct loop *loop = context;

    (void)pthread_mutex_lock(&loop->lock);
    while (!loop->stopping) {
        size_t fd_count;
        int wait_ms = prepare(loop, &fd_count);

        (void)pthread_mutex_unlock(&loop->lock);
        int ready = poll(loop->fds, fd_count, wait_ms);
        (void)pthread_mutex_lock(&loop->lock);
        if (ready < 0 && errno != EINTR)
            break;
        if (ready < 0)
            continue;
        read_wake(loop);
        serve_links(loop, clock_monotonic_ms());
        if (loop->fds[LISTEN].revents != 0)
            accept_all(loop, clock_monotonic_ms());
    }
    (void)pthread_mutex_unlock(&loop->lock);
    return NULL;
}

static void
wake(struct loop *loop)
{
    const uint64_t one = 1;

    while (write(loop->wake_fd, &one, sizeof(one)) < 0 && errno == EINTR)
        continue;
}

enum status
loop_new(int listen_fd, const struct loop_hooks *hooks, struct loop **out)
{
    struct loop *loop = calloc(1, sizeof(*loop));

    if (loop == NULL)
        return STATUS_NO_MEMORY;
    loop->hooks = *hooks;
    loop->listen_fd = listen_fd;
    loop->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    (void)pthread_mutex_init(&loop->lock, NULL);
    if (loop->wake_fd >= 0 &&
        pthread_create(&loop->thread, NULL, run, loop) == 0) {
        *out = loop;
        return STATUS_OK;
    }
    if (loop->wake_fd >= 0)
        (void)close(loop->wake_fd);
    (void)pthread_mutex_destroy(&loop->lock);
    free(loop);
    return STATUS_NO_MEMORY; /* of the kernel, or too many threads or files */
}

void
loop_release(struct loop *loop)
{
    (void)pthread_mutex_lock(&loop->lock);
    for (size_t i = 0; i < loop->count; i++)
        link_release(loop->links[i]);
    (void)pthread_mutex_unlock(&loop->lock);
    wake(loop);
}

struct loop_counts
loop_count(struct loop *loop)
{
    (void)pthread_mutex_lock(&loop->lock);
    struct loop_counts counts = { loop->connections, loop->count };
    (void)pthread_mutex_unlock(&loop->lock);
    return counts;
}

void
loop_free(struct loop *loop)
{
    if (loop == NULL)
        return;
    (void)pthread_mutex_lock(&loop->lock);
    loop->stopping = true;
    (void)pthread_mutex_unlock(&loop->lock);
    wake(loop);
    (void)pthread_join(loop->thread, NULL);
    (void)close(loop->wake_fd);
    for (size_t i = 0; i < loop->count; i++)
        link_free(loop->links[i]);
    (void)pthread_mutex_destroy(&loop->lock);
    free(loop);
}
