/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A service over a store of its own, asked in process. Clocks stand still
 * until they are moved. An answer's text lives until the next question of
 * the same asker.
 */
#ifndef TEST_SUPPORT_API_H
#define TEST_SUPPORT_API_H

#include "api/service.h"
#include "base/json.h"
#include "store/store.h"
#include "test/check.h"

#define API_ACCOUNT "111122223333"
#define API_REGION "eu-west-1"
#define API_OTHER_ACCOUNT "444455556666"
#define API_START_MS INT64_C(1795000000000)

struct api {
    struct store *store;
    struct service *service;
    struct clock_manual resource, wire;
    /* Of service_options; heeded by api_restart. */
    int64_t session_seconds;
    const struct service_hooks *hooks;
};

/* Takes the store; NULL: a memory store. */
void api_start(struct api *api, struct store *store);
/* With the chaos store over memory. */
void api_start_chaos(struct api *api, uint64_t seed);
void api_stop(struct api *api);
/* A new service over the same store, as after a restart. */
void api_restart(struct api *api);

/* Who asks, and the last answer. Each thread has its own. */
struct asker {
    struct api *api;
    const char *access_key_id, *region;
    struct service_answer answer;
    struct json_doc *doc;
    /* Called just before the service gets a request, and when it has
     * answered; NULL: not. */
    void (*before)(void), (*after)(void);
};
void asker_init(struct asker *asker, struct api *api);
void asker_reset(struct asker *asker);

/* Asks and waits; returns the HTTP status. `format` makes the JSON body, in
 * which ' stands for ". */
unsigned ask(struct asker *asker, const char *operation, const char *format,
    ...) PRINTF_LIKE(3, 4);

/* The same with a request made by the test. */
unsigned ask_request(
    struct asker *asker, const struct service_request *request);

/* A member of the answer; dots go down into objects, numbers into lists. */
const struct json *answer_at(const struct asker *asker, const char *path);
/* The same as NUL-terminated text; "" when it is none. */
const char *answer_text(const struct asker *asker, const char *path);

/* Checks that the answer is this error, status 400, with that message; NULL:
 * no message at all. */
void assert_error(
    const struct asker *asker, const char *type, const char *message);
#define assert_answered(call) assert_int_equal((call), 200)

/* For cmocka: *state is a struct fixture with everything started. */
struct fixture {
    struct api api;
    struct asker asker;
};
int fixture_set_up(void **state);
int fixture_tear_down(void **state);
#define FIXTURE_TEST(name)                                                     \
    cmocka_unit_test_setup_teardown(name, fixture_set_up, fixture_tear_down)

/* The asker of a fixture. */
struct asker *asker_of(void **state);

/* A fresh key of the asker; its id, good until the asker's api stops. */
struct key_made {
    char id[37], arn[160];
};
struct key_made ask_key(struct asker *asker);

#endif
