/* SPDX-License-Identifier: Apache-2.0 */
#include "http/server_parts.h"

#include <stdlib.h>

static void
free_holder(void *holder)
{
    buf_reset(holder);
    free(holder);
}

/* The response takes the answer's body and wipes it when it is sent. */
static struct MHD_Response *
response_of(struct service_answer *answer)
{
    if (answer->body.len == 0)
        return MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    struct buf *holder = calloc(1, sizeof(*holder));
    if (holder == NULL)
        return NULL;
    buf_take(holder, &answer->body);
    struct MHD_Response *response =
        MHD_create_response_from_buffer_with_free_callback_cls(
            holder->len, holder->ptr, free_holder, holder);
    if (response == NULL)
        free_holder(holder);
    return response;
}

static enum MHD_Result
add_headers(const struct http_exchange *exchange,
    const struct service_answer *answer, struct MHD_Response *response)
{
    enum MHD_Result done = MHD_add_response_header(
        response, "x-amzn-RequestId", buf_text(&exchange->request_id));
    if (done == MHD_YES && answer->content_type != NULL)
        done = MHD_add_response_header(
            response, MHD_HTTP_HEADER_CONTENT_TYPE, answer->content_type);
    if (done == MHD_YES && answer->error_type != NULL)
        done = MHD_add_response_header(
            response, "x-amzn-ErrorType", answer->error_type);
    for (size_t i = 0; i < SERVICE_HEADERS; i++)
        if (done == MHD_YES && answer->headers[i].name != NULL)
            done = MHD_add_response_header(
                response, answer->headers[i].name, answer->headers[i].value);
    if (done == MHD_YES && exchange->server->stopping)
        done = MHD_add_response_header(
            response, MHD_HTTP_HEADER_CONNECTION, "close");
    return done;
}

enum MHD_Result
http_respond(struct http_exchange *exchange, struct MHD_Connection *connection,
    struct service_answer *answer)
{
    struct MHD_Response *response = response_of(answer);
    if (response == NULL)
        return MHD_NO;
    enum MHD_Result done = add_headers(exchange, answer, response);
    if (done == MHD_YES)
        done = MHD_queue_response(connection, answer->http_status, response);
    MHD_destroy_response(response);
    exchange->sent_status = answer->http_status;
    exchange->sent_operation = answer->operation;
    return done;
}
