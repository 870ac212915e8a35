/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The floor under the plugin: its own gRPC server with handlers that give the
 * message back. Serves on the unix socket argv[1] until SIGTERM.
 */
#define _GNU_SOURCE /* accept4 */
#include "grpc/rpc_server.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void
echo(void *context, struct rpc_call *call, struct span message)
{
    struct buf answer = { 0 };
    (void)context;
    if (buf_append(&answer, message) == STATUS_OK)
        rpc_call_answer(call, &answer);
    else
        rpc_call_fail(call, GRPC_CODE_INTERNAL, SPAN_LITERAL("no memory"));
    buf_reset(&answer);
}

static int
listen_on(const char *path)
{
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || strlen(path) >= sizeof(at.sun_path))
        return -1;
    memcpy(at.sun_path, path, strlen(path));
    if (bind(fd, (struct sockaddr *)&at, sizeof(at)) != 0 ||
        listen(fd, 64) != 0) {
        (void)close(fd);
        return -1;
    }
    return fd;
}

/* Accepts until SIGTERM comes. */
static void
serve(struct rpc_server *server, int listener, int signals)
{
    struct pollfd fds[] = { { .fd = listener, .events = POLLIN },
        { .fd = signals, .events = POLLIN } };

    while (poll(fds, 2, -1) > 0 && fds[1].revents == 0) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0)
            rpc_server_add_connection(server, fd);
    }
}

int
main(int argc, char **argv)
{
    static const struct rpc_method methods[] = {
        { "/v2.KeyManagementService/Encrypt", echo },
        { "/v2.KeyManagementService/Decrypt", echo },
    };
    const struct rpc_server_options options = {
        .methods = methods,
        .method_count = ARRAY_LEN(methods),
        .message_max = 65536,
    };
    struct rpc_server *server = NULL;
    sigset_t stop;

    (void)sigemptyset(&stop);
    (void)sigaddset(&stop, SIGTERM);
    (void)pthread_sigmask(SIG_BLOCK, &stop, NULL);
    int signals = signalfd(-1, &stop, SFD_CLOEXEC);
    int listener = argc == 2 ? listen_on(argv[1]) : -1;

    if (listener < 0 || rpc_server_new(&options, &server) != STATUS_OK) {
        fprintf(stderr, "floor_grpc: cannot serve on %s\n",
            argc == 2 ? argv[1] : "(no socket given)");
        return EXIT_FAILURE;
    }
    puts("ready");
    (void)fflush(stdout);
    serve(server, listener, signals);
    (void)close(listener);
    if (rpc_server_stop(server, 1000, 1000) == STATUS_OK)
        rpc_server_free(server);
    return 0;
}
