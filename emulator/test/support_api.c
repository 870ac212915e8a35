/* SPDX-License-Identifier: Apache-2.0 */
#include "support_api.h"

#include "base/encode.h"
#include "base/num.h"
#include "store/wait.h"

#include <stdlib.h>

static void
start_service(struct api *api)
{
    static const uint8_t root_key[32] = { 7 };
    struct service_options options = {
        .store = api->store,
        .resource_clock = clock_manual(&api->resource),
        .wire_clock = clock_manual(&api->wire),
        .random = random_system(),
        .root_key = span_of(root_key, sizeof(root_key)),
        .default_account = SPAN_LITERAL(API_ACCOUNT),
        .default_region = SPAN_LITERAL(API_REGION),
        .session_seconds = api->session_seconds,
        .hooks = api->hooks,
    };
    assert_ok(service_new(&options, &api->service));
}

void
api_start(struct api *api, struct store *store)
{
    *api = (struct api){ .store = store };
    api->resource.now_ms = API_START_MS;
    api->wire.now_ms = API_START_MS;
    if (store == NULL)
        assert_ok(store_memory_new(&api->store));
    start_service(api);
}

void
api_start_chaos(struct api *api, uint64_t seed)
{
    struct store *memory = NULL;
    struct store *chaos = NULL;
    assert_ok(store_memory_new(&memory));
    assert_ok(store_chaos_new(memory, seed, &chaos));
    api_start(api, chaos);
}

void
api_stop(struct api *api)
{
    service_free(api->service);
    store_free(api->store);
}

void
api_restart(struct api *api)
{
    service_free(api->service);
    start_service(api);
}

void
asker_init(struct asker *asker, struct api *api)
{
    *asker = (struct asker){
        .api = api,
        .access_key_id = API_ACCOUNT,
        .region = API_REGION,
    };
}

static void
forget_answer(struct asker *asker)
{
    json_doc_free(asker->doc);
    asker->doc = NULL;
    service_answer_reset(&asker->answer);
}

void
asker_reset(struct asker *asker)
{
    forget_answer(asker);
}

struct waiting {
    struct asker *asker;
    struct wait wait;
};

static void
take(void *context, struct service_answer *answer)
{
    struct waiting *waiting = context;
    if (waiting->asker->after != NULL)
        waiting->asker->after();
    waiting->asker->answer = *answer;
    answer->body = (struct buf){ 0 };
    wait_done(&waiting->wait, STATUS_OK);
}

unsigned
ask_request(struct asker *asker, const struct service_request *request)
{
    struct waiting waiting = { .asker = asker };
    forget_answer(asker);
    wait_init(&waiting.wait);
    if (asker->before != NULL)
        asker->before();
    service_handle(asker->api->service, request, take, &waiting);
    assert_ok(wait_finish(&waiting.wait));
    if (asker->answer.body.len > 0 && asker->answer.body.ptr[0] == '{')
        assert_ok(json_parse(buf_span(&asker->answer.body), &asker->doc, NULL));
    return asker->answer.http_status;
}

unsigned
ask(struct asker *asker, const char *operation, const char *format, ...)
{
    struct buf body = { 0 };
    struct buf target = { 0 };
    struct buf authorization = { 0 };
    va_list args;
    va_start(args, format);
    assert_ok(buf_vprintf(&body, format, args));
    va_end(args);
    for (size_t i = 0; i < body.len; i++)
        if (body.ptr[i] == '\'')
            body.ptr[i] = '"';
    assert_ok(buf_printf(&target, "TrentService.%s", operation));
    assert_ok(buf_printf(&authorization,
        "AWS4-HMAC-SHA256 Credential=%s/20261122/%s/kms/aws4_request, "
        "SignedHeaders=host;x-amz-date, Signature=%064d",
        asker->access_key_id, asker->region, 0));
    struct sigv4_header headers[] = {
        { SPAN_LITERAL("Host"), SPAN_LITERAL("localhost") },
        { SPAN_LITERAL("Content-Type"),
            SPAN_LITERAL("application/x-amz-json-1.1") },
        { SPAN_LITERAL("X-Amz-Target"), buf_span(&target) },
        { SPAN_LITERAL("X-Amz-Date"), SPAN_LITERAL("20261122T120000Z") },
        { SPAN_LITERAL("Authorization"), buf_span(&authorization) },
    };
    struct service_request request = {
        .wire = { .method = SPAN_LITERAL("POST"),
            .path = SPAN_LITERAL("/"),
            .headers = headers,
            .header_count = ARRAY_LEN(headers) },
        .body = buf_span(&body),
        .request_id = SPAN_LITERAL("00000000-0000-4000-8000-000000000000"),
    };
    unsigned status = ask_request(asker, &request);
    buf_reset(&body);
    buf_reset(&target);
    buf_reset(&authorization);
    return status;
}

static const struct json *
step(const struct json *node, struct span part)
{
    char name[128];
    int64_t index;
    if (num_parse(part, 0, 100000, &index) == STATUS_OK &&
        json_kind(node) == JSON_KIND_ARRAY)
        return (size_t)index < json_count(node) ? json_at(node, (size_t)index)
                                                : NULL;
    assert_true(part.len < sizeof(name));
    span_to_text(part, name);
    return json_member(node, name);
}

const struct json *
answer_at(const struct asker *asker, const char *path)
{
    struct span rest = span_text(path);
    const struct json *node = asker->doc == NULL ? NULL : json_root(asker->doc);
    while (node != NULL && rest.len > 0) {
        struct span part = rest;
        struct span after = { NULL, 0 };
        (void)span_cut(rest, '.', &part, &after);
        node = step(node, part);
        rest = after;
    }
    return node;
}

const char *
answer_text(const struct asker *asker, const char *path)
{
    struct span text = json_get_string(answer_at(asker, path));
    return text.ptr == NULL ? "" : (const char *)text.ptr;
}

void
assert_error(const struct asker *asker, const char *type, const char *message)
{
    const char *member =
        answer_at(asker, "Message") != NULL ? "Message" : "message";
    assert_string_equal(answer_text(asker, "__type"), type);
    if (message == NULL)
        assert_null(answer_at(asker, member));
    else
        assert_string_equal(answer_text(asker, member), message);
    assert_int_equal(asker->answer.http_status, 400);
    assert_string_equal(asker->answer.error_type, type);
}

struct key_made
ask_key(struct asker *asker)
{
    struct key_made made;
    assert_answered(ask(asker, "CreateKey", "{}"));
    span_to_text(
        json_get_string(answer_at(asker, "KeyMetadata.KeyId")), made.id);
    span_to_text(
        json_get_string(answer_at(asker, "KeyMetadata.Arn")), made.arn);
    return made;
}

int
fixture_set_up(void **state)
{
    static struct fixture fixture;
    api_start(&fixture.api, NULL);
    asker_init(&fixture.asker, &fixture.api);
    *state = &fixture;
    return 0;
}

int
fixture_tear_down(void **state)
{
    struct fixture *fixture = *state;
    asker_reset(&fixture->asker);
    api_stop(&fixture->api);
    return 0;
}

struct asker *
asker_of(void **state)
{
    return &((struct fixture *)*state)->asker;
}
