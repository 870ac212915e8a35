/* SPDX-License-Identifier: Apache-2.0 */
/* Whole requests: lines of method, query, content type, target, authorization
 * and date, then the body. Each gets one answer, in JSON or XML, and no
 * answer but a 2xx is without a reason. */
#include "access/access.h"
#include "api/service.h"
#include "base/json.h"
#include "fuzz/fuzz.h"
#include "store/store.h"

/* How many requests a service gets before it forgets its keys. */
enum { PARTS = 6, REQUESTS = 1000 };

#define SEED                                                                   \
    "{\"keys\":[{\"id\":\"1234abcd-12ab-34cd-56ef-1234567890ab\","             \
    "\"aliases\":[\"alias/a\"]}],\"accessKeys\":[{\"accessKeyId\":\"AKID\","   \
    "\"secretAccessKey\":\"secret\"}]}"

static struct service *
make_service(void)
{
    static const uint8_t root_key[32] = { 0 };
    struct store *store;
    struct service *made;
    struct buf problem = { 0 };
    FUZZ_CHECK(store_memory_new(&store) == STATUS_OK);
    const struct service_options options = {
        .store = store,
        .resource_clock = clock_wall(),
        .wire_clock = clock_wall(),
        .random = random_system(),
        .root_key = span_of(root_key, sizeof(root_key)),
        .default_account = SPAN_LITERAL("111122223333"),
        .default_region = SPAN_LITERAL("eu-west-1"),
    };
    FUZZ_CHECK(service_new(&options, &made) == STATUS_OK);
    FUZZ_CHECK(service_seed(made, SPAN_LITERAL(SEED), &problem) == STATUS_OK);
    return made;
}

static struct service *
service(void)
{
    static struct service *made;
    static unsigned requests;
    if (made == NULL)
        made = make_service();
    if (++requests % REQUESTS == 0)
        FUZZ_CHECK(service_reset(made, SPAN_LITERAL("")) == STATUS_OK);
    return made;
}

static void
check_answer(void *context, struct service_answer *answer)
{
    struct json_doc *doc = NULL;
    ++*(unsigned *)context;
    FUZZ_CHECK(answer->operation != NULL);
    FUZZ_CHECK(answer->http_status == 200 || answer->error_type != NULL);
    FUZZ_CHECK(answer->http_status < 500);
    if (answer->body.len == 0 || answer->body.ptr[0] != '{')
        return;
    FUZZ_CHECK(json_parse(buf_span(&answer->body), &doc, NULL) == STATUS_OK);
    if (answer->http_status != 200)
        FUZZ_CHECK(json_member(json_root(doc), "__type") != NULL);
    json_doc_free(doc);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct span rest = span_of(bytes, len);
    struct span parts[PARTS] = { { NULL, 0 } };
    unsigned answers = 0;
    for (size_t i = 0; i < PARTS; i++)
        if (!span_cut(rest, '\n', &parts[i], &rest))
            return 0;
    const struct sigv4_header headers[] = {
        { SPAN_LITERAL("Host"), SPAN_LITERAL("localhost") },
        { SPAN_LITERAL("Content-Type"), parts[2] },
        { SPAN_LITERAL("X-Amz-Target"), parts[3] },
        { SPAN_LITERAL("Authorization"), parts[4] },
        { SPAN_LITERAL("X-Amz-Date"), parts[5] },
    };
    const struct service_request request = {
        .wire = { .method = parts[0],
            .path = SPAN_LITERAL("/"),
            .query = parts[1],
            .headers = headers,
            .header_count = ARRAY_LEN(headers) },
        .body = rest,
        .request_id = SPAN_LITERAL("00000000-0000-4000-8000-000000000000"),
    };
    service_handle(service(), &request, check_answer, &answers);
    FUZZ_CHECK(answers == 1);
    return 0;
}
