/* SPDX-License-Identifier: Apache-2.0 */
#include "http/front.h"

#include "base/json_writer.h"
#include "base/version.h"

void
http_front_health(struct service_answer *answer)
{
    answer->http_status = 200;
    answer->content_type = "application/json";
    answer->operation = "health";
    struct json_writer w = json_writer_to(&answer->body);
    json_write_object_begin(&w);
    json_write_key_text(&w, "status", "ok");
    json_write_key_text(&w, "version", project_version);
    json_write_object_end(&w);
    if (json_writer_end(&w) != STATUS_OK)
        answer->http_status = 500;
}

static bool
is_health(const struct sigv4_request *wire)
{
    return span_equal_text(wire->path, "/health") &&
           (span_equal_text(wire->method, "GET") ||
               span_equal_text(wire->method, "HEAD"));
}

void
http_front_handle(void *service, const struct service_request *request,
    service_done_fn *done, void *done_context)
{
    if (!is_health(&request->wire)) {
        service_handle(service, request, done, done_context);
        return;
    }
    struct service_answer answer = { 0 };
    http_front_health(&answer);
    done(done_context, &answer);
    buf_reset(&answer.body);
}
