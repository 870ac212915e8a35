/* SPDX-License-Identifier: Apache-2.0 */
/* ECS task roles and EKS Pod Identity. Source: "Container credential
 * provider", AWS SDKs and Tools Reference Guide. */
#include "credentials/answer_json.h"
#include "credentials/provider.h"

enum { CONNECT_MS = 1000, ANSWER_MS = 5000 };

static enum status
ask(const struct provider *provider, const struct plan_container *container,
    struct span token, struct fetch_answer *answer, struct buf *problem)
{
    struct fetch_request request = {
        .method = "GET",
        .url = buf_text(&container->url),
        .headers = { { "Accept", SPAN_LITERAL("application/json") } },
        .header_count = 1,
        .direct = true,
        .connect_ms = CONNECT_MS,
        .timeout_ms = ANSWER_MS,
        .stop_fd = provider->stop_fd,
    };
    if (token.len > 0)
        request.headers[request.header_count++] =
            (struct fetch_header){ "Authorization", token };
    return provider_fetch(&request, answer, problem);
}

static enum status
read_answer(const struct plan_container *container,
    const struct fetch_answer *answer, struct provided *out,
    struct buf *problem)
{
    struct span text = buf_span(&answer->body);
    if (answer->http_status == 200)
        return answer_json_read(text, ANSWER_OF_CONTAINER, out, problem);
    buf_say(problem, "%.*s: HTTP %u",
        SPAN_ARG(provider_origin(buf_text(&container->url))),
        answer->http_status);
    answer_json_say_error(text, problem);
    return answer->http_status == 401 || answer->http_status == 403
               ? STATUS_DENIED
               : STATUS_UNAVAILABLE;
}

enum status
provider_container(const struct provider *provider, const struct plan *plan,
    struct provided *out, struct buf *problem)
{
    const struct plan_container *container = &plan->container;
    struct buf token = { 0 };
    struct fetch_answer answer = { 0 };
    enum status st =
        container->token_file.len > 0
            ? provider_read_token(
                  buf_text(&container->token_file), &token, problem)
            : buf_append(&token, span_trim(buf_span(&container->token)));
    if (st == STATUS_OK)
        st = ask(provider, container, buf_span(&token), &answer, problem);
    if (st == STATUS_OK)
        st = read_answer(container, &answer, out, problem);
    buf_reset(&token);
    fetch_answer_reset(&answer);
    return st;
}
