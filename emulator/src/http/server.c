/* SPDX-License-Identifier: Apache-2.0 */
#include "http/server_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

const struct http_limits http_limits_default = {
    .connections = 1000,
    .body = 1024 * 1024,
    .idle_ms = 60 * 1000,
    .request_ms = 30 * 1000,
    .answer_ms = 30 * 1000,
};

enum {
    /* One connection's parse buffer: HTTP_HEAD_MAX and what libmicrohttpd
     * adds for each header. It is cleared after each request, and above
     * 32 KiB it is mapped and so goes back to the kernel: no plaintext stays
     * (see test_http_memory). */
    CONNECTION_MEMORY = 36 * 1024,
    /* Connections that are cut and not yet closed stand beside the limit. */
    CONNECTIONS_SPARE = 64,
    STACK_SIZE = 512 * 1024,
    STOP_STEP_MS = 2,
    /* For libmicrohttpd's threads to see what they were handed: its stop looks
     * for the rest without a lock. Those it has no memory for are never seen.
     */
    ENTER_MS = 1000,
};

static void
on_peers(void *context)
{
    struct http_server *server = context;
    http_waiting_peers(&server->waiting);
}

static bool
on_tick(void *context)
{
    struct http_server *server = context;
    uint64_t now_us = http_metrics_now_us();
    http_waiting_expire(&server->waiting, now_us);
    return http_connections_expire(&server->connections, now_us);
}

static struct MHD_Daemon *
start_daemon(struct http_server *server, unsigned threads)
{
    struct MHD_OptionItem items[] = {
        { MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)http_callbacks_connection,
            server },
        { MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)http_callbacks_begin, server },
        { MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)http_callbacks_end, server },
        { MHD_OPTION_CONNECTION_LIMIT,
            (intptr_t)(server->limits.connections + CONNECTIONS_SPARE) *
                (intptr_t)threads,
            NULL },
        { MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY, NULL },
        { MHD_OPTION_THREAD_STACK_SIZE, STACK_SIZE, NULL },
        { MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL }, /* Host is a must */
        /* A pool of one is refused: there the daemon has a single thread. */
        { threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END,
            (intptr_t)threads, NULL },
        { MHD_OPTION_END, 0, NULL },
    };
    return MHD_start_daemon(MHD_USE_NO_LISTEN_SOCKET |
                                MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC |
                                MHD_ALLOW_SUSPEND_RESUME,
        0, NULL, NULL, http_callbacks_access, server, MHD_OPTION_ARRAY, items,
        MHD_OPTION_END);
}

enum status
http_server_new(const struct http_options *options, struct net_loop *loop,
    struct http_server **out)
{
    struct http_server *server = calloc(1, sizeof(*server));
    if (server == NULL)
        return STATUS_NO_MEMORY;
    server->handler = options->handler;
    server->context = options->context;
    server->metrics = options->metrics;
    server->random = options->random;
    server->limits = *options->limits;
    server->loop = loop;
    server->hooks = options->hooks;
    server->raws = options->raws;
    (void)pthread_mutex_init(&server->taking, NULL);
    enum status st = http_connections_init(
        &server->connections, server->limits.connections, server->metrics);
    if (st != STATUS_OK)
        goto out;
    st = http_waiting_init(&server->waiting, server->metrics);
    if (st != STATUS_OK) {
        http_connections_reset(&server->connections);
        goto out;
    }
    errno = 0;
    server->daemon = start_daemon(server, options->threads);
    if (server->daemon == NULL)
        st = status_from_errno(errno);
    /* Last: the loop keeps it. Nobody is let in before the loop runs. */
    if (st == STATUS_OK)
        st = net_loop_add(loop, &(struct net_source){
                                    .fd = server->waiting.peers_fd,
                                    .ready = on_peers,
                                    .tick = on_tick,
                                    .context = server,
                                });
    if (st != STATUS_OK) {
        http_server_free(server);
        return st;
    }
    *out = server;
    return STATUS_OK;

out:
    (void)pthread_mutex_destroy(&server->taking);
    free(server);
    return st;
}

static void
hand_over(struct http_server *server, int fd, const struct net_address *peer)
{
    server->entering++;
    /* Closes fd where it fails. */
    if (MHD_add_connection(server->daemon, fd, &peer->socket.any, peer->len) ==
        MHD_YES)
        return;
    server->entering--;
    server->metrics->connections_refused++;
}

void
http_server_take(void *server, int fd, const struct net_address *peer)
{
    struct http_server *s = server;
    s->metrics->connections_accepted++;
    (void)pthread_mutex_lock(&s->taking);
    if (s->stopping || !http_connections_admit(&s->connections)) {
        s->metrics->connections_refused++; /* before its client can tell */
        (void)close(fd);
    } else {
        hand_over(s, fd, peer);
    }
    (void)pthread_mutex_unlock(&s->taking);
}

static void
sleep_ms(long ms)
{
    struct timespec time = { ms / 1000, ms % 1000 * 1000000 };
    (void)nanosleep(&time, NULL);
}

static void
await_none(const _Atomic int64_t *count, uint64_t patience_ms)
{
    for (uint64_t ms = 0; *count > 0 && ms < patience_ms; ms += STOP_STEP_MS)
        sleep_ms(STOP_STEP_MS);
}

void
http_server_stop(struct http_server *server, uint64_t grace_ms)
{
    if (server->daemon == NULL)
        return;
    (void)pthread_mutex_lock(&server->taking);
    server->stopping = true;
    (void)pthread_mutex_unlock(&server->taking);
    await_none(&server->entering, ENTER_MS);
    await_none(&server->metrics->requests_running, grace_ms);
    http_waiting_close(&server->waiting);
    MHD_stop_daemon(server->daemon);
    server->daemon = NULL;
}

void
http_server_free(struct http_server *server)
{
    if (server == NULL)
        return;
    http_server_stop(server, 0);
    http_waiting_reset(&server->waiting);
    http_connections_reset(&server->connections);
    (void)pthread_mutex_destroy(&server->taking);
    free(server);
}
