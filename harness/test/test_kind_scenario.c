/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"
#include "scenario/scenario.h"
#include "test/check.h"
#include "testbed/kind_pod.h"
#include "testbed/kind_suite.h"

static void
a_cluster_of_kind_is_told_by_its_option(void **state)
{
    (void)state;
    assert_null(kind_suite_name(NULL));
    assert_null(kind_suite_name("model"));
    assert_null(kind_suite_name("apiserver"));
    assert_null(kind_suite_name("kindly"));
    assert_string_equal(kind_suite_name("kind"), "");
    assert_string_equal(kind_suite_name("kind:dev"), "dev");
}

static void
repeats(const char *name, const char *option)
{
    struct buf said = { 0 };

    kind_suite_say(name, &said);
    assert_string_equal(buf_text(&said), option);
    buf_reset(&said);
}

/* A cluster that was made for the runs is not there any more. */
static void
a_run_is_repeated_where_there_is_a_cluster(void **state)
{
    (void)state;
    repeats("", " --cluster kind");
    repeats("kmslab-run-4711", " --cluster kind");
    repeats("dev", " --cluster kind:dev");
}

static const struct json *
walk(const struct json *node, const char *const *path)
{
    for (; *path != NULL; path++)
        node = json_kind(node) == JSON_KIND_ARRAY ? json_at(node, 0)
                                                  : json_member(node, *path);
    return node;
}

#define AT(...) walk(json_root(doc), (const char *const[]){ __VA_ARGS__, NULL })

static void
a_pod_has_its_secret_in_both_ways(void **state)
{
    const struct kind_pod pod = { NULL, "dev-control-plane", "run-7", "s\"1" };
    struct buf json = { 0 };
    struct json_doc *doc = NULL;
    (void)state;
    assert_ok(kind_pod_write(&pod, "pause:3", &json));
    assert_ok(json_parse(buf_span(&json), &doc, NULL));
    assert_true(span_equal_text(
        json_get_string(AT("spec", "nodeName")), "dev-control-plane"));
    assert_true(span_equal_text(
        json_get_string(AT("spec", "containers", "0", "image")), "pause:3"));
    assert_true(span_equal_text(
        json_get_string(AT("spec", "volumes", "0", "secret", "secretName")),
        "s\"1"));
    const struct json *variables = AT("spec", "containers", "0", "env");
    assert_int_equal(json_count(variables), 2);
    assert_true(span_equal_text(
        json_get_string(json_member(json_at(variables, 0), "value")),
        "run-7/s\"1"));
    const struct json *from = json_member(
        json_member(json_at(variables, 1), "valueFrom"), "secretKeyRef");
    assert_true(
        span_equal_text(json_get_string(json_member(from, "name")), "s\"1"));
    assert_false(json_get_bool(AT("spec", "automountServiceAccountToken")));
    json_doc_free(doc);
    buf_reset(&json);
}

/* What is for a real apiserver is for one in a node, too. */
static void
kind_is_a_real_apiserver_but_not_the_other_way_round(void **state)
{
    (void)state;
    assert_true(scenario_runs_here(SCENARIO_ANYWHERE, SCENARIO_KIND));
    assert_true(scenario_runs_here(SCENARIO_APISERVER, SCENARIO_KIND));
    assert_true(scenario_runs_here(SCENARIO_KIND, SCENARIO_KIND));
    assert_false(scenario_runs_here(SCENARIO_MODEL, SCENARIO_KIND));
    assert_false(scenario_runs_here(SCENARIO_KIND, SCENARIO_APISERVER));
    assert_false(scenario_runs_here(SCENARIO_KIND, SCENARIO_MODEL));
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cluster_of_kind_is_told_by_its_option),
        cmocka_unit_test(a_run_is_repeated_where_there_is_a_cluster),
        cmocka_unit_test(kind_is_a_real_apiserver_but_not_the_other_way_round),
        cmocka_unit_test(a_pod_has_its_secret_in_both_ways),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
