/* SPDX-License-Identifier: Apache-2.0 */
/* The chain at work: a fetch that a test plays, a clock that it moves. */
#include "base/clock.h"
#include "credentials/source.h"
#include "support_credentials.h"
#include "test/check.h"

#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

enum { MINUTE_MS = 60 * 1000, START_MS = 1000 * MINUTE_MS };

/* What the next fetches do. */
static struct {
    pthread_mutex_t lock;
    enum status status;
    int64_t life_ms; /* 0: for ever */
    bool hangs;      /* until it is stopped, or told not to */
    unsigned count;  /* fetches so far: the key is K1, K2… */
} script = { .lock = PTHREAD_MUTEX_INITIALIZER };

static struct clock_manual wall;
static _Atomic unsigned news_count;

static enum status
play(const struct provider *provider, const struct plan *plan,
    struct provided *out, struct buf *problem)
{
    char key[32];
    (void)plan;
    (void)pthread_mutex_lock(&script.lock);
    bool hangs = script.hangs;
    enum status st = script.status;
    int64_t life_ms = script.life_ms;
    unsigned nth = ++script.count;
    (void)pthread_mutex_unlock(&script.lock);
    struct pollfd stop = { .fd = provider->stop_fd, .events = POLLIN };
    while (hangs && poll(&stop, 1, 1) == 0) {
        (void)pthread_mutex_lock(&script.lock);
        hangs = script.hangs;
        (void)pthread_mutex_unlock(&script.lock);
    }
    if (st != STATUS_OK) {
        buf_say(problem, "the fetch failed");
        return st;
    }
    (void)snprintf(key, sizeof(key), "K%u", nth);
    assert_ok(buf_set(&out->set.access_key_id, span_text(key)));
    assert_ok(buf_set(&out->set.secret_access_key, SPAN_LITERAL("hush")));
    out->expires_ms =
        life_ms == 0 ? 0 : clock_ms(&provider->wall_clock) + life_ms;
    return STATUS_OK;
}

static void
set_script(enum status status, int64_t life_ms, bool hangs)
{
    (void)pthread_mutex_lock(&script.lock);
    script.status = status;
    script.life_ms = life_ms;
    script.hangs = hangs;
    (void)pthread_mutex_unlock(&script.lock);
}

static unsigned
fetches(void)
{
    (void)pthread_mutex_lock(&script.lock);
    unsigned count = script.count;
    (void)pthread_mutex_unlock(&script.lock);
    return count;
}

static void
count_news(void *context)
{
    (void)context;
    news_count++;
}

/* A source whose profile has to be fetched. */
static struct credentials *
start_source(void)
{
    struct credentials *source = NULL;
    static struct random_seeded seeded;
    const struct source_options options = {
        .region = SPAN_LITERAL("eu-west-1"),
        .wall_clock = clock_manual(&wall),
        .random = random_seeded(&seeded),
        .fetch = play,
    };
    wall.now_ms = START_MS;
    script.count = 0;
    news_count = 0;
    assert_ok(source_new(&options, &source));
    credentials_watch(source, count_news, NULL);
    return source;
}

static struct credentials *
start_process_source(void)
{
    home_write_config("[default]\ncredential_process=x\n");
    return start_source();
}

/* A moment's rest in a wait that began with patience() and may not last. */
static int64_t
patience(void)
{
    struct clock clock = clock_monotonic();
    return clock_ms(&clock) + 20 * 1000;
}

static void
rest(int64_t end_ms)
{
    struct clock clock = clock_monotonic();
    assert_true(clock_ms(&clock) < end_ms);
    (void)poll(NULL, 0, 1);
}

static enum status
get(struct credentials *source, char key[32], struct buf *problem)
{
    struct credentials_set set = { 0 };
    enum status st = credentials_get(source, &set, problem);
    (void)snprintf(key, 32, "%s", buf_text(&set.access_key_id));
    credentials_set_reset(&set);
    return st;
}

