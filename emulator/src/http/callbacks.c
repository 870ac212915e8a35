/* SPDX-License-Identifier: Apache-2.0 */
#include "http/server_parts.h"

#include "base/log.h"
#include "base/num.h"

/* A body that is too large is read on for this long, so that a client that
 * sends before it listens gets to see its 413. */
enum { DISCARD_MAX = 16 * 1024 * 1024 };

static struct http_connection *
connection_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info == NULL ? NULL : info->socket_context;
}

static int
fd_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info == NULL ? -1 : info->connect_fd;
}

void
http_callbacks_connection(void *server, struct MHD_Connection *connection,
    void **socket_context, enum MHD_ConnectionNotificationCode what)
{
    struct http_server *s = server;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        s->entering--;
        *socket_context =
            http_connections_add(&s->connections, fd_of(connection),
                http_metrics_now_us() + s->limits.idle_ms * 1000);
        net_loop_wake(s->loop); /* there is a deadline to look after */
    } else if (*socket_context != NULL) {
        http_connections_remove(&s->connections, *socket_context);
    }
}

void *
http_callbacks_begin(
    void *server, const char *target, struct MHD_Connection *connection)
{
    struct http_server *s = server;
    struct http_exchange *exchange = NULL;
    struct http_connection *peer = connection_of(connection);
    if (peer == NULL ||
        http_exchange_new(target, &s->random, &exchange) != STATUS_OK)
        return NULL; /* the next call closes the connection */
    exchange->server = s;
    exchange->peer = peer;
    exchange->request.connection = peer->ordinal;
    exchange->started_us = http_metrics_now_us();
    peer->deadline_us = exchange->started_us + s->limits.request_ms * 1000;
    return exchange;
}

static enum MHD_Result
refuse(struct http_exchange *exchange, struct MHD_Connection *connection,
    enum http_refusal refusal)
{
    struct service_answer answer;
    http_exchange_refusal(refusal, &answer);
    exchange->stage = HTTP_STAGE_HANDED;
    enum MHD_Result done = http_respond(exchange, connection, &answer);
    buf_reset(&answer.body);
    return done;
}

/* What Content-Length announces; 0 where it says nothing we can use: then
 * the bytes are counted as they come. */
static size_t
announced(struct MHD_Connection *connection)
{
    int64_t length = 0;
    const char *text = MHD_lookup_connection_value(
        connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);
    enum status st = num_parse(span_text(text), 0, INT64_MAX, &length);
    if (st == STATUS_TOO_LARGE)
        return SIZE_MAX;
    return st == STATUS_OK ? (size_t)length : 0;
}

/*
 * A body that is announced as too large is not waited for when the client
 * still asks (Expect: 100-continue), nor when it is larger than we would
 * discard: the answer goes out now and the connection is closed.
 */
static enum MHD_Result
on_head(struct http_exchange *exchange, struct MHD_Connection *connection,
    const char *method)
{
    exchange->stage = HTTP_STAGE_BODY;
    enum status st = http_exchange_read_head(exchange, connection, method);
    if (st == STATUS_TOO_LARGE && exchange->refusal == HTTP_REFUSAL_NONE)
        exchange->refusal = HTTP_REFUSAL_HEAD;
    else if (st != STATUS_OK && st != STATUS_TOO_LARGE)
        exchange->refusal = HTTP_REFUSAL_INTERNAL;
    enum MHD_Result done;
    if (http_raw_at_head(exchange, connection, &done))
        return done;
    size_t length = announced(connection);
    if (length <= exchange->server->limits.body)
        return MHD_YES;
    exchange->refusal = HTTP_REFUSAL_BODY;
    if (length > DISCARD_MAX ||
        MHD_lookup_connection_value(
            connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_EXPECT) != NULL)
        return refuse(exchange, connection, HTTP_REFUSAL_BODY);
    return MHD_YES;
}

static enum MHD_Result
on_body(struct http_exchange *exchange, const char *bytes, size_t *len)
{
    size_t part = *len;
    *len = 0;
    if (exchange->refusal == HTTP_REFUSAL_NONE) {
        if (exchange->body.len + part > exchange->server->limits.body)
            exchange->refusal = HTTP_REFUSAL_BODY;
        else if (buf_append(&exchange->body, span_of(bytes, part)) != STATUS_OK)
            exchange->refusal = HTTP_REFUSAL_INTERNAL;
    }
    if (exchange->refusal == HTTP_REFUSAL_NONE)
        return MHD_YES;
    buf_reset(&exchange->body);
    exchange->discarded += part;
    return exchange->discarded > DISCARD_MAX ? MHD_NO : MHD_YES;
}

/* Takes an answer, in whatever thread it comes. */
static void
on_done(void *context, struct service_answer *answer)
{
    struct http_exchange *exchange = context;
    struct http_server *server = exchange->server;
    exchange->answer = *answer;
    answer->body = (struct buf){ 0 };
    if (http_waiting_answered(&server->waiting, &exchange->wait)) {
        http_exchange_free(exchange);
        http_waiting_freed(&server->waiting);
    }
}

static enum MHD_Result
give_answer(struct http_exchange *exchange, struct MHD_Connection *connection)
{
    enum MHD_Result done;
    if (http_raw_at_answer(exchange, connection, &done))
        return done;
    return http_respond(exchange, connection, &exchange->answer);
}

