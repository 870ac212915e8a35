/* SPDX-License-Identifier: Apache-2.0 */
/* Container credentials: EKS Pod Identity and, with the same answer, ECS. */
#include "metadata/handlers.h"

#include "base/file.h"

enum { AUTHORIZATION_MAX = 16 * 1024 };

/* The file is read each time: who rotates it sees the old token refused. */
static bool
is_authorized(
    const struct services *services, const struct server_request *request)
{
    const char *sent = server_header(request, "Authorization");
    struct buf wanted = { 0 };
    bool good =
        sent != NULL &&
        file_read(services->authorization_file, AUTHORIZATION_MAX, &wanted) ==
            STATUS_OK &&
        span_equal_secret(span_text(sent), span_trim(buf_span(&wanted)));

    buf_reset(&wanted);
    return good;
}

void
container_credentials(const struct services *services,
    const struct server_request *request, struct server_answer *answer)
{
    struct sts_session session = { 0 };
    struct json_writer w = json_writer_to(&answer->body);
    struct buf arn = { 0 };
    enum status status;

    if (!is_authorized(services, request)) {
        answer_text(answer, 401, TYPE_JSON,
            "{\"code\":\"AccessDeniedException\",\"message\":\"The "
            "Authorization header is not the token\"}");
        return;
    }
    if (!session_new(services, "container", &session, answer))
        return;
    status = buf_printf(&arn, "arn:aws:iam::%s:role/%s",
        services->account.access_key_id, services->role);
    json_write_object_begin(&w);
    json_write_key_string(&w, "AccessKeyId", buf_span(&session.access_key_id));
    json_write_key_string(
        &w, "SecretAccessKey", buf_span(&session.secret_access_key));
    json_write_key_string(&w, "Token", buf_span(&session.token));
    json_write_key_text(&w, "AccountId", services->account.access_key_id);
    json_write_key_string(&w, "RoleArn", buf_span(&arn));
    json_write_key_string(&w, "Expiration", buf_span(&session.expiration));
    json_write_object_end(&w);
    answer_written(answer, &w, status);
    sts_session_reset(&session);
    buf_reset(&arn);
}
