/* SPDX-License-Identifier: Apache-2.0 */
#include "instance.h"

#include "socket/acceptor.h"
#include "socket/unix_socket.h"

#include <stdlib.h>

struct instance {
    struct crypt crypt;
    struct service service;
    struct health *health;
    struct unix_socket *socket;
    struct rpc_server *server;
    struct acceptor *acceptor;
};

static enum status
start_health(struct instance *i, const struct instance_options *options)
{
    const struct health_options health = {
        .crypt = &i->crypt,
        .version = options->health_version,
        .max_age_ms = options->health_cache_ms,
    };
    return health_new(&health, &i->health);
}

static enum status
start_server(struct instance *i)
{
    const struct rpc_server_options server = {
        .methods = service_methods,
        .method_count = SERVICE_METHOD_COUNT,
        .context = &i->service,
        .message_max = SERVICE_MESSAGE_MAX,
    };
    return rpc_server_new(&server, &i->server);
}

static enum status
start(struct instance *i, const struct instance_options *options)
{
    enum status st = start_server(i);
    if (st != STATUS_OK)
        return st;
    /* Last, as its first probe ends only with the client of KMS. */
    st = start_health(i, options);
    if (st != STATUS_OK && rpc_server_stop(i->server, 0) == STATUS_OK)
        rpc_server_free(i->server);
    return st;
}

enum status
instance_new(const struct instance_options *options, struct instance **out,
    struct buf *problem)
{
    struct instance *i = calloc(1, sizeof(*i));
    if (i == NULL)
        return STATUS_NO_MEMORY;
    i->crypt = options->crypt;
    i->service.crypt = &i->crypt;
    i->service.status_failure = options->status_failure;
    enum status st = unix_socket_new(options->path, &i->socket);
    if (st != STATUS_OK) {
        buf_say(problem, "cannot listen on %s: %s", options->path,
            unix_socket_problem(st));
        free(i);
        return st;
    }
    st = start(i, options);
    if (st == STATUS_OK) {
        i->service.health = i->health;
        *out = i;
        return STATUS_OK;
    }
    buf_say(problem, "cannot serve on %s: %s", options->path, status_text(st));
    unix_socket_free(i->socket);
    free(i);
    return st;
}

static void
take_connection(void *server, int fd)
{
    rpc_server_add_connection(server, fd);
}

enum status
instance_accept(struct instance *i)
{
    return acceptor_new(
        unix_socket_fd(i->socket), take_connection, i->server, &i->acceptor);
}

struct health *
instance_health(const struct instance *i)
{
    return i->health;
}

void
instance_refuse(struct instance *i)
{
    acceptor_free(i->acceptor);
    i->acceptor = NULL;
    unix_socket_free(i->socket);
    i->socket = NULL;
}

enum status
instance_stop(struct instance *i, int64_t grace_ms)
{
    enum status st = rpc_server_stop(i->server, grace_ms);
    health_stop(i->health);
    return st;
}

void
instance_free(struct instance *i)
{
    if (i == NULL)
        return;
    rpc_server_free(i->server);
    health_free(i->health);
    free(i);
}