/* Until when the answer may take that was put off. */
static uint64_t
answer_deadline_us(const struct http_exchange *exchange)
{
    const struct http_server *server = exchange->server;
    const struct http_hooks *hooks = server->hooks;
    if (hooks != NULL && hooks->may_wait != NULL &&
        hooks->may_wait(hooks->context, &exchange->request))
        return UINT64_MAX;
    return http_metrics_now_us() + server->limits.answer_ms * 1000;
}

static enum MHD_Result
on_complete(struct http_exchange *exchange, struct MHD_Connection *connection)
{
    struct http_server *server = exchange->server;
    if (exchange->refusal != HTTP_REFUSAL_NONE)
        return refuse(exchange, connection, exchange->refusal);

    enum MHD_Result done;
    exchange->stage = HTTP_STAGE_HANDED;
    exchange->request.body = buf_span(&exchange->body);
    if (http_raw_at_body(exchange, connection, &done))
        return done;
    exchange->peer->busy = true;
    server->metrics->requests_running++;
    exchange->wait.state = HTTP_WAIT_HANDLING;
    server->handler(server->context, &exchange->request, on_done, exchange);
    if (exchange->wait.state == HTTP_WAIT_ANSWERED)
        return give_answer(exchange, connection);

    uint64_t deadline_us = answer_deadline_us(exchange);
    exchange->peer->deadline_us =
        deadline_us == UINT64_MAX
            ? UINT64_MAX
            : deadline_us + server->limits.request_ms * 1000;
    return http_waiting_suspend(&server->waiting, &exchange->wait, connection,
               exchange->peer->fd, deadline_us)
               ? MHD_YES
               : MHD_NO;
}

/* Called again after a suspension has ended, for whatever reason. */
static enum MHD_Result
on_resumed(struct http_exchange *exchange, struct MHD_Connection *connection)
{
    const struct http_server *server = exchange->server;
    exchange->peer->deadline_us =
        http_metrics_now_us() + server->limits.request_ms * 1000;
    switch ((enum http_wait_state)exchange->wait.state) {
    case HTTP_WAIT_ANSWERED:
        return give_answer(exchange, connection);
    case HTTP_WAIT_LATE:
        return refuse(exchange, connection, HTTP_REFUSAL_LATE);
    case HTTP_WAIT_IDLE:
    case HTTP_WAIT_HANDLING:
    case HTTP_WAIT_SUSPENDED:
    case HTTP_WAIT_GONE:
        break;
    }
    return MHD_NO;
}

enum MHD_Result
http_callbacks_access(void *server, struct MHD_Connection *connection,
    const char *url, const char *method, const char *version,
    const char *upload, size_t *upload_len, void **request)
{
    (void)server;
    (void)url; /* decoded: the raw one came to http_callbacks_begin */
    struct http_exchange *exchange = *request;
    if (exchange == NULL || exchange->raw.state != HTTP_WAIT_IDLE)
        return MHD_NO; /* no memory; or a raw answer has ended */
    if (exchange->stage == HTTP_STAGE_HEAD) {
        exchange->wait.passes_over = strcmp(version, "HTTP/1.1") == 0;
        return on_head(exchange, connection, method);
    }
    if (*upload_len > 0)
        return on_body(exchange, upload, upload_len);
    if (exchange->stage == HTTP_STAGE_BODY)
        return on_complete(exchange, connection);
    return on_resumed(exchange, connection);
}

/* Faults of ours are worth a line; what clients do wrong is theirs to see. */
static void
log_end(const struct http_exchange *exchange, uint64_t took_us)
{
    enum log_level level = exchange->sent_status >= 500 ? LOG_WARN : LOG_DEBUG;
    if (!log_enabled(level))
        return;
    log_event(level, "request",
        log_span("request_id", buf_span(&exchange->request_id)),
        log_text("operation", exchange->sent_operation),
        log_number("status", exchange->sent_status),
        log_number("us", (int64_t)took_us));
}

/* Tells the hooks how it went. */
static void
tell_end(struct http_exchange *exchange, enum MHD_RequestTerminationCode how)
{
    const struct http_hooks *hooks = exchange->server->hooks;
    bool answered = how == MHD_REQUEST_TERMINATED_COMPLETED_OK &&
                    exchange->sent_status != 0;
    exchange->ending = answered ? HTTP_ENDING_ANSWERED : HTTP_ENDING_LEFT;
    if (hooks != NULL && hooks->on_left != NULL &&
        (exchange->wait.state == HTTP_WAIT_GONE ||
            exchange->wait.state == HTTP_WAIT_LATE))
        hooks->on_left(hooks->context, &exchange->request);
}

void
http_callbacks_end(void *server, struct MHD_Connection *connection,
    void **request, enum MHD_RequestTerminationCode how)
{
    (void)connection;
    struct http_server *s = server;
    struct http_exchange *exchange = *request;
    if (exchange == NULL)
        return;
    *request = NULL;
    tell_end(exchange, how);
    uint64_t now_us = http_metrics_now_us();
    uint64_t took_us = now_us - exchange->started_us;
    exchange->peer->deadline_us = now_us + s->limits.idle_ms * 1000;
    exchange->peer->busy = false;
    if (exchange->wait.state != HTTP_WAIT_IDLE)
        s->metrics->requests_running--;
    if (exchange->sent_status != 0)
        http_metrics_count(s->metrics, exchange->sent_operation,
            exchange->sent_status, took_us);
    log_end(exchange, took_us);
    if (http_waiting_release(&s->waiting, &exchange->wait) &&
        http_waiting_release(&s->waiting, &exchange->raw))
        http_exchange_free(exchange);
}
