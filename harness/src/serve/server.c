/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>

enum { CONNECTIONS_MAX = 256, IDLE_S = 120 };

struct server {
    struct MHD_Daemon *daemon;
    server_handle_fn *handle;
    void *context;
    uint16_t port;
};

/* A request whose body is coming. */
struct incoming {
    struct buf body;
    bool too_large;
};

const char *
server_header(const struct server_request *request, const char *name)
{
    return MHD_lookup_connection_value(
        request->connection, MHD_HEADER_KIND, name);
}

struct header_count {
    const char *name;
    unsigned count;
};

static enum MHD_Result
count_header(
    void *context, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct header_count *wanted = context;

    (void)kind;
    (void)value;
    wanted->count += strcasecmp(name, wanted->name) == 0;
    return MHD_YES;
}

unsigned
server_header_count(const struct server_request *request, const char *name)
{
    struct header_count wanted = { name, 0 };

    (void)MHD_get_connection_values(
        request->connection, MHD_HEADER_KIND, count_header, &wanted);
    return wanted.count;
}

const char *
server_query(const struct server_request *request, const char *name)
{
    return MHD_lookup_connection_value(
        request->connection, MHD_GET_ARGUMENT_KIND, name);
}

/* ---- answers ------------------------------------------------------------ */

static void
free_body(void *context)
{
    buf_reset(context);
    free(context);
}

/* Gives the first half of what was promised. */
static ssize_t
tear(void *context, uint64_t position, char *place, size_t room)
{
    const struct buf *body = context;
    struct span half = span_first(buf_span(body), body->len / 2);
    struct span rest = span_first(span_skip(half, (size_t)position), room);

    if (rest.len == 0)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    memcpy(place, rest.ptr, rest.len);
    return (ssize_t)rest.len;
}

static ssize_t
give(void *context, uint64_t position, char *place, size_t room)
{
    struct span rest =
        span_first(span_skip(buf_span(context), (size_t)position), room);

    if (rest.len == 0)
        return MHD_CONTENT_READER_END_OF_STREAM;
    memcpy(place, rest.ptr, rest.len);
    return (ssize_t)rest.len;
}

static struct MHD_Response *
make_response(struct server_answer *answer)
{
    enum { BLOCK = 4096 };
    struct buf *body = calloc(1, sizeof(*body));
    struct MHD_Response *response;

    if (body == NULL)
        return NULL;
    buf_take(body, &answer->body);
    response = MHD_create_response_from_callback(
        body->len, BLOCK, answer->torn ? tear : give, body, free_body);
    if (response == NULL) {
        free_body(body);
        return NULL;
    }
    if (answer->content_type != NULL)
        (void)MHD_add_response_header(
            response, "Content-Type", answer->content_type);
    if (answer->header != NULL)
        (void)MHD_add_response_header(
            response, answer->header, buf_text(&answer->header_value));
    return response;
}

static enum MHD_Result
send_answer(struct MHD_Connection *connection, struct server_answer *answer)
{
    struct MHD_Response *response = make_response(answer);
    enum MHD_Result result = MHD_NO;

    if (response != NULL)
        result = MHD_queue_response(connection, answer->status, response);
    if (response != NULL)
        MHD_destroy_response(response);
    buf_reset(&answer->body);
    buf_reset(&answer->header_value);
    return result;
}

/* ---- requests ------------------------------------------------------------ */

static void
collect(struct incoming *incoming, const char *bytes, size_t len)
{
    if (len > SERVER_BODY_MAX - incoming->body.len ||
        buf_append(&incoming->body, span_of(bytes, len)) != STATUS_OK)
        incoming->too_large = true;
}

static enum MHD_Result
answer(const struct server *server, struct MHD_Connection *connection,
    const char *method, const char *path, const struct incoming *incoming)
{
    struct server_request request = { .method = method,
        .path = path,
        .body = buf_span(&incoming->body),
        .connection = connection };
    struct server_answer made = { .status = MHD_HTTP_OK };

    if (incoming->too_large)
        made.status = MHD_HTTP_CONTENT_TOO_LARGE;
    else
        server->handle(server->context, &request, &made);
    return send_answer(connection, &made);
}

static enum MHD_Result
access_handler(void *context, struct MHD_Connection *connection,
    const char *url, const char *method, const char *version,
    const char *upload, size_t *upload_len, void **state)
{
    struct incoming *incoming = *state;

    (void)version;
    if (incoming == NULL) {
        *state = calloc(1, sizeof(*incoming));
        return *state == NULL ? MHD_NO : MHD_YES;
    }
    if (*upload_len > 0) {
        if (!incoming->too_large)
            collect(incoming, upload, *upload_len);
        *upload_len = 0;
        return MHD_YES;
    }
    return answer(context, connection, method, url, incoming);
}

static void
completed(void *context, struct MHD_Connection *connection, void **state,
    enum MHD_RequestTerminationCode code)
{
    struct incoming *incoming = *state;

    (void)context;
    (void)connection;
    (void)code;
    if (incoming == NULL)
        return;
    buf_reset(&incoming->body);
    free(incoming);
    *state = NULL;
}

/* ---- the server -----------------------------------------------------------
 */

enum status
server_new(
    uint16_t port, server_handle_fn *handle, void *context, struct server **out)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    struct server *made = calloc(1, sizeof(*made));
    const union MHD_DaemonInfo *info;

    if (made == NULL)
        return STATUS_NO_MEMORY;
    made->handle = handle;
    made->context = context;
    errno = 0;
    made->daemon =
        MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD |
                             MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL,
            port, NULL, NULL, access_handler, made, MHD_OPTION_SOCK_ADDR,
            &address, MHD_OPTION_NOTIFY_COMPLETED, completed, NULL,
            MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
            MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S, MHD_OPTION_END);
    if (made->daemon == NULL) {
        free(made);
        return errno == EADDRINUSE ? STATUS_BUSY : STATUS_IO;
    }
    info = MHD_get_daemon_info(made->daemon, MHD_DAEMON_INFO_BIND_PORT);
    made->port = info == NULL ? port : info->port;
    *out = made;
    return STATUS_OK;
}

uint16_t
server_port(const struct server *server)
{
    return server->port;
}

void
server_free(struct server *server)
{
    if (server == NULL)
        return;
    MHD_stop_daemon(server->daemon);
    free(server);
}