/* Until the source gives that status and key. */
static void
await(struct credentials *source, enum status status, const char *key)
{
    struct clock clock = clock_monotonic();
    int64_t end_ms = clock_ms(&clock) + 20 * 1000;
    for (;;) {
        char got[32];
        struct buf problem = { 0 };
        enum status st = get(source, got, &problem);
        buf_reset(&problem);
        if (st == status && strcmp(got, key) == 0)
            return;
        if (clock_ms(&clock) > end_ms)
            fail_msg("status %d, key \"%s\"", st, got);
        (void)poll(NULL, 0, 1);
    }
}

/* A source whose first fetch is done: it gives K1, for an hour. */
static struct credentials *
start_with_first(void)
{
    set_script(STATUS_OK, 60 * MINUTE_MS, false);
    struct credentials *source = start_process_source();
    await(source, STATUS_OK, "K1");
    return source;
}

static void
await_fetches(unsigned count)
{
    int64_t end_ms = patience();
    while (fetches() < count)
        rest(end_ms);
}

static void
await_news(void)
{
    int64_t end_ms = patience();
    while (news_count == 0)
        rest(end_ms);
}

/* The fetch is over, not only begun. */
static void
await_failures(struct credentials *source, uint64_t count)
{
    int64_t end_ms = patience();
    struct credentials_facts facts = { 0 };
    while (facts.refreshes_failed < count) {
        rest(end_ms);
        credentials_describe(source, &facts);
    }
}

static void
move_clock(struct credentials *source, int64_t by_ms)
{
    wall.now_ms += by_ms;
    source_wake(source);
}

static void
the_first_fetch_is_busy_and_then_there(void **state)
{
    (void)state;
    char key[32];
    struct buf problem = { 0 };
    set_script(STATUS_OK, 60 * MINUTE_MS, true);
    struct credentials *source = start_process_source();
    assert_int_equal(get(source, key, &problem), STATUS_BUSY);
    assert_string_equal(key, "");
    credentials_free(source); /* the fetch hangs: it is stopped */
    buf_reset(&problem);
    set_script(STATUS_OK, 60 * MINUTE_MS, false);
    source = start_process_source();
    await(source, STATUS_OK, "K1");
    credentials_free(source);
}

static void
it_fetches_again_ahead_of_expiry(void **state)
{
    (void)state;
    struct credentials *source = start_with_first();
    move_clock(source, 54 * MINUTE_MS);
    (void)sched_yield();
    assert_int_equal(fetches(), 1);
    move_clock(source, 4 * MINUTE_MS);
    await(source, STATUS_OK, "K2");
    struct credentials_facts facts;
    credentials_describe(source, &facts);
    assert_string_equal(facts.name, "process");
    assert_true(facts.usable);
    assert_int_equal(facts.refreshes_ok, 2);
    assert_int_equal(facts.refreshes_failed, 0);
    assert_int_equal(facts.expires_ms, START_MS + 118 * MINUTE_MS);
    credentials_free(source);
}

static void
a_failed_refresh_goes_on_with_what_is_valid(void **state)
{
    (void)state;
    struct credentials *source = start_with_first();
    set_script(STATUS_UNAVAILABLE, 0, false);
    move_clock(source, 58 * MINUTE_MS);
    await_fetches(2);
    await(source, STATUS_OK, "K1");
    move_clock(source, 2 * MINUTE_MS);
    await(source, STATUS_UNAVAILABLE, "");
    struct credentials_facts facts;
    credentials_describe(source, &facts);
    assert_false(facts.usable);
    assert_true(facts.refreshes_failed >= 1);
    set_script(STATUS_OK, 60 * MINUTE_MS, false);
    move_clock(source, MINUTE_MS);
    int64_t end_ms = patience();
    char key[32];
    struct buf problem = { 0 };
    while (get(source, key, &problem) != STATUS_OK) {
        buf_clear(&problem);
        rest(end_ms);
    }
    buf_reset(&problem);
    credentials_free(source);
}

/* The SDKs extend them: the service in trouble is AWS's own. */
static void
an_instances_credentials_outlive_their_expiry(void **state)
{
    (void)state;
    (void)unsetenv("AWS_EC2_METADATA_DISABLED");
    set_script(STATUS_OK, 60 * MINUTE_MS, false);
    struct credentials *source = start_source();
    await(source, STATUS_OK, "K1");
    set_script(STATUS_TIMEOUT, 0, false);
    move_clock(source, 600 * MINUTE_MS);
    await_fetches(2);
    await(source, STATUS_OK, "K1");
    credentials_free(source);
}

