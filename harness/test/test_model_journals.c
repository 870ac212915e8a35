/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The model against real kube-apiservers: each journal of
 * fixtures/journals-apiserver is run again on the model. Each client must get
 * the same answers in the same order, each from the same time on, give or take
 * what the two do not share: when a check was last made, and gRPC's back-off.
 */
#include "base/file.h"
#include "support_replay.h"
#include "test/check.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JOURNALS "fixtures/journals-apiserver/v*/*.json"

enum {
    JOURNAL_MAX = 4 * 1024 * 1024,
    /* A good check serves for 20 s, and another asker may have begun that. */
    WORSE_MS = 25 * 1000,
    /* A bad check serves for 3 s, a poll comes each 10 s; where the socket was
     * gone, gRPC waits longer with each attempt, 120 s at most. */
    BETTER_MS = 15 * 1000,
    RECONNECTED_MS = 125 * 1000,
};

static void
print_lane(const char *whose, const struct replay_lane *lane)
{
    print_error("%s %s:", lane->name, whose);
    for (size_t i = 0; i < lane->count; i++)
        print_error(" %.1fs %s;", (double)lane->turns[i].at_ms / 1000,
            lane->turns[i].what);
    print_error("\n");
}

static bool
near(const struct replay_turn *real, const struct replay_turn *model,
    bool socket_gone)
{
    bool good = real->what[0] == '2';
    int64_t apart_ms = llabs(real->at_ms - model->at_ms);
    return apart_ms <= (!good            ? WORSE_MS
                           : socket_gone ? RECONNECTED_MS
                                         : BETTER_MS);
}

static bool
alike(const struct replay_lane *real, const struct replay_lane *model,
    bool socket_gone)
{
    bool same = real->count == model->count;
    for (size_t i = 0; i < real->count && same; i++)
        same = strcmp(real->turns[i].what, model->turns[i].what) == 0 &&
               near(&real->turns[i], &model->turns[i], socket_gone);
    return same;
}

/* A list that waits for its cache may not say why, however long. */
static bool
only_waits(const struct replay_lane *real)
{
    return strcmp(real->name, "list") == 0 && real->untold && real->count == 1;
}

static bool
socket_was_gone(const struct json *journal)
{
    const struct json *scenario = json_member(journal, "scenario");
    size_t at;
    return span_search(json_get_string(json_member(scenario, "name")),
        SPAN_LITERAL("plugin-"), &at);
}

/* Since 1.36 a start does. */
static bool
waits_for_storage(const struct json *journal)
{
    const struct json *cluster = json_member(journal, "cluster");
    struct span version = json_get_string(json_member(cluster, "version"));
    assert_true(span_starts_with(version, SPAN_LITERAL("v1.")));
    return strtol((const char *)version.ptr + strlen("v1."), NULL, 10) >= 36;
}

static void
the_model_does_as_kube_apiserver_did(void **state)
{
    const char *path = *state;
    struct buf text = { 0 };
    struct json_doc *doc = NULL;
    void *model = NULL;
    assert_ok(file_read(path, JOURNAL_MAX, &text));
    assert_ok(json_parse(buf_span(&text), &doc, NULL));
    struct replay replay = { .journal = json_root(doc) };
    assert_int_equal(waits_for_storage(replay.journal)
                         ? support_model_setup_v2_waiting(&model)
                         : support_model_setup_v2(&model),
        0);
    replay.model = model;
    support_replay_run(&replay);
    for (size_t i = 0; i < REPLAY_LANES; i++) {
        if (only_waits(&replay.real_lanes[i]) ||
            alike(&replay.real_lanes[i], &replay.model_lanes[i],
                socket_was_gone(replay.journal)))
            continue;
        print_lane("of kube-apiserver", &replay.real_lanes[i]);
        print_lane("of the model", &replay.model_lanes[i]);
        fail_msg("the model does something else");
    }
    support_replay_reset(&replay);
    support_model_teardown(&model);
    json_doc_free(doc);
    buf_reset(&text);
}

/* That the comparison can fail. */
static void
other_answers_and_other_times_are_differences(void **state)
{
    (void)state;
    const struct replay_lane real = { .name = "create",
        .turns = { { 0, "201" }, { 180000, "500 expired" }, { 240000, "201" } },
        .count = 3 };
    struct replay_lane model = real;
    assert_true(alike(&real, &model, false));
    model.turns[1].at_ms -= WORSE_MS + 1;
    assert_false(alike(&real, &model, false));
    model = real;
    model.turns[2].at_ms += BETTER_MS + 1;
    assert_false(alike(&real, &model, false));
    assert_true(alike(&real, &model, true));
    model = real;
    (void)snprintf(model.turns[1].what, 32, "500 no seed");
    assert_false(alike(&real, &model, false));
    model = real;
    model.count--;
    assert_false(alike(&real, &model, false));
}

int
main(void)
{
    glob_t found = { 0 };
    if (glob(JOURNALS, 0, NULL, &found) != 0) {
        (void)fprintf(stderr, "no journals in %s\n", JOURNALS);
        return 1;
    }
    /* One more, and so one that is not of a journal. */
    /* One more: of the comparison itself. */
    size_t count = found.gl_pathc + 1;
    struct CMUnitTest *tests = calloc(count, sizeof(*tests));
    if (tests == NULL)
        return 1;
    for (size_t i = 0; i < found.gl_pathc; i++)
        tests[i] = (struct CMUnitTest){
            .name = found.gl_pathv[i] + strlen("fixtures/journals-apiserver/"),
            .test_func = the_model_does_as_kube_apiserver_did,
            .initial_state = found.gl_pathv[i],
        };
    tests[count - 1] = (struct CMUnitTest)cmocka_unit_test(
        other_answers_and_other_times_are_differences);
    int failed = _cmocka_run_group_tests("journals", tests, count, NULL, NULL);
    free(tests);
    globfree(&found);
    return failed;
}
