/* SPDX-License-Identifier: Apache-2.0 */
#include "admin/problem.h"

#include "base/json_writer.h"

void
problem_answer(
    struct service_answer *answer, unsigned http_status, const char *message)
{
    buf_clear(&answer->body);
    answer->http_status = http_status;
    answer->content_type = "application/json";
    struct json_writer w = json_writer_to(&answer->body);
    json_write_object_begin(&w);
    json_write_key_text(&w, "error", message);
    json_write_object_end(&w);
    /* Without memory the status alone must do: the body is then empty. */
    enum status st = json_writer_end(&w);
    (void)st;
}

void
problem_status(struct service_answer *answer, enum status st)
{
    bool bad_input = st == STATUS_INVALID || st == STATUS_TOO_LARGE;
    problem_answer(answer, bad_input ? 400 : 500, status_text(st));
}