static void
the_first_failure_is_told_while_it_keeps_trying(void **state)
{
    (void)state;
    char key[32];
    struct buf problem = { 0 };
    set_script(STATUS_UNAVAILABLE, 0, false);
    struct credentials *source = start_process_source();
    await(source, STATUS_UNAVAILABLE, "");
    assert_int_equal(get(source, key, &problem), STATUS_UNAVAILABLE);
    assert_problem(&problem, "the fetch failed");
    unsigned before = fetches();
    move_clock(source, MINUTE_MS);
    await_fetches(before + 1);
    await_news();
    credentials_free(source);
}

static void
a_refusal_makes_it_fetch_but_not_each_time(void **state)
{
    (void)state;
    struct credentials_set set = { 0 };
    struct credentials *source = start_with_first();
    assert_ok(buf_set(&set.access_key_id, SPAN_LITERAL("K1")));
    assert_true(credentials_refused(source, &set));
    await(source, STATUS_OK, "K2");
    assert_false(credentials_refused(source, &set)); /* not held any more */
    assert_ok(buf_set(&set.access_key_id, SPAN_LITERAL("K2")));
    assert_false(credentials_refused(source, &set)); /* too soon */
    (void)poll(NULL, 0, 5);
    assert_int_equal(fetches(), 2);
    wall.now_ms += MINUTE_MS;
    assert_true(credentials_refused(source, &set));
    await(source, STATUS_OK, "K3");
    credentials_set_reset(&set);
    credentials_free(source);
}

/* So that each call that is refused meanwhile waits, not only the first. */
static void
a_refusal_while_it_fetches_is_worth_waiting(void **state)
{
    (void)state;
    struct credentials_set set = { 0 };
    struct credentials *source = start_with_first();
    assert_ok(buf_set(&set.access_key_id, SPAN_LITERAL("K1")));
    set_script(STATUS_OK, 60 * MINUTE_MS, true);
    assert_true(credentials_refused(source, &set));
    assert_true(credentials_refused(source, &set));
    await_fetches(2);
    assert_true(credentials_refused(source, &set));
    credentials_set_reset(&set);
    credentials_free(source);
}

static void
a_refusal_after_a_failed_fetch_is_not(void **state)
{
    (void)state;
    struct credentials_set set = { 0 };
    (void)unsetenv("AWS_EC2_METADATA_DISABLED");
    set_script(STATUS_OK, 60 * MINUTE_MS, false);
    struct credentials *source = start_source();
    await(source, STATUS_OK, "K1");
    assert_ok(buf_set(&set.access_key_id, SPAN_LITERAL("K1")));
    set_script(STATUS_TIMEOUT, 0, false);
    assert_true(credentials_refused(source, &set));
    await_failures(source, 1);
    assert_false(credentials_refused(source, &set));
    credentials_set_reset(&set);
    credentials_free(source);
}

static void
reload_fetches_anew_and_keeps_what_is_held(void **state)
{
    (void)state;
    char key[32];
    struct buf problem = { 0 };
    struct credentials *source = start_with_first();
    set_script(STATUS_OK, 60 * MINUTE_MS, true);
    credentials_reload(source);
    await_fetches(2);
    assert_ok(get(source, key, &problem));
    assert_string_equal(key, "K1");
    credentials_free(source);
}

static void
files_that_change_change_what_is_done(void **state)
{
    (void)state;
    struct credentials *source = start_with_first();
    home_write_credentials(
        "[default]\naws_access_key_id=FILE\naws_secret_access_key=hush\n");
    await(source, STATUS_OK, "FILE");
    struct credentials_facts facts;
    credentials_describe(source, &facts);
    assert_string_equal(facts.name, "profile");
    assert_int_equal(facts.expires_ms, 0);
    home_write_credentials("");
    await(source, STATUS_OK, "K2");
    home_write_credentials("[nonsense\n");
    await(source, STATUS_OK, "K2");
    credentials_free(source);
}

