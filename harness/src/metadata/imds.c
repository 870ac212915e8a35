/* SPDX-License-Identifier: Apache-2.0 */
/* Instance metadata: IMDSv2, and v1 where it is allowed. */
#include "metadata/handlers.h"

#include "base/clock.h"
#include "base/num.h"

#define TTL_HEADER "X-aws-ec2-metadata-token-ttl-seconds"
#define TOKEN_HEADER "X-aws-ec2-metadata-token"
#define PURPOSE "imds"
#define ROLE_PATH "/latest/meta-data/iam/security-credentials/"

enum { TTL_MAX_S = 21600 };

void
imds_token(const struct services *services,
    const struct server_request *request, struct server_answer *answer)
{
    struct clock clock = clock_wall();
    const char *ttl = server_header(request, TTL_HEADER);
    int64_t seconds;
    enum status status;

    if (server_header(request, "X-Forwarded-For") != NULL) {
        answer_text(answer, 403, TYPE_TEXT, "403 - Forbidden\n");
        return;
    }
    if (ttl == NULL ||
        num_parse(span_text(ttl), 1, TTL_MAX_S, &seconds) != STATUS_OK) {
        answer_text(answer, 400, TYPE_TEXT, "400 - Bad Request\n");
        return;
    }
    answer->content_type = TYPE_TEXT;
    answer->header = TTL_HEADER;
    status = buf_append_text(&answer->header_value, ttl);
    if (status == STATUS_OK)
        status = tokens_issue(&services->tokens, PURPOSE,
            clock_ms(&clock) + seconds * 1000, &answer->body);
    if (status != STATUS_OK)
        answer_text(answer, 500, TYPE_TEXT, status_text(status));
}

void
imds_token_method(const struct services *services,
    const struct server_request *request, struct server_answer *answer)
{
    (void)services;
    (void)request;
    answer->header = "Allow";
    answer_text(answer, 405, TYPE_TEXT, "405 - Method Not Allowed\n");
    buf_say(&answer->header_value, "OPTIONS, PUT");
}

bool
imds_admits(const struct services *services,
    const struct server_request *request, struct server_answer *answer)
{
    const char *token = server_header(request, TOKEN_HEADER);

    if ((token == NULL && services->imds_v1) ||
        tokens_good(&services->tokens, PURPOSE, token))
        return true;
    answer_text(answer, 401, TYPE_TEXT, "401 - Unauthorized\n");
    return false;
}

void
imds_role(const struct services *services, const struct server_request *request,
    struct server_answer *answer)
{
    (void)request;
    answer_text(answer, 200, TYPE_TEXT, services->role);
}

void
imds_region(const struct services *services,
    const struct server_request *request, struct server_answer *answer)
{
    (void)request;
    answer_text(answer, 200, TYPE_TEXT, services->account.region);
}

void
imds_credentials(const struct services *services,
    const struct server_request *request, struct server_answer *answer)
{
    struct clock clock = clock_wall();
    struct sts_session session = { 0 };
    struct buf now = { 0 };
    struct json_writer w = json_writer_to(&answer->body);
    enum status status;

    if (strcmp(request->path + strlen(ROLE_PATH), services->role) != 0) {
        answer_text(answer, 404, TYPE_TEXT, "404 - Not Found\n");
        return;
    }
    if (!session_new(services, SERVICES_INSTANCE_ID, &session, answer))
        return;
    status = clock_format_rfc3339(clock_ms(&clock), &now);
    json_write_object_begin(&w);
    json_write_key_text(&w, "Code", "Success");
    json_write_key_string(&w, "LastUpdated", buf_span(&now));
    json_write_key_text(&w, "Type", "AWS-HMAC");
    json_write_key_string(&w, "AccessKeyId", buf_span(&session.access_key_id));
    json_write_key_string(
        &w, "SecretAccessKey", buf_span(&session.secret_access_key));
    json_write_key_string(&w, "Token", buf_span(&session.token));
    json_write_key_string(&w, "Expiration", buf_span(&session.expiration));
    json_write_object_end(&w);
    answer_written(answer, &w, status);
    if (answer->status == 200) /* as IMDS has it, also for JSON */
        answer->content_type = TYPE_TEXT;
    sts_session_reset(&session);
    buf_reset(&now);
}

void
imds_identity(const struct services *services,
    const struct server_request *request, struct server_answer *answer)
{
    struct json_writer w = json_writer_to(&answer->body);
    struct buf zone = { 0 };
    enum status status = buf_printf(&zone, "%sa", services->account.region);

    (void)request;
    json_write_object_begin(&w);
    json_write_key_text(&w, "accountId", services->account.access_key_id);
    json_write_key_text(&w, "architecture", "x86_64");
    json_write_key_string(&w, "availabilityZone", buf_span(&zone));
    json_write_key_text(&w, "imageId", "ami-0123456789abcdef0");
    json_write_key_text(&w, "instanceId", SERVICES_INSTANCE_ID);
    json_write_key_text(&w, "instanceType", "t3.micro");
    json_write_key_text(&w, "pendingTime", "2026-11-22T00:00:00Z");
    json_write_key_text(&w, "privateIp", "127.0.0.1");
    json_write_key_text(&w, "region", services->account.region);
    json_write_key_text(&w, "version", "2017-09-30");
    json_write_object_end(&w);
    answer_written(answer, &w, status);
    if (answer->status == 200)
        answer->content_type = TYPE_TEXT;
    buf_reset(&zone);
}
