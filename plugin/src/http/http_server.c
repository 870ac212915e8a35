/* SPDX-License-Identifier: Apache-2.0 */
#include "http/http_server.h"

#include "http/http_listen.h"

#include <microhttpd.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    CONNECTIONS_MAX = 64,
    /* One who opens connections and says nothing must not keep the kubelet
     * out: it would restart the plugin. */
    CONNECTIONS_OF_ONE_MAX = 16,
    IDLE_SECONDS = 10,
    CONNECTION_MEMORY = 8 * 1024,
};

struct http_server {
    struct http_options options;
    int listen_fd;
    struct MHD_Daemon *daemon;
};

/* Made when a request arrives, freed when libmicrohttpd is done with it. */
struct http_reply {
    struct MHD_Connection *connection;
    unsigned status;
    const char *content_type;
    struct buf body;
};

void
http_reply_send(struct http_reply *reply, unsigned status,
    const char *content_type, struct buf *body)
{
    reply->status = status;
    reply->content_type = content_type;
    buf_take(&reply->body, body);
    MHD_resume_connection(reply->connection);
}

struct span
http_request_header(struct http_reply *reply, const char *name)
{
    return span_text(
        MHD_lookup_connection_value(reply->connection, MHD_HEADER_KIND, name));
}

bool
http_request_asks(struct http_reply *reply, const char *name)
{
    const char *value;
    size_t len;
    return MHD_lookup_connection_value_n(reply->connection,
               MHD_GET_ARGUMENT_KIND, name, strlen(name), &value,
               &len) == MHD_YES;
}

static enum MHD_Result
queue_reply(struct MHD_Connection *connection, const struct http_reply *reply)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(
        reply->body.len, reply->body.ptr, MHD_RESPMEM_MUST_COPY);
    if (response == NULL)
        return MHD_NO;
    enum MHD_Result queued = MHD_NO;
    if (MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE,
            reply->content_type) == MHD_YES)
        queued = MHD_queue_response(connection, reply->status, response);
    MHD_destroy_response(response);
    return queued;
}

static void
refuse(struct http_reply *reply, unsigned status, const char *text)
{
    struct buf body = { 0 };
    buf_say(&body, "%s", text);
    http_reply_send(reply, status, "text/plain; charset=utf-8", &body);
    buf_reset(&body);
}

static void
route(const struct http_server *server, const char *method, const char *path,
    struct http_reply *reply)
{
    const struct http_options *o = &server->options;
    if (!o->any_method && strcmp(method, MHD_HTTP_METHOD_GET) != 0 &&
        strcmp(method, MHD_HTTP_METHOD_HEAD) != 0) {
        refuse(reply, MHD_HTTP_METHOD_NOT_ALLOWED, "only GET and HEAD\n");
        return;
    }
    for (size_t i = 0; i < o->route_count; i++)
        if (span_equal_text(o->routes[i].path, path)) {
            o->routes[i].handle(o->routes[i].context, reply);
            return;
        }
    refuse(reply, MHD_HTTP_NOT_FOUND, "404 page not found\n");
}

static enum MHD_Result
on_request(void *context, struct MHD_Connection *connection, const char *path,
    const char *method, const char *version UNUSED, const char *body UNUSED,
    size_t *body_len, void **state)
{
    const struct http_server *server = context;
    struct http_reply *reply = *state;
    if (reply != NULL && *body_len > 0) {
        *body_len = 0; /* nobody wants it */
        return MHD_YES;
    }
    if (reply != NULL)
        return queue_reply(connection, reply);
    reply = calloc(1, sizeof(*reply));
    if (reply == NULL)
        return MHD_NO;
    reply->connection = connection;
    *state = reply;
    /* Before the handler, which may send from another thread at once. */
    MHD_suspend_connection(connection);
    route(server, method, path, reply);
    return MHD_YES;
}

static void
on_completed(void *context UNUSED, struct MHD_Connection *connection UNUSED,
    void **state, enum MHD_RequestTerminationCode why UNUSED)
{
    struct http_reply *reply = *state;
    if (reply == NULL)
        return;
    buf_reset(&reply->body);
    free(reply);
    *state = NULL;
}

static enum status
start_daemon(struct http_server *server)
{
    unsigned flags =
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_ALLOW_SUSPEND_RESUME;
    server->daemon = MHD_start_daemon(flags, 0, NULL, NULL, on_request, server,
        MHD_OPTION_LISTEN_SOCKET, server->listen_fd,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)CONNECTIONS_OF_ONE_MAX,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL, MHD_OPTION_END);
    return server->daemon == NULL ? STATUS_NO_MEMORY : STATUS_OK;
}

enum status
http_server_new(const struct http_options *options, struct http_server **out)
{
    struct http_server *server = calloc(1, sizeof(*server));
    if (server == NULL)
        return STATUS_NO_MEMORY;
    server->options = *options;
    server->listen_fd = options->listen_fd;
    enum status st = start_daemon(server);
    if (st == STATUS_OK) {
        *out = server;
        return STATUS_OK;
    }
    free(server);
    return st;
}

enum status
http_server_address(const struct http_server *server, struct buf *out)
{
    return http_listen_address(server->listen_fd, out);
}

void
http_server_refuse(struct http_server *server)
{
    MHD_socket fd = MHD_quiesce_daemon(server->daemon);
    if (fd != MHD_INVALID_SOCKET)
        (void)close(fd);
}

void
http_server_free(struct http_server *server)
{
    if (server == NULL)
        return;
    MHD_stop_daemon(server->daemon); /* closes the listening socket too */
    free(server);
}
