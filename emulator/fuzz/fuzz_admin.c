/* SPDX-License-Identifier: Apache-2.0 */
/* Requests to the admin listener: five lines, of method, path, query, Host
 * and Origin. Each gets one answer in JSON (metrics but for), and one from
 * elsewhere gets nothing but a refusal. */
#include "admin/admin.h"
#include "admin/guard.h"
#include "base/json.h"
#include "fuzz/fuzz.h"
#include "keys/root_key.h"
#include "net/address.h"
#include "store/store.h"

static struct http_metrics metrics;

static struct admin *
admin(void)
{
    static struct admin made;
    static const uint8_t root_key[ROOT_KEY_LEN] = { 0 };
    struct store *store;
    if (made.service != NULL)
        return &made;
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
    FUZZ_CHECK(service_new(&options, &made.service) == STATUS_OK);
    made.metrics = &metrics;
    return &made;
}

struct outcome {
    unsigned answers, http_status;
};

static void
check_answer(void *context, struct service_answer *answer)
{
    struct outcome *outcome = context;
    struct json_doc *doc = NULL;
    outcome->answers++;
    outcome->http_status = answer->http_status;
    if (strcmp(answer->content_type, "application/json") == 0) {
        FUZZ_CHECK(
            json_parse(buf_span(&answer->body), &doc, NULL) == STATUS_OK);
        json_doc_free(doc);
    }
}

/* What is read as an address prints as the same address. */
static void
check_address(struct span text)
{
    struct net_address first, second;
    struct buf printed = { 0 };
    if (net_address_parse(text, &first) != STATUS_OK)
        return;
    FUZZ_CHECK(net_address_format(&first, &printed) == STATUS_OK);
    FUZZ_CHECK(net_address_parse(buf_span(&printed), &second) == STATUS_OK);
    FUZZ_CHECK(first.len == second.len &&
               memcmp(&first.socket, &second.socket, first.len) == 0);
    buf_reset(&printed);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct span rest = span_of(bytes, len), parts[5] = { { NULL, 0 } };
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        if (!span_cut(rest, '\n', &parts[i], &rest)) {
            parts[i] = rest;
            rest = (struct span){ NULL, 0 };
        }
    const struct sigv4_header headers[] = {
        { SPAN_LITERAL("Host"), parts[3] },
        { SPAN_LITERAL("Origin"), parts[4] },
    };
    const struct service_request request = {
        .wire = { .method = parts[0],
            .path = parts[1],
            .query = parts[2],
            .headers = headers,
            .header_count = parts[4].len > 0 ? 2 : 1 },
    };
    struct outcome outcome = { 0 };
    admin_handle(admin(), &request, check_answer, &outcome);
    FUZZ_CHECK(outcome.answers == 1);
    FUZZ_CHECK((outcome.http_status == 403) == !admin_guard_allows(&request));
    check_address(parts[3]);
    return 0;
}
