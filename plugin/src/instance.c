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
    struct unix_socket_file file; /* does not change */
    struct rpc_server *server;
    struct acceptor *acceptor;
};

/* All that needs no thread of its own. */
static enum status
prepare(struct instance *i, const struct instance_options *options)
{
    i->crypt = options->crypt;
    const struct health_options health = {
        .crypt = &i->crypt,
        .version = options->health_version,
        .max_age_ms = options->health_cache_ms,
    };
    enum status st = health_new(&health, &i->health);
    i->service.crypt = &i->crypt;
    i->service.health = i->health;
    i->service.status_failure = options->status_failure;
    return st;
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

enum status
instance_new(const struct instance_options *options, struct instance **out,
    struct buf *problem)
{
    struct instance *i = calloc(1, sizeof(*i));
    if (i == NULL)
        return STATUS_NO_MEMORY;
    enum status st = unix_socket_new(options->path, &i->socket);
    if (st != STATUS_OK)
        buf_say(problem, "cannot listen on %s: %s", options->path,
            unix_socket_problem(st));
    else {
        st = prepare(i, options);
        if (st == STATUS_OK)
            st = start_server(i);
        if (st != STATUS_OK)
            buf_say(problem, "cannot serve on %s: %s", options->path,
                status_text(st));
    }
    if (st == STATUS_OK) {
        i->file = unix_socket_file(i->socket);
        *out = i;
        return STATUS_OK;
    }
    unix_socket_free(i->socket);
    instance_free(i);
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
    enum status st = health_start(i->health);
    if (st == STATUS_OK)
        st = acceptor_new(unix_socket_fd(i->socket), take_connection, i->server,
            &i->acceptor);
    return st;
}

struct health *
instance_health(const struct instance *i)
{
    return i->health;
}

bool
instance_is_reachable(const struct instance *i)
{
    return unix_socket_file_is_there(&i->file);
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
instance_stop(struct instance *i, int64_t grace_ms, int64_t cancel_ms)
{
    enum status st = rpc_server_stop(i->server, grace_ms, cancel_ms);
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
