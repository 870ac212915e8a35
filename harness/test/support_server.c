/* SPDX-License-Identifier: Apache-2.0 */
#include "support_server.h"

#include "test/check.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct server {
    const char *answer;
    struct buf received;
    char url[64];
    int listener;
    int stop[2]; /* closing the second ends the thread */
    pthread_t thread;
};

/* True while there is something to do on `fd` and nobody wants us to stop. */
static bool
wait_for(const struct server *server, int fd)
{
    struct pollfd fds[2] = { { fd, POLLIN, 0 }, { server->stop[0], 0, 0 } };

    return poll(fds, 2, -1) > 0 && fds[1].revents == 0;
}

/* Whether all of the request is there, as its Content-Length has it. */
static bool
is_whole(struct span request)
{
    size_t head, at;

    if (!span_search(request, SPAN_LITERAL("\r\n\r\n"), &head))
        return false;
    if (!span_search(
            span_first(request, head), SPAN_LITERAL("Content-Length: "), &at))
        return true;
    return request.len >=
           head + 4 + strtoul((const char *)request.ptr + at + 16, NULL, 10);
}

static void
serve(struct server *server, int fd)
{
    char chunk[4096];

    buf_clear(&server->received);
    while (wait_for(server, fd)) {
        ssize_t got = recv(fd, chunk, sizeof(chunk), 0);

        if (got <= 0 || buf_append(&server->received,
                            span_of(chunk, (size_t)got)) != STATUS_OK)
            return;
        if (server->answer == NULL || !is_whole(buf_span(&server->received)))
            continue;
        (void)send(fd, server->answer, strlen(server->answer), MSG_NOSIGNAL);
        return;
    }
}

static void *
run(void *context)
{
    struct server *server = context;

    while (wait_for(server, server->listener)) {
        int fd = accept(server->listener, NULL, NULL);

        if (fd < 0)
            continue;
        serve(server, fd);
        close(fd);
    }
    return NULL;
}

struct server *
server_start(const char *answer)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof(address);
    struct server *server = calloc(1, sizeof(*server));

    assert_non_null(server);
    server->answer = answer;
    server->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(server->listener >= 0);
    assert_int_equal(
        bind(server->listener, (struct sockaddr *)&address, len), 0);
    assert_int_equal(listen(server->listener, 8), 0);
    assert_int_equal(
        getsockname(server->listener, (struct sockaddr *)&address, &len), 0);
    snprintf(server->url, sizeof(server->url), "http://127.0.0.1:%u",
        (unsigned)ntohs(address.sin_port));
    assert_int_equal(pipe(server->stop), 0);
    assert_int_equal(pthread_create(&server->thread, NULL, run, server), 0);
    return server;
}

const char *
server_url(const struct server *server)
{
    return server->url;
}

void
server_stop(struct server *server, struct buf *received)
{
    close(server->stop[1]);
    pthread_join(server->thread, NULL);
    close(server->stop[0]);
    close(server->listener);
    if (received != NULL)
        buf_take(received, &server->received);
    buf_reset(&server->received);
    free(server);
}
