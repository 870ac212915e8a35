/* SPDX-License-Identifier: Apache-2.0 */
#include "metadata/services.h"

#include "metadata/handlers.h"

#include <stdio.h>

enum { HANG_MS = 3600 * 1000 };

static const struct route {
    const char *method;
    const char *path;
    bool prefix;  /* more may follow */
    bool guarded; /* by a token of IMDS */
    enum endpoint endpoint;
    handler_fn *handle;
} routes[] = {
    { "PUT", "/latest/api/token", false, false, ENDPOINT_IMDS_TOKEN,
        imds_token },
    { "GET", "/latest/api/token", false, false, ENDPOINT_IMDS_TOKEN,
        imds_token_method },
    { "GET", "/latest/meta-data/iam/security-credentials", false, true,
        ENDPOINT_IMDS_ROLE, imds_role },
    { "GET", "/latest/meta-data/iam/security-credentials/", false, true,
        ENDPOINT_IMDS_ROLE, imds_role },
    { "GET", "/latest/meta-data/iam/security-credentials/", true, true,
        ENDPOINT_IMDS_CREDENTIALS, imds_credentials },
    { "GET", "/latest/dynamic/instance-identity/document", false, true,
        ENDPOINT_IMDS_IDENTITY, imds_identity },
    { "GET", "/latest/meta-data/placement/region", false, true,
        ENDPOINT_IMDS_REGION, imds_region },
    { "GET", "/v1/credentials", false, false, ENDPOINT_CONTAINER,
        container_credentials },
    { "GET", "/federation/credentials", false, false, ENDPOINT_SSO,
        sso_role_credentials },
    { "POST", "/token", false, false, ENDPOINT_OIDC, sso_create_token },
};

void
answer_text(struct server_answer *answer, unsigned status,
    const char *content_type, const char *text)
{
    answer->status = status;
    answer->content_type = content_type;
    buf_clear(&answer->body);
    buf_say(&answer->body, "%s", text);
}

void
answer_written(
    struct server_answer *answer, struct json_writer *w, enum status status)
{
    enum status written = json_writer_end(w);

    if (status == STATUS_OK)
        status = written;
    answer->content_type = TYPE_JSON;
    if (status != STATUS_OK)
        answer_text(answer, 500, TYPE_TEXT, status_text(status));
}

bool
session_new(const struct services *services, const char *name,
    struct sts_session *session, struct server_answer *answer)
{
    struct buf arn = { 0 }, problem = { 0 };
    enum status status = buf_printf(&arn, "arn:aws:iam::%s:role/%s",
        services->account.access_key_id, services->role);

    if (status == STATUS_OK)
        status = sts_assume_role(
            &services->account, buf_text(&arn), name, session, &problem);
    if (status != STATUS_OK) {
        if (problem.len == 0)
            buf_say(&problem, "%s", status_text(status));
        fprintf(stderr, "kmslab metadata: no credentials: %s\n",
            buf_text(&problem));
        answer_text(answer, 500, TYPE_TEXT, buf_text(&problem));
    }
    buf_reset(&arn);
    buf_reset(&problem);
    return status == STATUS_OK;
}

/* ---- routes ---------------------------------------------------------------
 */

static const struct route *
find_route(const struct server_request *request)
{
    struct span path = span_text(request->path);

    for (size_t i = 0; i < ARRAY_LEN(routes); i++) {
        const struct route *route = &routes[i];

        if (strcmp(request->method, route->method) != 0)
            continue;
        if (span_equal_text(path, route->path) ||
            (route->prefix && span_starts_with(path, span_text(route->path))))
            return route;
    }
    return NULL;
}

/* What goes wrong instead of the answer. */
static bool
fail_instead(const struct fault_set *set, struct server_answer *answer)
{
    int64_t status = set->numbers[FAULT_STATUS];

    if (status != 0)
        answer_text(answer, (unsigned)status, TYPE_TEXT, "as it was told\n");
    else if (set->numbers[FAULT_GARBAGE] != 0)
        answer_text(answer, 200, "text/html",
            "<html><body>Welcome to the network. Please log in."
            "</body></html>\n");
    else if (set->numbers[FAULT_EMPTY] != 0)
        answer_text(answer, 200, TYPE_TEXT, "");
    else
        return false;
    return true;
}

static void
follow(const struct services *services, const struct route *route,
    const struct server_request *request, struct server_answer *answer)
{
    struct fault_set set = faults_next(services->faults, route->endpoint);
    int64_t wait_ms =
        set.numbers[FAULT_HANG] != 0 ? HANG_MS : set.numbers[FAULT_DELAY];

    if (wait_ms > 0)
        faults_wait(services->faults, wait_ms);
    if (fail_instead(&set, answer))
        return;
    if (!route->guarded || imds_admits(services, request, answer))
        route->handle(services, request, answer);
    answer->torn = set.numbers[FAULT_TORN] != 0;
    if (set.numbers[FAULT_TYPE] != 0)
        answer->content_type = "text/html";
}

/* ---- for tests: changes and counts ----------------------------------------
 */

static void
change_faults(const struct services *services,
    const struct server_request *request, struct server_answer *answer)
{
    struct buf problem = { 0 };
    enum status status =
        faults_set(services->faults, span_trim(request->body), &problem);

    if (status == STATUS_OK)
        answer_text(answer, 200, TYPE_TEXT, "changed\n");
    else
        answer_text(answer, 400, TYPE_TEXT, buf_text(&problem));
    buf_reset(&problem);
}

static void
tell_requests(const struct services *services, struct server_answer *answer)
{
    struct json_writer w = json_writer_to(&answer->body);

    json_write_object_begin(&w);
    for (size_t i = 0; i < ENDPOINT_COUNT; i++)
        json_write_key_int(&w, endpoint_name((enum endpoint)i),
            faults_requests(services->faults, (enum endpoint)i));
    json_write_object_end(&w);
    answer_written(answer, &w, STATUS_OK);
}

void
services_handle(void *context, const struct server_request *request,
    struct server_answer *answer)
{
    const struct services *services = context;
    const struct route *route = find_route(request);

    if (route != NULL)
        follow(services, route, request, answer);
    else if (strcmp(request->path, "/kmslab/misbehave") == 0 &&
             strcmp(request->method, "PUT") == 0)
        change_faults(services, request, answer);
    else if (strcmp(request->path, "/kmslab/requests") == 0)
        tell_requests(services, answer);
    else
        answer_text(answer, 404, TYPE_TEXT, "404 - Not Found\n");
}