static void
what_expired_on_arrival_is_none_and_not_fetched_for_each_who_asks(void **state)
{
    (void)state;
    char key[32];
    struct buf problem = { 0 };
    set_script(STATUS_OK, -1, false);
    struct credentials *source = start_process_source();
    await(source, STATUS_UNAVAILABLE, "");
    for (int i = 0; i < 50; i++) {
        assert_int_equal(get(source, key, &problem), STATUS_UNAVAILABLE);
        (void)poll(NULL, 0, 1);
    }
    assert_non_null(strstr(buf_text(&problem), "expired already"));
    assert_int_equal(fetches(), 1);
    /* They do not take the place of what is still good either. */
    set_script(STATUS_OK, 60 * MINUTE_MS, false);
    move_clock(source, MINUTE_MS);
    await(source, STATUS_OK, "K2");
    set_script(STATUS_OK, -1, false);
    credentials_reload(source);
    await_fetches(3);
    await(source, STATUS_OK, "K2");
    credentials_free(source);
    buf_reset(&problem);
}

static void
keys_out_of_a_file_win_over_a_fetch_from_before(void **state)
{
    (void)state;
    char key[32];
    struct buf problem = { 0 };
    struct credentials_facts facts;
    set_script(STATUS_OK, 60 * MINUTE_MS, true);
    struct credentials *source = start_process_source();
    await_fetches(1);
    home_write_config("[default]\naws_access_key_id=FILE\n"
                      "aws_secret_access_key=hush\n");
    await(source, STATUS_OK, "FILE");
    set_script(STATUS_OK, 60 * MINUTE_MS, false);
    (void)poll(NULL, 0, 30); /* it ends meanwhile */
    assert_int_equal(get(source, key, &problem), STATUS_OK);
    assert_string_equal(key, "FILE");
    credentials_describe(source, &facts);
    assert_string_equal(facts.name, "profile");
    assert_int_equal(facts.expires_ms, 0);
    assert_int_equal(news_count, 0);
    credentials_free(source);
}

static void
a_reload_while_it_fetches_is_not_forgotten(void **state)
{
    (void)state;
    set_script(STATUS_OK, 60 * MINUTE_MS, true);
    struct credentials *source = start_process_source();
    await_fetches(1);
    credentials_reload(source);
    set_script(STATUS_OK, 60 * MINUTE_MS, false);
    await(source, STATUS_OK, "K2");
    credentials_free(source);
}

/* The machine slept: its wall clock jumped, and no timer of the source's. */
static void
who_asks_after_a_sleep_makes_it_fetch_at_once(void **state)
{
    (void)state;
    struct credentials *source = start_with_first();
    wall.now_ms += 120 * MINUTE_MS;
    await(source, STATUS_OK, "K2");
    credentials_free(source);
}

static void
nobody_is_told_after_watch_changed(void **state)
{
    (void)state;
    struct credentials *source = start_with_first();
    credentials_watch(source, NULL, NULL);
    unsigned before = news_count;
    credentials_reload(source);
    await(source, STATUS_OK, "K2");
    credentials_free(source);
    assert_int_equal(news_count, before);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_HOME(the_first_fetch_is_busy_and_then_there),
        WITH_HOME(it_fetches_again_ahead_of_expiry),
        WITH_HOME(a_failed_refresh_goes_on_with_what_is_valid),
        WITH_HOME(an_instances_credentials_outlive_their_expiry),
        WITH_HOME(the_first_failure_is_told_while_it_keeps_trying),
        WITH_HOME(a_refusal_makes_it_fetch_but_not_each_time),
        WITH_HOME(a_refusal_while_it_fetches_is_worth_waiting),
        WITH_HOME(a_refusal_after_a_failed_fetch_is_not),
        WITH_HOME(reload_fetches_anew_and_keeps_what_is_held),
        WITH_HOME(files_that_change_change_what_is_done),
        WITH_HOME(
            what_expired_on_arrival_is_none_and_not_fetched_for_each_who_asks),
        WITH_HOME(keys_out_of_a_file_win_over_a_fetch_from_before),
        WITH_HOME(a_reload_while_it_fetches_is_not_forgotten),
        WITH_HOME(who_asks_after_a_sleep_makes_it_fetch_at_once),
        WITH_HOME(nobody_is_told_after_watch_changed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
